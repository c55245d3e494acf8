/** The cases as a tree, as the server has them, and the review of an answer from wherever it stands. */
import * as vscode from "vscode";
import type { Connection } from "./connection";
import { RUN_AGAIN } from "./protocol";

const CASES = "crimescene/cases";
const REVIEW = "crimescene.reviewAnswer";
/** Texts that may be an answer themselves; from any other, the clipboard is meant. */
const ANSWERS = new Set(["markdown", "diff", "plaintext"]);

/** What the server says of one line of the tree. */
interface Node {
  id: string;
  label: string;
  description: string;
  tooltip: string;
  icon: string;
  kind: string;
  children: Node[];
  /** Whether they are seen at first. */
  shown: boolean;
  key?: string;
  root?: string;
  uri?: string;
  command?: string;
  arguments?: unknown[];
}

class Cases implements vscode.TreeDataProvider<Node> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node !== undefined) {
      return node.children;
    }
    const client = await this.connection.ready();
    const found = await client?.sendRequest<{ nodes: Node[] }>(CASES, {});
    return found?.nodes ?? [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const opened = node.shown ? Expanded : Collapsed;
    const item = new vscode.TreeItem(node.label, node.children.length > 0 ? opened : None);
    item.id = node.id;
    item.description = node.description;
    item.tooltip = node.tooltip === "" ? node.label : node.tooltip;
    item.iconPath = new vscode.ThemeIcon(node.icon);
    item.contextValue = node.kind;
    if (node.uri !== undefined) {
      const uri = vscode.Uri.parse(node.uri);
      item.command = { title: node.label, command: "vscode.open", arguments: [uri] };
    } else if (node.command !== undefined) {
      item.command = { title: node.label, command: node.command, arguments: node.arguments ?? [] };
    }
    return item;
  }
}

/** The tree, what can be done with one case, and the review. */
export function registerCases(connection: Connection): vscode.Disposable[] {
  const cases = new Cases(connection);
  const watcher = vscode.workspace.createFileSystemWatcher("**/.crimescene/*/case.json");
  const refresh = () => cases.refresh();
  const on = (name: string, command: string, more: object = {}) =>
    vscode.commands.registerCommand(`crimescene.client.${name}`, async (node?: Node) => {
      const chosen = node === undefined ? {} : { key: node.key, root: node.root };
      await vscode.commands.executeCommand(command, { ...chosen, ...more });
      refresh();
    });
  return [
    vscode.window.registerTreeDataProvider("crimescene.cases", cases),
    watcher,
    watcher.onDidCreate(refresh),
    watcher.onDidChange(refresh),
    watcher.onDidDelete(refresh),
    on("showCase", "crimescene.showCase"),
    on("closeCase", "crimescene.closeCase"),
    on("reopenCase", "crimescene.closeCase", { reopen: true }),
    on("judgeChanges", "crimescene.judgeChanges"),
    on("runAgain", RUN_AGAIN),
    vscode.commands.registerCommand("crimescene.client.refreshCases", refresh),
    vscode.commands.registerCommand("crimescene.client.reviewAnswer", review),
    vscode.commands.registerCommand("crimescene.client.recordAttempt", record),
  ];
}

/** Review the text that is open if it may be an answer, else what is on the clipboard. */
async function review(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined && ANSWERS.has(document.languageId)) {
    await vscode.commands.executeCommand(REVIEW, { uri: document.uri.toString() });
    return;
  }
  const text = await vscode.env.clipboard.readText();
  if (text.trim() === "") {
    vscode.window.showInformationMessage(
      vscode.l10n.t("The clipboard is empty: copy the assistant's answer."),
    );
    return;
  }
  await vscode.commands.executeCommand(REVIEW, { text });
}

/** Ask what is assumed, and note it with the change as it stands. */
async function record(node?: Node): Promise<void> {
  const prompt = vscode.l10n.t(
    "What do you think is the cause? The change in the work tree is judged by it.",
  );
  const hypothesis = await vscode.window.showInputBox({ prompt });
  if (hypothesis !== undefined) {
    const chosen = node === undefined ? {} : { key: node.key, root: node.root };
    await vscode.commands.executeCommand("crimescene.recordAttempt", { ...chosen, hypothesis });
  }
}
