/**
 * Finds a server that starts, and makes a private environment for one where there is none.
 * The only file that starts processes or touches the disk.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { lastLine, Tail } from "./bounded";
import { AS_MODULE, type Launch, NoServer, selectedPython, ways } from "./launch";

export interface Ended {
  code: number;
  output: string;
}

const PROBE_MS = 30_000;
/** Characters kept of what such a program prints. */
const KEPT = 1_000_000;
const VERSION = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
const NEEDED = "requirements.txt";
const FOR_AGENTS = "agents.txt";
const WINDOWS = process.platform === "win32";

/** The first that starts of: the setting, the selected interpreter, PATH, the private environment. */
export async function findServer(
  context: vscode.ExtensionContext,
  log: (line: string) => void,
): Promise<Launch> {
  const set = vscode.workspace.getConfiguration("crimescene").get<string>("path", "").trim();
  if (set !== "") {
    const launch = { ...ways(set), from: vscode.l10n.t("the setting crimescene.path") };
    const tried = await starts(launch, context);
    if (tried.code === 0) {
      return launch;
    }
    log(`${set}: ${tried.output}`);
    const why = lastLine(tried.output);
    throw new NoServer(
      "path",
      vscode.l10n.t("The setting crimescene.path names {0}, which does not start: {1}", set, why),
    );
  }
  const found: Launch[] = [];
  const python = await selectedPython();
  if (python !== undefined) {
    found.push({ ...ways(python), from: vscode.l10n.t("the selected Python, {0}", python) });
  }
  found.push({ ...ways("crimescene"), from: vscode.l10n.t("PATH") });
  const isMade = existsSync(mark(context)) && readFileSync(mark(context), "utf8") === wanted(context);
  if (isMade) {
    found.push(privately(context));
  }
  let why = "";
  for (const launch of found) {
    const tried = await starts(launch, context);
    if (tried.code === 0) {
      return launch;
    }
    why = lastLine(tried.output);
    log(`${launch.from}: ${tried.output}`);
  }
  throw isMade
    ? new NoServer("broken", vscode.l10n.t("The server's own environment is broken: {0}", why))
    : new NoServer("missing", vscode.l10n.t("No Crimescene server is installed here yet."));
}

function starts(launch: Launch, context: vscode.ExtensionContext): Promise<Ended> {
  return run(launch.command, [...launch.args.slice(0, -1), "--version"], context, launch.env);
}

/** Start a server that nobody talks to: whether it starts, and what it prints if not. */
export function tryOut(launch: Launch, context: vscode.ExtensionContext): Promise<Ended> {
  return run(launch.command, launch.args, context, launch.env);
}

// ------------------------------------------------------------------ the private environment

/** A Python that can make environments; none found is an answer too. */
export async function findPython(context: vscode.ExtensionContext): Promise<string | undefined> {
  const selected = await selectedPython();
  const names = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python", "py"];
  for (const name of [...(selected === undefined ? [] : [selected]), ...names]) {
    if ((await run(name, ["-c", VERSION], context)).code === 0) {
      return name;
    }
  }
  return undefined;
}

/** Make the private environment; ends early when cancelled. The answer's output says why it failed. */
export async function createEnvironment(
  context: vscode.ExtensionContext,
  python: string,
  report: (message: string) => void,
  token: vscode.CancellationToken,
): Promise<Ended> {
  const folder = home(context);
  rmSync(folder, { recursive: true, force: true });
  report(vscode.l10n.t("Creating an environment with {0}…", python));
  const made = await run(python, ["-m", "venv", folder], context, undefined, token);
  if (made.code !== 0) {
    rmSync(folder, { recursive: true, force: true });
    return made;
  }
  report(vscode.l10n.t("Installing what the server needs…"));
  const words = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r"];
  const done = await run(inner(context), [...words, list(context, NEEDED)], context, undefined, token);
  if (done.code === 0) {
    // What the server for agents needs is not to be had everywhere, and the editor's own server goes without it.
    await run(inner(context), [...words, list(context, FOR_AGENTS)], context, undefined, token);
    writeFileSync(mark(context), wanted(context));
  } else {
    rmSync(folder, { recursive: true, force: true });
  }
  return done;
}

function privately(context: vscode.ExtensionContext): Launch {
  return {
    command: inner(context),
    args: [...AS_MODULE, "lsp"],
    env: { PYTHONPATH: join(context.extensionPath, "server") },
    from: vscode.l10n.t("its own environment"),
    isOurs: true,
  };
}

const home = (context: vscode.ExtensionContext) => join(context.globalStorageUri.fsPath, "server");
const inner = (context: vscode.ExtensionContext) =>
  join(home(context), ...(WINDOWS ? ["Scripts", "python.exe"] : ["bin", "python"]));
/** Written last: an environment without it, or with another list, is not whole. */
const mark = (context: vscode.ExtensionContext) => join(home(context), "installed.txt");
const wanted = (context: vscode.ExtensionContext) =>
  [NEEDED, FOR_AGENTS].map((name) => readFileSync(list(context, name), "utf8")).join("");
const list = (context: vscode.ExtensionContext, name: string) => join(context.extensionPath, "server", name);

// ------------------------------------------------------------------ processes

/** Run a program outside of the workspace: Python would import what lies in the working folder. */
function run(
  command: string,
  args: string[],
  context: vscode.ExtensionContext,
  env: Record<string, string> = {},
  token?: vscode.CancellationToken,
): Promise<Ended> {
  return new Promise((resolve) => {
    const output = new Tail(KEPT);
    const child = spawn(command, args, {
      cwd: context.extensionPath,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: !WINDOWS, // a group of its own, so that all of it can be ended
      windowsHide: true,
    });
    const timer = token === undefined ? setTimeout(() => end(child), PROBE_MS) : undefined;
    const cancelled = token?.onCancellationRequested(() => end(child));
    const over = (code: number, said = "") => {
      clearTimeout(timer);
      cancelled?.dispose();
      resolve({ code, output: output.text.trim() || said });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (piece: string) => output.add(piece));
    }
    child.on("error", (error) => over(1, error.message));
    child.on("close", (code, signal) =>
      over(code ?? 1, vscode.l10n.t("It ended with {0}.", signal ?? code ?? 1)),
    );
  });
}

/** End a program and what it has started. */
function end(child: ChildProcess): void {
  try {
    if (WINDOWS || child.pid === undefined) {
      child.kill();
    } else {
      process.kill(-child.pid, "SIGKILL");
    }
  } catch {
    // it has ended
  }
}
