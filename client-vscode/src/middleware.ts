/** What passes between editor and server and needs something that only VS Code knows. */
import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import type { Connection } from "./connection";
import { build, copy } from "./prompts";
import { BUILD, COPY, RUN_AGAIN, type Wish } from "./protocol";
import { mayRun } from "./trust";

/** Settings that are this client's own; the server would not know them. */
const OURS = new Set(["path"]);

/** VS Code's own view of Markdown as it is meant to look. */
const PREVIEW = "vscode.markdown.preview.editor";

/** What the user set, null where nothing was: a default of ours must not hide what a project says. */
export function settingsToSend(scope?: vscode.Uri): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration("crimescene", scope);
  const found: Record<string, unknown> = {};
  for (const key of Object.keys(settings)) {
    const known = settings.inspect(key);
    if (known?.defaultValue === undefined || OURS.has(key)) {
      continue; // a method, or one of ours
    }
    const set = [known.globalValue, known.workspaceValue, known.workspaceFolderValue];
    found[key] = set.some((value) => value !== undefined) ? settings.get(key) : null;
  }
  return found;
}

/** Show a document beside the code; where it is shown already, there. */
export async function showBeside(
  uri: vscode.Uri,
  selection?: vscode.Range,
  preserveFocus = false,
): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find(
    (editor) => editor.document.uri.toString() === uri.toString(),
  );
  const groups = vscode.window.tabGroups;
  const other = groups.all.find((group) => group !== groups.activeTabGroup);
  const free = groups.activeTabGroup.tabs.length === 0 ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
  const viewColumn = shown?.viewColumn ?? other?.viewColumn ?? free;
  const options = {
    viewColumn,
    preview: false,
    preserveFocus,
    ...(selection === undefined ? {} : { selection }),
  };
  if (!isForReading(uri)) {
    await vscode.window.showTextDocument(uri, options);
    return;
  }
  try {
    await vscode.commands.executeCommand("vscode.openWith", uri, PREVIEW, options);
  } catch {
    await vscode.window.showTextDocument(uri, options); // Markdown is switched off
  }
}

/** What the server shows to be read, a table say, from a folder of its own; into a prompt one writes. */
function isForReading(uri: vscode.Uri): boolean {
  const [folder, name] = uri.path.split("/").slice(-2);
  return (folder ?? "").startsWith("crimescene-") && (name ?? "").endsWith(".md") && name !== "prompt.md";
}

export function makeMiddleware(connection: Connection): Middleware {
  return {
    executeCommand: async (command, args, next) => {
      const wish = wished(args[0]);
      if (command === BUILD) {
        return build(connection, wish);
      }
      if (command === RUN_AGAIN && !(await mayRun())) {
        return undefined;
      }
      return command === COPY ? copy(connection, wish) : next(command, args);
    },
    window: {
      showDocument: async (params, next) => {
        if (params.external === true) {
          return next(params, new vscode.CancellationTokenSource().token) as Promise<{ success: boolean }>;
        }
        const place = params.selection;
        const selection =
          place &&
          new vscode.Range(place.start.line, place.start.character, place.end.line, place.end.character);
        try {
          await showBeside(vscode.Uri.parse(params.uri), selection, params.takeFocus === false);
          return { success: true };
        } catch (error) {
          connection.say(`show: ${error}`);
          return { success: false };
        }
      },
    },
    workspace: {
      configuration: (params) =>
        params.items.map((item) =>
          item.section === "crimescene"
            ? settingsToSend(item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri))
            : null,
        ),
      // The server asks for what it needs; what is pushed would hold our own settings too.
      didChangeConfiguration: async () => {
        await connection.current?.sendNotification("workspace/didChangeConfiguration", { settings: null });
      },
    },
  };
}

/** The arguments of a command as links, lenses and keybindings give them. */
function wished(given: unknown): Wish {
  if (typeof given === "string") {
    return { uri: given };
  }
  return typeof given === "object" && given !== null ? { ...given } : {};
}
