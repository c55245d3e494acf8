/** One message for a server that does not run, with buttons that help. */
import * as vscode from "vscode";
import { lastLine } from "./bounded";
import type { Connection } from "./connection";
import type { NoServer } from "./launch";
import { createEnvironment, findPython } from "./start";

const PYTHON = "https://www.python.org/downloads/";

/** Say why there is no server and do what the user chooses. */
export async function offerRemedy(
  reason: NoServer,
  context: vscode.ExtensionContext,
  connection: Connection,
): Promise<void> {
  const install = vscode.l10n.t("Install");
  const choose = vscode.l10n.t("Open Settings");
  const restart = vscode.l10n.t("Restart Server");
  const logs = vscode.l10n.t("Show Logs");
  const repair = vscode.l10n.t("Install Again");
  let chosen: string | undefined;
  if (reason.kind === "missing") {
    const said = vscode.l10n.t(
      "{0} Install it into a private environment of this extension?",
      reason.message,
    );
    chosen = await vscode.window.showInformationMessage(said, install, choose);
  } else {
    const first = reason.kind === "broken" ? repair : choose;
    chosen = await vscode.window.showErrorMessage(reason.message, first, restart, logs);
  }
  if (chosen === install || chosen === repair) {
    await installServer(context, connection);
  } else if (chosen === choose) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "crimescene.path");
  } else if (chosen === restart) {
    await connection.restart();
  } else if (chosen === logs) {
    connection.log.show();
  }
}

/** Make the private environment with progress, and start the server in it. */
export async function installServer(context: vscode.ExtensionContext, connection: Connection): Promise<void> {
  const python = await findPython(context);
  if (python === undefined) {
    await withoutPython(context, connection);
    return;
  }
  const title = vscode.l10n.t("Crimescene");
  const location = vscode.ProgressLocation.Notification;
  const ended = await vscode.window.withProgress(
    { location, title, cancellable: true },
    async (progress, token) => {
      const report = (message: string) => progress.report({ message });
      const done = await createEnvironment(context, python, report, token);
      return token.isCancellationRequested ? undefined : done;
    },
  );
  if (ended === undefined) {
    return;
  }
  if (ended.code === 0) {
    await connection.restart();
    return;
  }
  connection.say(ended.output);
  const again = vscode.l10n.t("Try Again");
  const logs = vscode.l10n.t("Show Logs");
  const said = vscode.l10n.t(
    "The server could not be installed (is there a network?): {0}",
    lastLine(ended.output),
  );
  const chosen = await vscode.window.showErrorMessage(said, again, logs);
  if (chosen === again) {
    await installServer(context, connection);
  } else if (chosen === logs) {
    connection.log.show();
  }
}

async function withoutPython(context: vscode.ExtensionContext, connection: Connection): Promise<void> {
  const get = vscode.l10n.t("Get Python");
  const again = vscode.l10n.t("Try Again");
  const choose = vscode.l10n.t("Open Settings");
  const said = vscode.l10n.t(
    "Crimescene needs Python 3.10 or newer with venv (Debian and Ubuntu: apt install python3-venv), and found none.",
  );
  const chosen = await vscode.window.showErrorMessage(said, get, again, choose);
  if (chosen === get) {
    await vscode.env.openExternal(vscode.Uri.parse(PYTHON));
  } else if (chosen === again) {
    await installServer(context, connection);
  } else if (chosen === choose) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "crimescene.path");
  }
}
