/** How a server is started, and what may name the Python to start it with. Nothing here starts anything. */
import * as vscode from "vscode";

/** How to start a server. */
export interface Launch {
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** Where it was found, for people. */
  from: string;
  /** Whether it is the extension's own, which can be made again. */
  isOurs?: boolean;
}

/** Why there is none: the setting is wrong, nothing is installed, or what was installed is broken. */
export type Lack = "path" | "missing" | "broken";

export class NoServer extends Error {
  readonly kind: Lack;

  constructor(kind: Lack, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Like `-m crimescene`, which would look for Python's own modules in the folder it starts in: the workspace. */
export const AS_MODULE = [
  "-c",
  "import sys; sys.path[:] = [p for p in sys.path if p]; from crimescene.cli import main; sys.exit(main())",
];

/** What a path of a program means: the server itself, or a Python that can import it. */
export function ways(path: string): { command: string; args: string[] } {
  const name = path.replaceAll("\\", "/").split("/").at(-1) ?? "";
  const isPython = name.toLowerCase().startsWith("python") || name.toLowerCase().startsWith("pypy");
  return { command: path, args: [...(isPython ? AS_MODULE : []), "lsp"] };
}

/** The interpreter chosen in the Python extension; none in a folder nobody trusts, as it may lie in there. */
export async function selectedPython(): Promise<string | undefined> {
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
