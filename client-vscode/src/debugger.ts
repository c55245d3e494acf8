/** The debugger as a source: which sessions stand at an exception, and what they know there. */
import * as vscode from "vscode";
import { Tail } from "./bounded";
import type { Connection } from "./connection";
import { answered, build } from "./prompts";
import { type Facts, STOPPED, type Told, type Wish } from "./protocol";
import { readStop } from "./stopped";

const KEPT = 500_000;

interface Followed {
  session: vscode.DebugSession;
  /** The thread that stopped at an exception. */
  threadId?: number;
  /** What the program printed. */
  output: Tail;
}

export class Debuggers implements vscode.DebugAdapterTrackerFactory {
  private readonly connection: Connection;
  private readonly sessions = new Map<string, Followed>();
  private lastOutput: Tail | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  register(): vscode.Disposable[] {
    return [vscode.debug.registerDebugAdapterTrackerFactory("*", this)];
  }

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    const followed: Followed = { session, output: new Tail(KEPT) };
    this.sessions.set(session.id, followed);
    const gone = () => {
      this.sessions.delete(session.id);
      this.lastOutput = followed.output.text === "" ? this.lastOutput : followed.output;
      void this.tell();
    };
    return {
      onDidSendMessage: (message: unknown) => this.heard(followed, message),
      onWillStopSession: gone,
      onExit: gone,
    };
  }

  private heard(followed: Followed, message: unknown): void {
    const { type, event, body } = message as {
      type?: string;
      event?: string;
      body?: { reason?: string; threadId?: number; category?: string; output?: string };
    };
    if (type !== "event") {
      return;
    }
    if (event === "output" && body?.category !== "telemetry" && body?.output !== undefined) {
      followed.output.add(body.output);
    } else if (event === "stopped") {
      delete followed.threadId;
      if (body?.reason === "exception" && body.threadId !== undefined) {
        followed.threadId = body.threadId;
      }
      void this.tell();
    } else if (event === "continued" || event === "terminated") {
      delete followed.threadId;
      void this.tell();
    }
  }

  /** Let menus know whether a program stands at an exception. */
  private async tell(): Promise<void> {
    await vscode.commands.executeCommand(
      "setContext",
      "crimescene.atException",
      this.stopped() !== undefined,
    );
  }

  private stopped(): Followed | undefined {
    const all = [...this.sessions.values()].filter((followed) => followed.threadId !== undefined);
    const active = vscode.debug.activeDebugSession?.id;
    return all.find((followed) => followed.session.id === active) ?? all.at(-1);
  }

  /** Build from the exception that the program stands at, else from what it printed. */
  async buildFromDebugger(): Promise<void> {
    const stopped = this.stopped();
    if (stopped?.threadId !== undefined) {
      const { session, threadId } = stopped;
      const ask = (command: string, args: object) => session.customRequest(command, args);
      const tell = (facts: Facts) =>
        answered(this.connection, (client) => client.sendRequest<Told>(STOPPED, facts));
      const stop = await readStop(ask, threadId, tell);
      if (stop !== undefined) {
        await build(this.connection, { ...stop, ...rootOf(session) });
      }
      return;
    }
    const active = vscode.debug.activeDebugSession;
    const printed = (active && this.sessions.get(active.id)?.output.text) || this.lastOutput?.text || "";
    if (printed.trim() === "") {
      vscode.window.showInformationMessage(
        vscode.l10n.t(
          "No program stands at an exception, and none has printed an error in the debug console.",
        ),
      );
      return;
    }
    await build(this.connection, { text: printed, ...(active === undefined ? {} : rootOf(active)) });
  }
}

function rootOf(session: vscode.DebugSession): Pick<Wish, "root"> {
  const folder = session.workspaceFolder ?? vscode.workspace.workspaceFolders?.[0];
  return folder === undefined ? {} : { root: folder.uri.toString() };
}
