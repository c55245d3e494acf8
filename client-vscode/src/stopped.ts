/** What a debugger knows at an exception: facts for the server, and values. Pure: it is asked through `ask`. */
import { clipped } from "./bounded";
import type { Facts, Told } from "./protocol";

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
/** Kinds of scopes that hold more than a function's own values. */
const WIDE = new Set(["globals", "global", "module", "script", "registers", "returnvalue", "closure"]);
/** Entries that debuggers add to what the program has. */
const ADDED = new Set([
  "special variables",
  "function variables",
  "class variables",
  "[[Prototype]]",
  "this",
  "__dirname",
  "__filename",
  "exports",
  "module",
  "require",
]);
/** How values that are code begin: what a function is, its source says. */
const CODE = ["ƒ ", "class ", "<function ", "<module ", "<class "];

/** Read exception and stack, let the server tell what they mean, read the values of the top frames of ours. */
export async function readStop(
  ask: Ask,
  threadId: number,
  tell: (facts: Facts) => PromiseLike<Told | undefined>,
): Promise<Stop | undefined> {
  const [exception, stack] = await Promise.all([
    asked(ask, "exceptionInfo", { threadId }),
    asked(ask, "stackTrace", { threadId, startFrame: 0, levels: FRAMES }),
  ]);
  const frames = list<Frame>(stack, "stackFrames");
  const told = await tell({ exception, frames });
  if (told === undefined) {
    return undefined;
  }
  const values: Record<string, string> = {};
  for (const id of told.frames.slice(0, FRAMES_WITH_VALUES)) {
    const frame = frames.find((known) => known.id === id);
    if (frame !== undefined) {
      await readFrame(ask, frame, values);
    }
  }
  return { text: told.text, values };
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
  if (variable.variablesReference === 0 || saysMore(variable.value)) {
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

/** Whether a value says what is in it, as `{'vat': 0.2}` and `[]` do and `Order@7f` does not. */
function saysMore(value: string): boolean {
  const empty = value === "{}" || value.startsWith("[") || value.startsWith("(");
  return empty || [":", ",", "="].some((mark) => value.includes(mark)) || value.length >= LENGTH / 2;
}

async function readMembers(ask: Ask, variablesReference: number): Promise<Variable[]> {
  const answer = await asked(ask, "variables", { variablesReference, start: 0, count: VALUES });
  return list<Variable>(answer, "variables")
    .filter(({ name, presentationHint }) => !ADDED.has(name) && presentationHint?.visibility !== "internal")
    .filter(({ value }) => !CODE.some((beginning) => value.startsWith(beginning)))
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
