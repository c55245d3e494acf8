/** The commands: each gathers what only the editor has and asks the server. */
import * as vscode from "vscode";
import { sendToChat } from "./chat";
import type { Connection } from "./connection";
import type { Debuggers } from "./debugger";
import { build, copy, isPrompt } from "./prompts";
import type { Wish } from "./protocol";
import { installServer } from "./remedies";
import type { Terminals } from "./terminal";
import { mayRun } from "./trust";

/** Characters of a selection that may be an error by itself, in a text that lies nowhere. */
const SHORTEST = 10;

export function registerCommands(
  context: vscode.ExtensionContext,
  connection: Connection,
  terminals: Terminals,
  debuggers: Debuggers,
): vscode.Disposable[] {
  const commands: Record<string, (...args: never[]) => Promise<unknown>> = {
    buildPrompt: (uri?: vscode.Uri) => build(connection, wishOf(uri)),
    buildPromptFromClipboard: () => fromClipboard(connection),
    buildPromptFromTerminalSelection: () => terminals.buildFromSelection(),
    buildPromptFromLastFailedCommand: () => terminals.buildFromLastFailed(),
    buildPromptFromDebugger: () => debuggers.buildFromDebugger(),
    buildPromptFromTestMessage: (given: TestMessage) => fromTest(connection, given),
    runFileAndBuildPrompt: (uri?: vscode.Uri) => runFile(connection, uri),
    copyAsMarkdown: (uri?: vscode.Uri) => copy(connection, wishOf(uri)),
    sendToChat: (uri?: vscode.Uri | string) => sendToChat(connection, wishOf(uri)),
    restartServer: () => connection.restart(),
    showLogs: async () => connection.log.show(),
    installServer: () => installServer(context, connection),
    showMenu: () => showMenu(connection),
  };
  return Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`crimescene.client.${name}`, run),
  );
}

/** What a command is about: what it was called on, else the active editor, else the newest failure. */
function wishOf(given?: vscode.Uri | string): Wish {
  if (typeof given === "string") {
    return { uri: given };
  }
  const editor = vscode.window.activeTextEditor;
  if (given !== undefined && given.toString() !== editor?.document.uri.toString()) {
    return { uri: given.toString() };
  }
  if (editor === undefined) {
    return {};
  }
  const { document, selection } = editor;
  if (isPrompt(document)) {
    return { uri: document.uri.toString() };
  }
  const isFile = document.uri.scheme === "file" || document.uri.scheme === "untitled";
  const selected = document.getText(selection);
  if (!isFile) {
    // Output channels and other texts that lie nowhere: the server sees what is selected, else all.
    return { text: selected.trim().length >= SHORTEST ? selected : document.getText() };
  }
  const { line, character } = selection.start;
  return { uri: document.uri.toString(), line, character };
}

async function fromClipboard(connection: Connection): Promise<void> {
  const text = await vscode.env.clipboard.readText();
  if (text.trim() === "") {
    vscode.window.showInformationMessage(
      vscode.l10n.t("The clipboard is empty: copy the error with its stack trace."),
    );
    return;
  }
  await build(connection, { text });
}

interface TestMessage {
  message?: { message?: string | vscode.MarkdownString; stackTrace?: { label: string; uri?: vscode.Uri }[] };
}

async function fromTest(connection: Connection, given: TestMessage | undefined): Promise<void> {
  const said = given?.message?.message;
  const text = typeof said === "string" ? said : (said?.value ?? "");
  await build(connection, text === "" ? {} : { text });
}

/** The server runs the file: it knows how, and shows that it runs. */
async function runFile(connection: Connection, uri?: vscode.Uri): Promise<void> {
  if (!(await mayRun())) {
    return;
  }
  const wish = wishOf(uri);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === wish.uri);
  if (open?.isDirty === true) {
    await open.save(); // what runs is what lies on disk
  }
  await build(connection, { ...wish, run: true });
}

async function showMenu(connection: Connection): Promise<void> {
  const items = [
    { label: vscode.l10n.t("$(wand) Build Debug Prompt"), command: "crimescene.client.buildPrompt" },
    { label: vscode.l10n.t("$(debug-restart) Restart Server"), command: "crimescene.client.restartServer" },
    { label: vscode.l10n.t("$(output) Show Logs"), command: "crimescene.client.showLogs" },
  ];
  if (connection.current === undefined) {
    items.push({
      label: vscode.l10n.t("$(cloud-download) Install Server"),
      command: "crimescene.client.installServer",
    });
  }
  const chosen = await vscode.window.showQuickPick(items, { title: "Crimescene" });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}

/** Let menus know which files the newest failure passed through: those that have the server's hints. */
export function followFailingFiles(): vscode.Disposable {
  const known = new Map<string, boolean>();
  const tell = async (uris: readonly vscode.Uri[]) => {
    for (const uri of uris) {
      const failing = vscode.languages.getDiagnostics(uri).some((d) => d.source === "crimescene");
      known.set(uri.toString(), failing);
    }
    const failing = [...known].filter(([, is]) => is).map(([uri]) => vscode.Uri.parse(uri).path);
    await vscode.commands.executeCommand("setContext", "crimescene.failingFiles", failing);
  };
  return vscode.languages.onDidChangeDiagnostics(({ uris }) => tell(uris));
}
