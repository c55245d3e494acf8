// What goes wrong: a server that is killed, in the middle of a question too; a wrong path; no folder; no trust.
import assert from "node:assert/strict";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  addPython,
  check,
  environment,
  folder,
  onPath,
  openSecond,
  secondHost,
  stage,
  withoutPython,
} from "./stage.mjs";
import { until } from "./workbench.mjs";

const TITLE = "# TypeError: Cannot read properties of";
const SERVER = ["crimescene", " lsp"];

export function troubleChecks() {
  check("a killed server comes back", async (w) => {
    await w.closeAll();
    await w.openFile("server.log");
    const [pid] = stage.host.processes(...SERVER);
    process.kill(pid, "SIGKILL");
    await until(
      () => stage.host.processes(...SERVER).some((other) => other !== pid),
      60_000,
      "another server",
    );
    await w.serverState("ready").waitFor();
    await w.command("Crimescene: Build Debug Prompt");
    await w.prompt(TITLE);
    assert.equal(await w.page.locator(".notification-toast").count(), 0, "nobody need be told");
  });

  check("a question that a dying server took with it can be asked again", async (w) => {
    await w.closeAll();
    await w.openFile("server.log");
    const [pid] = stage.host.processes(...SERVER);
    process.kill(pid, "SIGSTOP");
    await w.command("Crimescene: Build Debug Prompt");
    await w.status("Building the debug prompt").waitFor();
    process.kill(pid, "SIGKILL");
    const said = w.notification("stopped before the prompt was ready");
    await said.waitFor();
    await w.shot("server-died");
    await said.locator("a", { hasText: "Try Again" }).click();
    await w.prompt(TITLE);
  });

  check("a server that cannot start is one message with buttons", async (w) => {
    await w.closeAll();
    stage.host.setMachine({ "crimescene.path": "/nowhere/crimescene" });
    const said = w.notification(
      "The setting crimescene.path names /nowhere/crimescene, which does not start",
    );
    await said.locator("a", { hasText: "Show Logs" }).waitFor({ timeout: 60_000 });
    await w.serverState("does not run").waitFor();
    assert.equal(await w.page.locator(".notification-toast").count(), 1);
    await w.shot("wrong-path");
    stage.host.setMachine({ "crimescene.path": process.env.SERVER ?? "" });
    await w.serverState("ready").waitFor({ timeout: 60_000 }); // by itself: the setting is what was wrong
    await w.command("Notifications: Clear All Notifications");
  });

  check("without a folder the message has the button that helps", async () => {
    const window = await openSecond(stage.host, "ew=true");
    await window.serverState("ready").waitFor({ timeout: 60_000 });
    await window.page.evaluate(() => navigator.clipboard.writeText("Error: x\n    at f (lib/a.ts:1:1)\n"));
    await window.command("Crimescene: Build Debug Prompt from Clipboard");
    const said = window.notification("Open a folder first");
    await said.locator("a", { hasText: "Open Folder" }).waitFor();
    await window.shot("no-folder");
  });

  check("a folder that lies on no disk is told apart", async () => {
    const workspace = folder("virtual.code-workspace");
    writeFileSync(workspace, JSON.stringify({ folders: [{ uri: "memory:/shop", name: "shop" }] }));
    const window = await openSecond(stage.host, `workspace=${workspace}`);
    await window.serverState("ready").waitFor({ timeout: 60_000 });
    const file = window.page.locator(".explorer-folders-view", { hasText: "app.js" });
    await until(
      async () => {
        try {
          await file.waitFor({ timeout: 10_000 });
          return true;
        } catch {
          await window.page.reload(); // now and then the workbench comes up without the folder of its workspace
          return false;
        }
      },
      90_000,
      "the file of the folder",
    );
    await window.serverState("ready").waitFor({ timeout: 60_000 });
    await window.page.evaluate(() => navigator.clipboard.writeText("Error: x\n    at f (app.js:2:9)\n"));
    await window.command("Crimescene: Build Debug Prompt from Clipboard");
    const said = window.notification("this folder lies elsewhere");
    await said.locator("a", { hasText: "Open Folder" }).waitFor();
    await window.shot("virtual-folder");
  });

  check("in a folder nobody trusts prompts are built and nothing is run", async () => {
    const host = await secondHost("untrusted", { path: [onPath()] });
    try {
      const window = await openSecond(host, `folder=${stage.root}`);
      await window.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
      await window.serverState("ready").waitFor({ timeout: 60_000 });
      await window.openFile("money.ts");
      await window.command("Crimescene: Build Debug Prompt");
      await window
        .notification("No known failure touches")
        .locator("a", { hasText: "Manage Trust" })
        .waitFor();
      await window.shot("untrusted");
      await window.openFile("server.log");
      await window.command("Crimescene: Build Debug Prompt");
      await window.prompt(TITLE);
      await window.command("Notifications: Clear All Notifications");
      await window.command("Helper: Run the Case Again"); // as another extension would ask, past our menus
      await window
        .notification("Nothing is run in a folder that is not trusted")
        .locator("a", { hasText: "Manage Trust" })
        .waitFor();
      assert.equal(await window.page.locator(".notification-toast").count(), 1);
    } finally {
      host.stop();
    }
  });

  check(
    "without Python, or without a network, the message says so; making an environment can be cancelled",
    async () => {
      const bin = withoutPython();
      const unreachable = {
        PIP_INDEX_URL: "http://127.0.0.1:9/simple",
        PIP_RETRIES: "0",
        PIP_CONFIG_FILE: "/dev/null",
      };
      const host = await secondHost("bare", {
        onlyPath: bin,
        env: { PATH: bin, ...unreachable },
        flags: ["--disable-workspace-trust"],
      });
      try {
        const window = await openSecond(host, `folder=${stage.root}`);
        const offer = window.notification("No Crimescene server is installed here yet");
        await offer.locator("a", { hasText: "Install" }).click();
        const needed = window.notification("needs Python 3.10 or newer");
        await needed.locator("a", { hasText: "Get Python" }).waitFor();
        await window.shot("no-python");
        addPython(bin);
        await needed.locator("a", { hasText: "Try Again" }).click();
        const progress = window.notification("Creating an environment with python3");
        await progress.waitFor();
        await window.shot("installing");
        await progress.locator("a", { hasText: "Cancel" }).click();
        await progress.waitFor({ state: "detached" });
        await until(() => host.processes("venv").length === 0, 20_000, "the end of what was started");
        await until(() => !existsSync(environment(host)), 20_000, "nothing to be left of it");
        assert.equal(await window.page.locator(".notification-toast").count(), 0, "who cancels knows");
        await window.command("Crimescene: Install Server");
        const failed = window.notification("could not be installed (is there a network?)");
        await failed.waitFor({ timeout: 120_000 });
        await failed.locator("a", { hasText: "Try Again" }).waitFor();
        await window.shot("no-network");
        assert.ok(!existsSync(environment(host)));
        symlinkSync(join(onPath(), "crimescene"), join(bin, "crimescene"));
        await window.command("Crimescene: Restart Server");
        await window.serverState("ready").waitFor({ timeout: 60_000 });
        await window.command("MCP: List Servers");
        await window.page.locator(".quick-input-list .monaco-list-row", { hasText: "Crimescene" }).waitFor();
        await window.shot("agents");
      } finally {
        host.stop();
      }
    },
  );
}
