/** The prompt to a chat of the editor: filled in, never sent. */
import * as vscode from "vscode";
import type { Connection } from "./connection";
import { build, isPrompt } from "./prompts";
import type { Wish } from "./protocol";

const OPEN = "workbench.action.chat.open";

/** Send a prompt that is open, or one that is built for `wish`. */
export async function sendToChat(connection: Connection, wish: Wish): Promise<void> {
  const open = vscode.workspace.textDocuments.find(
    (document) => isPrompt(document) && document.uri.toString() === wish.uri,
  );
  const text = open?.getText() ?? (await build(connection, { ...wish, show: false }))?.prompt;
  if (text === undefined) {
    return;
  }
  if ((await vscode.commands.getCommands(true)).includes(OPEN)) {
    try {
      await vscode.commands.executeCommand(OPEN, { query: text, isPartialQuery: true });
      return;
    } catch (error) {
      connection.say(`${OPEN}: ${error}`);
    }
  }
  await vscode.env.clipboard.writeText(text);
  vscode.window.showInformationMessage(
    vscode.l10n.t("This editor has no chat. The debug prompt is on the clipboard: paste it where you ask."),
  );
}
