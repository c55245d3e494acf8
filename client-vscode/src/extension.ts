/** Puts the parts together. */
import * as vscode from "vscode";
import { registerAgents } from "./agents";
import { registerCases } from "./cases";
import { followFailingFiles, registerCommands } from "./commands";
import { Connection } from "./connection";
import { Debuggers } from "./debugger";
import { registerLogs } from "./logs";
import { Status } from "./status";
import { Terminals } from "./terminal";

let connection: Connection | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const status = new Status();
  connection = new Connection(context, status);
  const terminals = new Terminals(connection);
  const debuggers = new Debuggers(connection);
  context.subscriptions.push(
    status,
    connection,
    ...registerCommands(context, connection, terminals, debuggers),
    ...terminals.register(),
    ...debuggers.register(),
    ...registerAgents(context, connection),
    ...registerCases(connection),
    ...registerLogs(connection),
    followFailingFiles(),
    restartWhereChanged(connection),
  );
  void connection.ready();
}

/** Another server is named: that one counts from now on. */
function restartWhereChanged(running: Connection): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("crimescene.path")) {
      void running.restart();
    }
  });
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}
