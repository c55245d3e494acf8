// Runs the packed extension in the real workbench and looks at what a person would see.
// Usage: run.mjs TOOLCHAIN VSIX PYTHON [SHOTS]; PYTHON has the development dependencies of the server.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Host, openBrowser, until, Window } from "./workbench.mjs";

const [toolchain, vsix, python, given] = ["TOOLCHAIN", "VSIX", "PYTHON", "SHOTS"].map((n) => process.env[n]);
const here = dirname(fileURLToPath(import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "crimescene-workbench-"));
const shots = given ?? join(scratch, "shots");
mkdirSync(shots, { recursive: true });

let browser;
let host;
let w;
let root;
const LENGTH = "Cannot read properties of undefined (reading 'length')";

/** A test that leaves a picture of what went wrong. */
function check(name, run) {
  test(name, { timeout: 240_000 }, async () => {
    try {
      await run();
    } catch (error) {
      await w?.shot(`failed-${name.replaceAll(" ", "-")}`);
      throw error;
    }
  });
}

before(
  async () => {
    root = execFileSync(python, [join(here, "project.py"), scratch], { encoding: "utf8" }).trim();
    host = new Host({ toolchain, folder: join(scratch, "host"), flags: ["--disable-workspace-trust"] });
    host.install(vsix);
    host.setMachine({ "crimescene.path": process.env.SERVER ?? "" });
    await host.start();
    browser = await openBrowser();
    w = await Window.open(browser, host, `folder=${root}`, shots);
  },
  { timeout: 180_000 },
);

after(async () => {
  await browser?.close();
  host?.stop();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});

check("the server starts and the status bar says so", async () => {
  await w.status("Crimescene").waitFor();
  await w.serverState("ready").waitFor({ timeout: 90_000 });
});

check("a log gives the prompt beside it", async () => {
  await w.openFile("server.log");
  await w.command("Crimescene: Build Debug Prompt");
  await w.prompt(`# TypeError: ${LENGTH}`);
  await w.page.locator(".codelens-decoration", { hasText: "Fewer tokens" }).first().waitFor();
  await w.shot("prompt");
});
