/** Asking for a prompt, and what is said when there is none. */
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Connection } from "./connection";
import { BUILD, type Built, type Wish } from "./protocol";

/** How long an open prompt may show what it was, and how often that is looked at. */
const RELOAD_MS = 2000;
const RELOAD_STEPS = 40;

/** Build a prompt and show it; the user is told why there is none. */
export async function build(connection: Connection, wish: Wish): Promise<Built | undefined> {
  const built = await ask(connection, wish);
  if (built?.message !== undefined) {
    await explain(connection, built.message);
  }
  return built?.prompt === undefined ? undefined : built;
}

/** Build a prompt without showing it and put it on the clipboard. */
export async function copy(connection: Connection, wish: Wish): Promise<Built | undefined> {
  const open = openPrompt(wish.uri);
  if (open !== undefined) {
    await vscode.env.clipboard.writeText(open.getText());
    vscode.window.setStatusBarMessage(vscode.l10n.t("$(check) Debug prompt copied"), 4000);
    return undefined;
  }
  const built = await build(connection, { ...wish, show: false });
  if (built?.prompt !== undefined) {
    await vscode.env.clipboard.writeText(built.prompt);
    const said = vscode.l10n.t("Debug prompt copied: {0} tokens.", (built.tokens ?? 0).toLocaleString());
    void offerToOpen(said, built);
  }
  return built;
}

/** A prompt that is open, with all that was written into it. */
export function openPrompt(uri: string | undefined): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    (document) => document.uri.toString() === uri && isPrompt(document),
  );
}

/** Whether a document is a prompt that was saved in the workspace or, where that is off, elsewhere. */
export function isPrompt(document: vscode.TextDocument): boolean {
  const [folder, name] = document.uri.path.split("/").slice(-2);
  const around = document.uri.path.split("/").includes(".crimescene");
  return name === "prompt.md" && (around || (folder ?? "").startsWith("crimescene-"));
}

async function offerToOpen(said: string, built: Built): Promise<void> {
  const open = vscode.l10n.t("Open");
  const chosen = await vscode.window.showInformationMessage(said, open);
  if (chosen === open && built.uri !== undefined) {
    await vscode.window.showTextDocument(vscode.Uri.parse(built.uri), {
      viewColumn: vscode.ViewColumn.Beside,
    });
  }
}

async function ask(connection: Connection, wish: Wish): Promise<Built | undefined> {
  await saveAnswers();
  const wanted: Wish = vscode.workspace.isTrusted ? wish : { ...wish, run: false };
  return answered(connection, async (client) => {
    const wish = { command: BUILD, arguments: [wanted] };
    const built = await client.sendRequest<Built>("workspace/executeCommand", wish);
    await reloaded(built.uri, built.prompt);
    return built;
  });
}

/** The server's answer; undefined where there is none, which the user has then been told. */
export async function answered<T>(
  connection: Connection,
  send: (client: LanguageClient) => Promise<T>,
): Promise<T | undefined> {
  const client = await connection.ready();
  if (client === undefined) {
    return undefined; // why has been said
  }
  const title = vscode.l10n.t("Building the debug prompt…");
  const options = { location: vscode.ProgressLocation.Window, title };
  try {
    return await vscode.window.withProgress(options, () => send(client));
  } catch (error) {
    connection.say(String(error));
    return (await wantsAgain(connection, error)) ? answered(connection, send) : undefined;
  }
}

/** Nothing that was asked is lost: the same question can be put to the next server. */
async function wantsAgain(connection: Connection, error: unknown): Promise<boolean> {
  const again = vscode.l10n.t("Try Again");
  const logs = vscode.l10n.t("Show Logs");
  const said =
    connection.current === undefined
      ? vscode.l10n.t("The server stopped before the prompt was ready.")
      : vscode.l10n.t("There is no prompt: {0}", error instanceof Error ? error.message : String(error));
  const chosen = await vscode.window.showErrorMessage(said, again, logs);
  if (chosen === logs) {
    connection.log.show();
  }
  return chosen === again;
}

/** The next prompt is written to the same file: what was typed into this one has to lie there, to be kept. */
async function saveAnswers(): Promise<void> {
  const typed = vscode.workspace.textDocuments.filter((document) => document.isDirty && isPrompt(document));
  await Promise.all(typed.map((document) => document.save()));
}

/** Wait until an open prompt shows what was written: the editor sees changes on disk in its own time. */
async function reloaded(uri: string | undefined, text = ""): Promise<void> {
  const document = openPrompt(uri);
  const isOld = () =>
    text !== "" && document !== undefined && !document.isDirty && !isSame(document.getText(), text);
  for (let step = 0; step < RELOAD_STEPS && isOld(); step++) {
    await new Promise((resolve) => setTimeout(resolve, RELOAD_MS / RELOAD_STEPS));
  }
  if (isOld() && vscode.window.activeTextEditor?.document === document) {
    await vscode.commands.executeCommand("workbench.action.files.revert"); // nobody watches this disk
  }
}

/** Line ends are the editor's own matter. */
function isSame(left: string, right: string): boolean {
  return left.replaceAll("\r\n", "\n") === right.replaceAll("\r\n", "\n");
}

/** The server's sentence with the button that helps. */
async function explain(connection: Connection, message: string): Promise<void> {
  const open = vscode.l10n.t("Open Folder…");
  const paste = vscode.l10n.t("Use Clipboard");
  const trust = vscode.l10n.t("Manage Trust");
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
  if ((vscode.workspace.workspaceFolders?.length ?? 0) > folders.length) {
    const said = vscode.l10n.t(
      "Crimescene reads files of this machine, and this folder lies elsewhere. Open one on this machine: the prompt is made of the code around the failure.",
    );
    if ((await vscode.window.showWarningMessage(said, open)) === open) {
      await vscode.commands.executeCommand("workbench.action.files.openFolder");
    }
    return;
  }
  const buttons = folders.length === 0 ? [open] : [paste, ...(vscode.workspace.isTrusted ? [] : [trust])];
  const chosen = await vscode.window.showWarningMessage(message, ...buttons);
  if (chosen === open) {
    await vscode.commands.executeCommand("workbench.action.files.openFolder");
  } else if (chosen === paste) {
    await build(connection, { text: await vscode.env.clipboard.readText() });
  } else if (chosen === trust) {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
}
