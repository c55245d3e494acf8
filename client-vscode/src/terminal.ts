/** Terminals as a source: links on frames, the output of the last failed command, the selection. */
import * as vscode from "vscode";
import { Tail } from "./bounded";
import type { Connection } from "./connection";
import { build } from "./prompts";
import { FRAMES, type FrameLink } from "./protocol";

/** Characters kept of a command's output. */
const KEPT = 2_000_000;
const LONGEST_LINE = 4000;

/** The output of a command that ended with an error. */
export interface Failed {
  command: string;
  output: string;
  root?: string;
}

interface Link extends vscode.TerminalLink {
  target?: FrameLink["target"];
  terminal: vscode.Terminal;
}

/** Shell integration, which VS Code has from 1.93 on. */
interface Execution {
  commandLine: { value: string };
  cwd?: vscode.Uri;
  read(): AsyncIterable<string>;
}

interface Shells {
  onDidStartTerminalShellExecution?: vscode.Event<{ terminal: vscode.Terminal; execution: Execution }>;
  onDidEndTerminalShellExecution?: vscode.Event<{
    terminal: vscode.Terminal;
    execution: Execution;
    exitCode: number | undefined;
  }>;
}

export class Terminals implements vscode.TerminalLinkProvider<Link> {
  private readonly connection: Connection;
  private readonly running = new Map<Execution, { tail: Tail; read: Promise<void> }>();
  private failed: Failed | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  register(): vscode.Disposable[] {
    const { onDidStartTerminalShellExecution: started, onDidEndTerminalShellExecution: ended } =
      vscode.window as unknown as Shells;
    return [
      vscode.window.registerTerminalLinkProvider(this),
      ...(started === undefined ? [] : [started(({ execution }) => this.follow(execution))]),
      ...(ended === undefined
        ? []
        : [ended(({ execution, exitCode }) => void this.ended(execution, exitCode))]),
    ];
  }

  /** The last command that failed in any terminal. */
  get lastFailed(): Failed | undefined {
    return this.failed;
  }

  private follow(execution: Execution): void {
    const tail = new Tail(KEPT);
    const read = async () => {
      for await (const piece of execution.read()) {
        tail.add(piece);
      }
    };
    this.running.set(execution, { tail, read: read() });
  }

  private async ended(execution: Execution, exitCode: number | undefined): Promise<void> {
    const run = this.running.get(execution);
    this.running.delete(execution);
    if (run === undefined || exitCode === undefined || exitCode === 0) {
      return;
    }
    await run.read;
    const root = execution.cwd === undefined ? {} : { root: folderOf(execution.cwd) };
    this.failed = { command: execution.commandLine.value, output: run.tail.text, ...root };
    await vscode.commands.executeCommand("setContext", "crimescene.commandFailed", true);
  }

  // ------------------------------------------------------------------ links

  async provideTerminalLinks(
    context: vscode.TerminalLinkContext,
    token: vscode.CancellationToken,
  ): Promise<Link[]> {
    const client = this.connection.current;
    if (client === undefined || context.line.length > LONGEST_LINE || context.line.trim() === "") {
      return [];
    }
    const frames = await client.sendRequest<FrameLink[]>(FRAMES, { text: context.line }, token);
    return frames.flatMap((frame) => {
      const { start, end } = frame.range;
      if (start.line !== 0) {
        return [];
      }
      const terminal = context.terminal;
      const place = { startIndex: start.character, length: end.character - start.character };
      const links: Link[] = [{ ...place, tooltip: frame.tooltip, target: frame.target, terminal }];
      if (frame.name !== null && frame.name.start.line === 0 && frame.inApp) {
        const [from, to] = [frame.name.start.character, frame.name.end.character];
        const tooltip = vscode.l10n.t("Build Debug Prompt from this terminal");
        links.push({ startIndex: from, length: to - from, tooltip, terminal });
      }
      return links;
    });
  }

  async handleTerminalLink(link: Link): Promise<void> {
    if (link.target === undefined) {
      await this.buildFromAll(link.terminal);
      return;
    }
    const { start } = link.target.range;
    const place = new vscode.Position(start.line, start.character);
    const selection = new vscode.Range(place, place);
    await vscode.window.showTextDocument(vscode.Uri.parse(link.target.uri), { selection });
  }

  // ------------------------------------------------------------------ texts

  /** Build from what the last failed command printed. */
  async buildFromLastFailed(): Promise<void> {
    if (this.failed === undefined) {
      const how = vscode.l10n.t("How To");
      const said = vscode.l10n.t(
        "No failed command is known: the terminal's shell integration tells of commands that start after this window.",
      );
      if ((await vscode.window.showInformationMessage(said, how)) === how) {
        const page = "https://code.visualstudio.com/docs/terminal/shell-integration";
        await vscode.env.openExternal(vscode.Uri.parse(page));
      }
      return;
    }
    const { output, root } = this.failed;
    await build(this.connection, { text: output, ...(root === undefined ? {} : { root }) });
  }

  async buildFromSelection(): Promise<void> {
    const text = await copied("workbench.action.terminal.copySelection");
    if (text.trim() === "") {
      vscode.window.showInformationMessage(vscode.l10n.t("Select the error in the terminal first."));
      return;
    }
    await build(this.connection, { text });
  }

  private async buildFromAll(terminal: vscode.Terminal): Promise<void> {
    terminal.show(true);
    await vscode.commands.executeCommand("workbench.action.terminal.selectAll");
    const text = await copied("workbench.action.terminal.copySelection");
    await vscode.commands.executeCommand("workbench.action.terminal.clearSelection");
    await build(this.connection, { text: text.slice(-KEPT) });
  }
}

/** What a command copies; the clipboard has afterwards what it had before. */
async function copied(command: string): Promise<string> {
  const before = await vscode.env.clipboard.readText();
  await vscode.env.clipboard.writeText("");
  try {
    await vscode.commands.executeCommand(command);
    return await vscode.env.clipboard.readText();
  } finally {
    await vscode.env.clipboard.writeText(before);
  }
}

function folderOf(uri: vscode.Uri): string {
  return (vscode.workspace.getWorkspaceFolder(uri)?.uri ?? uri).toString();
}
