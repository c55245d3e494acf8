/** Log points: the commands with what only the editor knows, and what they saw as a list of steps. */
import * as vscode from "vscode";
import type { Connection } from "./connection";

const READ = "crimescene.readLogs";

/** One value that a log point printed, as the server tells it. */
interface Step {
  point: string;
  label: string;
  value: string;
  change: string;
  place: string;
  suspicious: boolean;
  times: number;
  uri?: string;
  line?: number;
}

/** What the trail says of one function. */
interface Verdict {
  function: string;
  verdict: string;
  why: string;
}

interface Seen {
  steps?: Step[];
  verdicts?: Verdict[];
}

type Node = Step | Verdict;

const ICONS: Record<string, string> = { confirmed: "error", rejected: "pass", inconclusive: "question" };

class Trail implements vscode.TreeDataProvider<Node> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private seen: Seen = {};

  show(seen: Seen): void {
    this.seen = seen;
    this.changed.fire(undefined);
  }

  getChildren(node?: Node): Node[] {
    return node === undefined ? [...(this.seen.steps ?? []), ...(this.seen.verdicts ?? [])] : [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if ("verdict" in node) {
      const item = new vscode.TreeItem(node.function);
      item.description = `${node.verdict}: ${node.why}`;
      item.iconPath = new vscode.ThemeIcon(ICONS[node.verdict] ?? "question");
      return item;
    }
    const times = node.times > 1 ? ` (${node.times})` : "";
    const item = new vscode.TreeItem(`${node.label} = ${node.value}${times}`);
    item.description = [node.place, node.change].filter((part) => part !== "").join(" · ");
    item.tooltip = `${node.point}: ${node.value}`;
    item.iconPath = new vscode.ThemeIcon(node.suspicious ? "warning" : "circle-small");
    if (node.uri !== undefined && node.line !== undefined) {
      const selection = new vscode.Range(node.line, 0, node.line, 0);
      item.command = {
        title: node.place,
        command: "vscode.open",
        arguments: [vscode.Uri.parse(node.uri), { selection }],
      };
    }
    return item;
  }
}

/** The commands of log points, and the view that follows the file their values go to. */
export function registerLogs(connection: Connection): vscode.Disposable[] {
  const trail = new Trail();
  const watcher = vscode.workspace.createFileSystemWatcher("**/.crimescene/trail.log");
  const refresh = async (show: boolean) => {
    if ((await connection.ready()) === undefined) {
      return;
    }
    const seen = await vscode.commands.executeCommand<Seen>(READ, { show });
    trail.show(seen ?? {});
  };
  const on = (name: string, run: () => Thenable<unknown>) =>
    vscode.commands.registerCommand(`crimescene.client.${name}`, run);
  return [
    vscode.window.registerTreeDataProvider("crimescene.trail", trail),
    watcher,
    watcher.onDidCreate(() => refresh(false)),
    watcher.onDidChange(() => refresh(false)),
    watcher.onDidDelete(() => trail.show({})),
    on("traceShape", () => vscode.commands.executeCommand("crimescene.traceShape", asked())),
    on("suggestLogging", () => vscode.commands.executeCommand("crimescene.suggestLogging", asked())),
    on("insertLogging", () => put("crimescene.insertLogging", asked())),
    on("refineLogging", () => put("crimescene.refineLogging", {})),
    on("readLogs", () => refresh(true)),
    on("removeLogging", async () => {
      await put("crimescene.removeLogging");
      trail.show({});
    }),
  ];
}

/** Edits of the server are made in buffers; what runs next is what lies on disk. */
async function put(command: string, ...given: object[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...given);
  await vscode.workspace.saveAll(false);
}

/** The selected expression, else the failure at the cursor. */
function asked(): object {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return {};
  }
  const { document, selection } = editor;
  const { line, character } = selection.start;
  const expression = document.getText(selection).trim();
  const uri = document.uri.toString();
  return expression === "" ? { uri, line, character } : { uri, line, place: true, expression };
}
