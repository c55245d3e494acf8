/**
 * Finds a server that starts, and makes a private environment for one where there is none.
 * The only file that starts processes or touches the disk.
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { lastLine } from "./bounded";

/** How to start a server. */
export interface Launch {
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** Where it was found, for people. */
  from: string;
}

/** Why there is none. */
export class NoServer extends Error {
  readonly kind: "path" | "missing";

  constructor(kind: "path" | "missing", message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface Ended {
  code: number;
  output: string;
}

const PROBE_MS = 30_000;
const VERSION = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
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
  if (existsSync(mark(context)) && readFileSync(mark(context), "utf8") === wanted(context)) {
    found.push(privately(context));
  }
  for (const launch of found) {
    const tried = await starts(launch, context);
    if (tried.code === 0) {
      return launch;
    }
    log(`${launch.from}: ${lastLine(tried.output)}`);
  }
  throw new NoServer("missing", vscode.l10n.t("No Crimescene server is installed here yet."));
}

/** Like `-m crimescene`, which would look for Python's own modules in the folder it starts in: the workspace. */
const AS_MODULE = [
  "-c",
  "import sys; sys.path[:] = [p for p in sys.path if p]; from crimescene.cli import main; sys.exit(main())",
];

function ways(path: string): { command: string; args: string[] } {
  const name = path.replaceAll("\\", "/").split("/").at(-1) ?? "";
  const isPython = name.toLowerCase().startsWith("python") || name.toLowerCase().startsWith("pypy");
  return { command: path, args: [...(isPython ? AS_MODULE : []), "lsp"] };
}

function starts(launch: Launch, context: vscode.ExtensionContext): Promise<Ended> {
  return run(launch.command, [...launch.args.slice(0, -1), "--version"], context, launch.env);
}

/** The interpreter chosen in the Python extension; none in a folder nobody trusts, as it may lie in there. */
async function selectedPython(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension("ms-python.python");
  if (extension === undefined || !vscode.workspace.isTrusted) {
    return undefined;
  }
  try {
    const api = (extension.isActive ? extension.exports : await extension.activate()) as PythonApi;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const active = api.environments?.getActiveEnvironmentPath(folder);
    const known = await api.environments?.resolveEnvironment(active);
    return known?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}

interface PythonApi {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): unknown;
    resolveEnvironment(path: unknown): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
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
  const list = join(context.extensionPath, "server", "requirements.txt");
  const words = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", list];
  const done = await run(inner(context), words, context, undefined, token);
  if (done.code === 0) {
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
  };
}

const home = (context: vscode.ExtensionContext) => join(context.globalStorageUri.fsPath, "server");
const inner = (context: vscode.ExtensionContext) =>
  join(home(context), ...(WINDOWS ? ["Scripts", "python.exe"] : ["bin", "python"]));
/** Written last: an environment without it, or with another list, is not whole. */
const mark = (context: vscode.ExtensionContext) => join(home(context), "installed.txt");
const wanted = (context: vscode.ExtensionContext) =>
  readFileSync(join(context.extensionPath, "server", "requirements.txt"), "utf8");

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
    const timeout = token === undefined ? PROBE_MS : 0;
    const options = {
      cwd: context.extensionPath,
      env: { ...process.env, ...env },
      timeout,
      maxBuffer: 8_000_000,
    };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : 1;
      resolve({ code, output: `${stdout}${stderr}`.trim() || (error?.message ?? "") });
    });
    token?.onCancellationRequested(() => child.kill());
  });
}
