/** What a debugger knows at an exception, as a text and as values. Pure: it is asked through `ask`. */
import { clipped } from "./bounded";

/** Asks the debug adapter one question. */
export type Ask = (command: string, args: object) => PromiseLike<unknown>;

/** A failure as the debugger sees it. */
export interface Stop {
  text: string;
  values: Record<string, string>;
}

interface Frame {
  id: number;
  name: string;
  line: number;
  column: number;
  presentationHint?: string;
  source?: { path?: string; presentationHint?: string };
}

interface Variable {
  name: string;
  value: string;
  variablesReference: number;
  presentationHint?: { kind?: string; visibility?: string };
}

const FRAMES = 50;
const FRAMES_WITH_VALUES = 5;
const VALUES = 40;
const MEMBERS = 12;
const LENGTH = 300;
const QUIET = new Set(["deemphasize", "subtle"]);
/** Kinds of scopes that hold more than a function's own values. */
const WIDE = new Set(["globals", "global", "module", "script", "registers", "returnvalue", "closure"]);
/** Entries that debuggers add to what the program has. */
const ADDED = new Set([
  "special variables",
  "function variables",
  "class variables",
  "[[Prototype]]",
  "this",
]);

/** Read exception, stack and the values of the top frames that lie in `isOurs`. */
export async function readStop(ask: Ask, threadId: number, isOurs: (path: string) => boolean): Promise<Stop> {
  const [info, stack] = await Promise.all([
    asked(ask, "exceptionInfo", { threadId }),
    asked(ask, "stackTrace", { threadId, startFrame: 0, levels: FRAMES }),
  ]);
  const frames = list<Frame>(stack, "stackFrames")
    .filter((frame) => frame.presentationHint !== "label")
    .map((frame) => ({ ...frame, source: { ...frame.source, path: bare(frame.source?.path ?? "") } }));
  const values: Record<string, string> = {};
  const ours = frames.filter(
    (frame) =>
      !QUIET.has(frame.presentationHint ?? "") &&
      !QUIET.has(frame.source?.presentationHint ?? "") &&
      isOurs(frame.source?.path ?? ""),
  );
  for (const frame of ours.slice(0, FRAMES_WITH_VALUES)) {
    await readFrame(ask, frame, values);
  }
  return { text: printed(info, frames), values };
}

/** The failure as its runtime prints it; where the debugger has no such text, one of the same facts. */
export function printed(info: Record<string, unknown>, frames: readonly Frame[]): string {
  const details = record(info["details"]);
  const trace = string(details["stackTrace"]).trim();
  const type = string(details["typeName"]) || string(info["exceptionId"]) || "Error";
  const message = string(details["message"]) || string(info["description"]);
  const head = message.startsWith(type) || message === "" ? message || type : `${type}: ${message}`;
  if (trace.includes("\n")) {
    // Runtimes print the error where their readers look first: JavaScript before its frames, Python after.
    const parts = trace.includes(message || head)
      ? [trace]
      : trace.startsWith("at ")
        ? [head, trace]
        : [trace, head];
    return `${parts.join("\n")}\n`;
  }
  const lines = frames
    .filter((frame) => frame.source?.path)
    .map(
      (frame) => `    at ${frame.name} (${frame.source?.path}:${frame.line}:${Math.max(1, frame.column)})`,
    );
  return `${[head, ...lines].join("\n")}\n`;
}

/** A path on the machine that the program runs on; in remote windows frames name URIs. */
function bare(path: string): string {
  return path.includes("://") ? decodeURIComponent(new URL(path).pathname) : path;
}

async function readFrame(ask: Ask, frame: Frame, values: Record<string, string>): Promise<void> {
  const scopes = list<{
    name: string;
    presentationHint?: string;
    expensive?: boolean;
    variablesReference: number;
  }>(await asked(ask, "scopes", { frameId: frame.id }), "scopes");
  for (const scope of scopes) {
    const kind = (scope.presentationHint ?? scope.name).toLowerCase();
    if (scope.expensive === true || WIDE.has(kind) || WIDE.has(scope.name.toLowerCase())) {
      continue;
    }
    for (const variable of await readMembers(ask, scope.variablesReference)) {
      if (Object.keys(values).length >= VALUES) {
        return;
      }
      values[`${frame.name}: ${variable.name}`] ??= await shown(ask, variable);
    }
  }
}

/** A value on one line, with its members where the debugger only names its type. */
async function shown(ask: Ask, variable: Variable): Promise<string> {
  if (variable.variablesReference === 0 || variable.value.length >= LENGTH / 2) {
    return clipped(variable.value, LENGTH);
  }
  const members = await readMembers(ask, variable.variablesReference);
  const inner = members
    .slice(0, MEMBERS)
    .map((member) => `${member.name}: ${clipped(member.value, LENGTH / 4)}`);
  const more = members.length > MEMBERS ? ", …" : "";
  const text = inner.length === 0 ? variable.value : `${variable.value} {${inner.join(", ")}${more}}`;
  return clipped(text, LENGTH);
}

async function readMembers(ask: Ask, variablesReference: number): Promise<Variable[]> {
  const answer = await asked(ask, "variables", { variablesReference, start: 0, count: VALUES });
  return list<Variable>(answer, "variables")
    .filter((variable) => !ADDED.has(variable.name) && variable.presentationHint?.visibility !== "internal")
    .slice(0, VALUES);
}

/** The answer, or nothing where the adapter does not know the question. */
async function asked(ask: Ask, command: string, args: object): Promise<Record<string, unknown>> {
  try {
    return record(await ask(command, args));
  } catch {
    return {};
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function list<T>(value: Record<string, unknown>, name: string): T[] {
  const found = value[name];
  return Array.isArray(found) ? (found as T[]) : [];
}

function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}
