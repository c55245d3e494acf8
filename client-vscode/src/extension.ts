/** Puts the parts together. */
import type * as vscode from "vscode";
import { registerCases } from "./cases";
import { registerTool } from "./chat";
import { followFailingFiles, registerCommands } from "./commands";
import { Connection } from "./connection";
import { Debuggers } from "./debugger";
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
    ...registerTool(connection),
    ...registerCases(connection),
    followFailingFiles(),
  );
  void connection.ready();
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}
