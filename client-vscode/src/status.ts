/** The item in the status bar: whether the server runs, and what to do if not. */
import * as vscode from "vscode";

export type State = "starting" | "ready" | "stopped" | "failed";

const ICONS: Record<State, string> = {
  starting: "$(loading~spin)",
  ready: "$(search-fuzzy)",
  stopped: "$(circle-slash)",
  failed: "$(warning)",
};

export class Status implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;

  constructor() {
    this.item = vscode.window.createStatusBarItem("crimescene.status", vscode.StatusBarAlignment.Right, 10);
    this.item.name = "Crimescene";
    this.item.command = "crimescene.client.showMenu";
    this.show("starting");
    this.item.show();
  }

  /** Show a state; `detail` is one more sentence for the tooltip. */
  show(state: State, detail = ""): void {
    const words: Record<State, string> = {
      starting: vscode.l10n.t("The server is starting."),
      ready: vscode.l10n.t("The server is ready."),
      stopped: vscode.l10n.t("The server has been stopped."),
      failed: vscode.l10n.t("The server does not run."),
    };
    this.item.text = `${ICONS[state]} Crimescene`;
    this.item.tooltip = detail === "" ? words[state] : `${words[state]} ${detail}`;
    this.item.accessibilityInformation = { label: `Crimescene: ${words[state]}`, role: "button" };
    this.item.backgroundColor =
      state === "failed" ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  }

  dispose(): void {
    this.item.dispose();
  }
}
