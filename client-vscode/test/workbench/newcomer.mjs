// The first minutes: from the packed extension to a prompt, the walkthrough, and an environment that broke.
import assert from "node:assert/strict";
import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { check, environment, stage } from "./stage.mjs";
import { until } from "./workbench.mjs";

const TITLE = "# TypeError: Cannot read properties of";

export function newcomerChecks() {
  check("a newcomer gets from the .vsix to a prompt", async (w, t) => {
    const begun = Date.now();
    const said = w.notification("No Crimescene server is installed here yet");
    await said.waitFor({ timeout: 90_000 });
    const offered = Date.now();
    await w.shot("install");
    await said.locator("a", { hasText: "Install" }).click();
    await w.serverState("ready").waitFor({ timeout: 200_000 });
    const ready = Date.now();
    await w.openFile("server.log");
    await w.wand.click();
    await w.prompt(TITLE);
    assert.equal(await w.page.locator(".notification-toast").count(), 0, "nothing is left to answer");
    const seconds = (from, to) => `${((to - from) / 1000).toFixed(1)} s`;
    t.diagnostic(
      `offered after ${seconds(begun, offered)}, installed in ${seconds(offered, ready)}, ` +
        `prompt ${seconds(ready, Date.now())} later`,
    );
  });

  check("an environment that broke is made again at one click", async (w) => {
    await w.closeAll();
    const library = join(environment(stage.host), "lib");
    const [version] = readdirSync(library);
    const packages = join(library, version, "site-packages");
    renameSync(join(packages, "pygls"), join(packages, "pygls-no-more"));
    await w.command("Crimescene: Restart Server");
    const said = w.notification("The server's own environment is broken: the package pygls is missing");
    await said.waitFor({ timeout: 60_000 });
    await w.serverState("does not run").waitFor();
    assert.equal(await w.page.locator(".notification-toast").count(), 1, "one message");
    await w.shot("broken-environment");
    await said.locator("a", { hasText: "Install Again" }).click();
    await w.serverState("ready").waitFor({ timeout: 200_000 });
    await until(async () => (await w.page.locator(".notification-toast").count()) === 0, 20_000, "peace");
  });
}

export function walkthroughChecks() {
  check("the walkthrough leads to a prompt in three steps", async (w) => {
    await w.closeAll();
    await w.command("Welcome: Open Walkthrough...");
    await w.input.fill("Your first debug prompt");
    await w.page
      .locator(".quick-input-list .monaco-list-row", { hasText: "Your first debug prompt" })
      .click();
    const steps = w.page.locator(".gettingStartedContainer .getting-started-step");
    await steps.first().waitFor();
    assert.equal(await steps.count(), 3);
    const build = steps.filter({ hasText: "Build a prompt" });
    await build.click();
    const button = build.locator(".monaco-button, a", { hasText: "Build Debug Prompt" }).first();
    await button.waitFor();
    const picture = w.page.locator(".gettingStartedContainer .getting-started-media img").first();
    await until(() => picture.evaluate((image) => image.naturalWidth > 0), 20_000, "the picture");
    await w.wideShot("walkthrough");
    await button.click();
    await w.prompt(TITLE);
  });
}
