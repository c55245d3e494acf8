/** Whether something of the workspace may run. */
import * as vscode from "vscode";

/** In a folder nobody trusts nothing runs, whoever asks: a menu, a keybinding, or another extension. */
export async function mayRun(): Promise<boolean> {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  const trust = vscode.l10n.t("Manage Trust");
  const said = vscode.l10n.t("Nothing is run in a folder that is not trusted.");
  if ((await vscode.window.showWarningMessage(said, trust)) === trust) {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
  return false;
}
