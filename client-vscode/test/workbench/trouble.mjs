// What goes wrong: a server that is killed, in the middle of a question too; a wrong path; no folder; no trust.
import assert from "node:assert/strict";
import { check, onPath, openWindow, secondHost, stage } from "./stage.mjs";
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
    await until(
      async () => {
        await w.command("Crimescene: Restart Server");
        await w.notification("crimescene.path").waitFor({ timeout: 10_000 });
        return true;
      },
      60_000,
      "the message",
    );
    const said = w.notification(
      "The setting crimescene.path names /nowhere/crimescene, which does not start",
    );
    await said.locator("a", { hasText: "Show Logs" }).waitFor();
    await w.serverState("does not run").waitFor();
    assert.equal(await w.page.locator(".notification-toast").count(), 1);
    await w.shot("wrong-path");
    stage.host.setMachine({ "crimescene.path": process.env.SERVER ?? "" });
    await until(
      async () => {
        await w.command("Crimescene: Restart Server");
        await w.serverState("ready").waitFor({ timeout: 15_000 });
        return true;
      },
      60_000,
      "the server",
    );
    await w.command("Notifications: Clear All Notifications");
  });

  check("without a folder the message has the button that helps", async () => {
    const window = await openWindow(stage.host, "ew=true");
    try {
      await window.serverState("ready").waitFor({ timeout: 60_000 });
      await window.page.evaluate(() => navigator.clipboard.writeText("Error: x\n    at f (lib/a.ts:1:1)\n"));
      await window.command("Crimescene: Build Debug Prompt from Clipboard");
      const said = window.notification("Open a folder first");
      await said.locator("a", { hasText: "Open Folder" }).waitFor();
      await window.shot("no-folder");
    } finally {
      await window.page.close();
    }
  });

  check("in a folder nobody trusts prompts are built and nothing is run", async () => {
    const host = await secondHost("untrusted", { path: [onPath()] });
    try {
      const window = await openWindow(host, `folder=${stage.root}`);
      stage.second = window;
      await window.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
      await window.serverState("ready").waitFor({ timeout: 60_000 });
      await window.openFile("money.ts");
      await window.command("Crimescene: Build Debug Prompt");
      await window.notification("No known failure touches").waitFor();
      await window.shot("untrusted");
      await window.openFile("server.log");
      await window.command("Crimescene: Build Debug Prompt");
      await window.prompt(TITLE);
    } catch (error) {
      await stage.second?.shot("failed-untrusted").catch(() => undefined);
      throw error;
    } finally {
      host.stop();
    }
  });
}
