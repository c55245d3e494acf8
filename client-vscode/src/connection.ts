/** The server's life: started once, restarted after a crash, given up with one message. */
import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn } from "vscode-languageclient/node";
import { lastLine } from "./bounded";
import { type Launch, NoServer } from "./launch";
import { makeMiddleware, settingsToSend } from "./middleware";
import { offerRemedy } from "./remedies";
import { findServer, tryOut } from "./start";
import type { Status } from "./status";

const CRASHES = 3;
const WINDOW_MS = 180_000;
/** Schemes whose texts may show frames; other ones are never opened by the server. */
const SCHEMES = ["file", "untitled", "output", "git", "vscode-remote"];

/** A client whose faults are told by us, once, and not by each of its parts. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Connection implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel("Crimescene");
  private readonly context: vscode.ExtensionContext;
  private readonly status: Status;
  private client: LanguageClient | undefined;
  private starting: Promise<LanguageClient | undefined> | undefined;
  private crashes: number[] = [];
  /** Whether the server has answered; before that, what was starting it says why it went. */
  private isUp = false;
  private readonly up = new vscode.EventEmitter<void>();
  /** A server, the first or another one, has answered. */
  readonly onReady = this.up.event;
  private launch: Launch | undefined;

  constructor(context: vscode.ExtensionContext, status: Status) {
    this.context = context;
    this.status = status;
  }

  /** The running server; started if need be; undefined where it cannot (the user has been told). */
  ready(): Promise<LanguageClient | undefined> {
    this.starting ??= this.start();
    return this.starting;
  }

  /** Whether a server runs at this moment. */
  get current(): LanguageClient | undefined {
    return this.client?.isRunning() ? this.client : undefined;
  }

  /** How to start the server for agents; undefined where none runs, or it came without that part. */
  async agents(): Promise<Launch | undefined> {
    await this.starting; // without trying again: why there is none has been said
    const launch = this.current &&
      this.launch && { ...this.launch, args: [...this.launch.args.slice(0, -1), "mcp"] };
    return launch !== undefined && (await tryOut(launch, this.context)).code === 0 ? launch : undefined;
  }

  async restart(): Promise<LanguageClient | undefined> {
    await this.starting;
    await this.stop();
    this.crashes = [];
    return this.ready();
  }

  async stop(): Promise<void> {
    const before = this.client;
    this.client = this.starting = undefined;
    try {
      await before?.dispose(2000);
    } catch (error) {
      this.say(`stop: ${error}`);
    }
  }

  say(line: string): void {
    this.log.appendLine(line);
  }

  dispose(): void {
    this.log.dispose();
    this.up.dispose();
  }

  private async start(): Promise<LanguageClient | undefined> {
    this.status.show("starting");
    this.isUp = false;
    let launch: Launch | undefined;
    try {
      launch = await findServer(this.context, (line) => this.say(line));
      this.say(`${launch.command} ${launch.args.join(" ")} (${launch.from})`);
      // Not the workspace: Python would import what lies in the working folder.
      const options = { cwd: this.context.extensionPath, env: { ...process.env, ...launch.env } };
      const client = new QuietClient("crimescene", "Crimescene", { ...launch, options }, this.options());
      this.client = client;
      await client.start();
      if (!client.isRunning()) {
        throw new Error("The connection was closed."); // start() does not tell where the server ends at once
      }
      this.isUp = true;
      this.launch = launch;
      this.up.fire();
      void vscode.commands.executeCommand("setContext", "crimescene.serverReady", true);
      this.status.show("ready", vscode.l10n.t("Found by: {0}.", launch.from));
      return client;
    } catch (error) {
      this.client = undefined;
      this.say(String(error));
      const reason = error instanceof NoServer ? error : await this.whyNot(error, launch);
      this.starting = undefined; // who asks next tries again
      this.status.show("failed", reason.message);
      void offerRemedy(reason, this.context, this);
      return undefined;
    }
  }

  /** Why a server that was found does not start: its own last words say more than a closed connection. */
  private async whyNot(error: unknown, launch: Launch | undefined): Promise<NoServer> {
    const words = launch === undefined ? "" : (await tryOut(launch, this.context)).output;
    this.say(words);
    const why =
      lastLine(words).replace("crimescene: ", "") || (error instanceof Error ? error.message : String(error));
    return launch?.isOurs === true
      ? new NoServer("broken", vscode.l10n.t("The server's own environment is broken: {0}", why))
      : new NoServer("path", vscode.l10n.t("The server does not start: {0}", why));
  }

  private options() {
    return {
      documentSelector: SCHEMES.map((scheme) => ({ scheme })),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      initializationOptions: {
        ...settingsToSend(),
        commandLinks: true,
        reloadsFiles: true,
        tellsResults: true,
        promptCommands: { sendToChat: "crimescene.client.sendToChat" },
      },
      markdown: { isTrusted: { enabledCommands: ["crimescene.buildPrompt"] } },
      middleware: makeMiddleware(this),
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.crashed();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
  }

  /** The server has gone by itself: start another one, unless it keeps doing that. */
  private crashed(): void {
    if (this.client === undefined || !this.isUp) {
      return; // it was stopped, or what was starting it says why
    }
    const now = Date.now();
    this.crashes = [...this.crashes.filter((when) => now - when < WINDOW_MS), now];
    this.client = this.starting = undefined;
    if (this.crashes.length <= CRASHES) {
      this.say("The server has gone; starting another one.");
      void this.ready();
      return;
    }
    const reason = new NoServer(
      "path",
      vscode.l10n.t("The server stopped {0} times in a row.", this.crashes.length),
    );
    this.status.show("failed", reason.message);
    void offerRemedy(reason, this.context, this);
  }
}
