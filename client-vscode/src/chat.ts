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

/** What VS Code has from 1.95 on; the engine may be older. */
interface Tools {
  registerTool?(
    name: string,
    tool: { invoke(options: { input: ToolInput }): Promise<unknown> },
  ): vscode.Disposable;
}

interface ToolInput {
  text?: string;
  file?: string;
  line?: number;
}

/** Let an assistant of the editor ask for the prompt by itself. */
export function registerTool(connection: Connection): vscode.Disposable[] {
  const host = vscode as unknown as {
    lm?: Tools;
    LanguageModelToolResult?: new (parts: unknown[]) => unknown;
    LanguageModelTextPart?: new (text: string) => unknown;
  };
  const { lm, LanguageModelToolResult: Result, LanguageModelTextPart: Text } = host;
  if (lm?.registerTool === undefined || Result === undefined || Text === undefined) {
    return [];
  }
  const invoke = async ({ input }: { input: ToolInput }) => {
    const wish: Wish = { show: false, run: false };
    if (input.text !== undefined && input.text !== "") {
      wish.text = input.text;
    } else if (input.file !== undefined && input.file !== "") {
      wish.uri = vscode.Uri.file(input.file).toString();
      wish.line = Math.max(0, (input.line ?? 1) - 1);
    }
    const client = await connection.ready();
    const built = await client?.sendRequest<{ prompt?: string; message?: string }>(
      "workspace/executeCommand",
      {
        command: "crimescene.buildPrompt",
        arguments: [wish],
      },
    );
    return new Result([new Text(built?.prompt ?? built?.message ?? "The Crimescene server does not run.")]);
  };
  return [lm.registerTool("crimescene_debug_prompt", { invoke })];
}
