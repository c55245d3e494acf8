/** What assistants of the editor may use by themselves: tools, and the server for agents. Newer than the engine. */
import * as vscode from "vscode";
import type { Connection } from "./connection";
import { BUILD, type Built, type Wish } from "./protocol";

/** What VS Code has from 1.95 (tools) and 1.101 (servers for agents) on. */
interface Newer {
  lm?: {
    registerTool?(name: string, tool: Tool): vscode.Disposable;
    registerMcpServerDefinitionProvider?(id: string, provider: object): vscode.Disposable;
  };
  LanguageModelToolResult?: new (parts: unknown[]) => unknown;
  LanguageModelTextPart?: new (text: string) => unknown;
  McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: string[],
    env: Record<string, string>,
    version: string,
  ) => object;
}

interface Tool {
  invoke(options: { input: Input }, token: vscode.CancellationToken): Promise<unknown>;
  prepareInvocation(options: { input: Input }): object;
}

interface Input {
  text?: string;
  file?: string;
  line?: number;
}

const host = vscode as unknown as Newer;

/** Let assistants ask for prompts; what runs something asks the user first. */
export function registerAgents(
  context: vscode.ExtensionContext,
  connection: Connection,
): vscode.Disposable[] {
  return [...registerTools(connection), ...registerServer(context, connection)];
}

function registerTools(connection: Connection): vscode.Disposable[] {
  const { lm, LanguageModelToolResult: Result, LanguageModelTextPart: Text } = host;
  if (lm?.registerTool === undefined || Result === undefined || Text === undefined) {
    return [];
  }
  const answer = async (wish: Wish, token: vscode.CancellationToken) => {
    const client = await connection.ready();
    const asked = { command: BUILD, arguments: [{ ...wish, show: false }] };
    const built = await client?.sendRequest<Built>("workspace/executeCommand", asked, token);
    return new Result([new Text(built?.prompt ?? built?.message ?? "The Crimescene server does not run.")]);
  };
  const prompt: Tool = {
    invoke: ({ input }, token) => answer({ ...wished(input), run: false }, token),
    prepareInvocation: () => ({ invocationMessage: vscode.l10n.t("Building the debug prompt") }),
  };
  const running: Tool = {
    invoke: async ({ input }, token) =>
      vscode.workspace.isTrusted
        ? answer({ ...wished(input), run: true }, token)
        : new Result([new Text("Nothing is run in a folder that the user does not trust.")]),
    prepareInvocation: ({ input }) => {
      const name = vscode.workspace.asRelativePath(input.file ?? "");
      return {
        invocationMessage: vscode.l10n.t("Running {0}", name),
        confirmationMessages: {
          title: vscode.l10n.t("Run {0}?", name),
          message: vscode.l10n.t(
            "Crimescene runs this file the way its project does, and describes the failure if there is one.",
          ),
        },
      };
    },
  };
  return [
    lm.registerTool("crimescene_debug_prompt", prompt),
    lm.registerTool("crimescene_run_file", running),
  ];
}

function wished(input: Input): Wish {
  if (input.text !== undefined && input.text !== "") {
    return { text: input.text };
  }
  if (input.file === undefined || input.file === "") {
    return {};
  }
  return { uri: vscode.Uri.file(input.file).toString(), line: Math.max(0, (input.line ?? 1) - 1) };
}

/** The server for agents, started by the editor where the user lets it; none where the server found lacks it. */
function registerServer(context: vscode.ExtensionContext, connection: Connection): vscode.Disposable[] {
  const { lm, McpStdioServerDefinition: Definition } = host;
  if (lm?.registerMcpServerDefinitionProvider === undefined || Definition === undefined) {
    return [];
  }
  const changed = new vscode.EventEmitter<void>();
  const provider = {
    onDidChangeMcpServerDefinitions: changed.event,
    provideMcpServerDefinitions: async () => {
      const launch = await connection.agents();
      const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file");
      if (launch === undefined || folder === undefined) {
        return [];
      }
      const words = [...launch.args, "--root", folder.uri.fsPath];
      const { version } = context.extension.packageJSON as { version: string };
      return [new Definition("Crimescene", launch.command, words, launch.env ?? {}, version)];
    },
  };
  return [
    changed,
    connection.onReady(() => changed.fire()),
    lm.registerMcpServerDefinitionProvider("crimescene", provider),
  ];
}
