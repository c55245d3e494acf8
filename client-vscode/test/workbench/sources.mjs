// Where failures come from: terminal, last failed command, debugger, clipboard, output.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, promptWith, stage } from "./stage.mjs";
import { until } from "./workbench.mjs";

const TITLE = "# TypeError: Cannot read properties of";

export function sourceChecks() {
  check("a frame in the terminal leads to its place", async (w) => {
    await w.closeAll();
    await w.command("Terminal: Create New Terminal");
    await w.page.locator(".terminal-wrapper.active .xterm-rows").waitFor();
    await until(async () => (await w.terminalText()).includes("$"), 30_000, "the shell's prompt");
    await w.shell("node --stack-trace-limit=3 jobs/invoice.cjs"); // all of it stays in sight
    await until(async () => (await w.terminalText()).includes("Node.js v"), 30_000, "the failure");
    const row = w.page.locator(".xterm-rows > div", { hasText: "at invoice (" }).first();
    let point;
    const hover = w.page.getByText("invoice · jobs/invoice.cjs:6").filter({ visible: true });
    await until(
      async () => {
        point = await terminalPoint(row, "invoice.cjs"); // lines move while they are printed
        await w.page.mouse.move(point.x, 200); // straight to it: the hover of another line would cover it
        await w.page.mouse.move(point.x, point.y);
        await w.page.mouse.move(point.x + 1, point.y);
        await hover.first().waitFor({ timeout: 5000 });
        return plain(await hover.first().textContent()).includes("changed 3 hours ago");
      },
      40_000,
      "a tooltip with the age of the last change",
    );
    assert.match(
      plain(await hover.first().textContent()),
      /invoice · jobs\/invoice\.cjs:6 · changed 3 hours ago/,
    );
    await w.shot("terminal");
    await w.page.keyboard.down("Control");
    await w.page.mouse.move(point.x + 2, point.y, { steps: 2 });
    await w.page.mouse.click(point.x + 2, point.y);
    await w.page.keyboard.up("Control");
    await w.page.locator(".tab.active", { hasText: "invoice.cjs" }).waitFor();
    await w.status("Ln 6, Col 24").waitFor();
  });

  check("the function's name in the terminal builds the prompt", async (w) => {
    const row = w.page.locator(".xterm-rows > div", { hasText: "at invoice (" }).first();
    const point = await terminalPoint(row, "invoice");
    await w.page.keyboard.down("Control");
    await w.page.mouse.move(point.x - 2, point.y + 2, { steps: 2 });
    await w.page.mouse.move(point.x, point.y, { steps: 2 });
    await w.page.mouse.click(point.x, point.y);
    await w.page.keyboard.up("Control");
    await w.prompt(TITLE);
    const made = await until(() => promptWith("reading 'map'"), 20_000, "the prompt of the terminal");
    assert.match(made, /jobs\/invoice\.cjs:\d+-\d+ · `invoice`/);
  });

  check("the last failed command gives a prompt, however much it printed", async (w) => {
    await w.closeAll();
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the program's
    const noise = "node -e 'for (let n = 0; n < 200000; n++) console.log(`line ${n}`)'";
    await w.shell(`(${noise}; node jobs/invoice.cjs; echo over-$((40+2)); false)`);
    await until(async () => (await w.terminalText()).includes("over-42"), 90_000, "the failure");
    await until(
      async () => {
        await w.command("Crimescene: Build Debug Prompt from Last Failed Command");
        await w.prompt(TITLE);
        return true;
      },
      60_000,
      "the prompt",
    );
    assert.equal(await w.page.locator(".notification-toast").count(), 0);
    await w.shot("last-failed-command");
  });

  check("at an exception the debugger adds what the variables held", async (w) => {
    await w.closeAll();
    await w.hidePanel();
    mkdirSync(join(stage.root, ".vscode"), { recursive: true });
    const launch = {
      type: "node",
      request: "launch",
      name: "Invoice",
      program: `\${workspaceFolder}/jobs/invoice.cjs`,
      runtimeExecutable: stage.host.node,
      internalConsoleOptions: "neverOpen",
    };
    const text = JSON.stringify({ version: "0.2.0", configurations: [launch] });
    writeFileSync(join(stage.root, ".vscode/launch.json"), text);
    await w.openFile("invoice.cjs");
    await w.page.keyboard.press("F5"); // from then on the list of exceptions to stop at is known
    await w.command("View: Show Run and Debug");
    const uncaught = w.page.locator(".debug-breakpoints .monaco-list-row", {
      hasText: "Uncaught Exceptions",
    });
    await uncaught.first().waitFor({ timeout: 60_000 });
    await w.page.locator(".debug-toolbar").waitFor({ state: "hidden", timeout: 60_000 });
    await uncaught.first().locator("input[type=checkbox], .monaco-checkbox").first().click();
    await w.page.keyboard.press("F5");
    await w.page.locator(".exception-widget").waitFor({ timeout: 60_000 });
    const button = w.page.locator(".debug-toolbar [aria-label^='Build Debug Prompt']").first();
    await button.waitFor();
    await w.shot("debugger-stop");
    await button.click();
    await w.prompt(TITLE);
    const made = await until(() => promptWith("## Runtime values"), 20_000, "the values");
    const values = made.split("## Runtime values")[1].split("\n## ")[0];
    assert.match(values, /invoice: name = .*Noor/);
    assert.match(values, /invoice: orders = undefined/);
    assert.match(values, /invoice: id = 7/);
    assert.match(values, /apiKey = .*‹secret/);
    assert.ok(!made.includes("k9-4f7Qz81Lx0Pw"), "secrets are masked");
    await w.idle();
    await w.hidePanel();
    await w.scrollTo("## Runtime values");
    await w.shot("debugger");
    await w.page.keyboard.press("Shift+F5");
    await w.page.locator(".debug-toolbar").waitFor({ state: "hidden" });
    await w.command("View: Show Explorer");
  });

  check("what is on the clipboard gives a prompt", async (w) => {
    await w.closeAll();
    await w.page.evaluate(() =>
      navigator.clipboard.writeText("RangeError: too long\n    at displayName (lib/customers.ts:14:3)\n"),
    );
    await w.command("Crimescene: Build Debug Prompt from Clipboard");
    await w.prompt("# RangeError: too long");
  });
}

/** What only an assistant of the editor asks for. */
export function toolChecks() {
  check("an assistant gets the prompt by the tool", async (w) => {
    await w.closeAll();
    await w.command("Helper: Ask for the Prompt");
    await w.line("Answer of crimescene_debug_prompt").waitFor({ timeout: 60_000 });
    await w.line(/^#\s\w*Error:/).waitFor();
    await w.command("View: Revert and Close Editor");
  });

  check("an assistant runs a file only where the user agrees", async (w) => {
    await w.closeAll();
    await w.openFile("invoice.cjs");
    await w.command("Helper: Ask to Run This File");
    const dialog = w.page.locator(".monaco-dialog-box");
    await dialog.waitFor();
    assert.match(plain(await dialog.textContent()), /Run jobs\/invoice\.cjs\?.*Crimescene runs this file/);
    assert.ok(!promptWith("reading 'map'"), "nothing has run yet");
    await w.shot("tool-confirmation");
    await dialog.locator(".monaco-button").filter({ hasNotText: "Cancel" }).first().click();
    await w.line("Answer of crimescene_run_file").waitFor({ timeout: 60_000 });
    await w.line("reading 'map'").waitFor();
    await w.command("View: Revert and Close Editor");
  });
}

/** A text with its spaces as one types them. */
const plain = (text) => text.replaceAll("\u00a0", " ");

/** Where a piece of a terminal row is: its cells have no elements of their own. */
async function terminalPoint(row, piece) {
  return row.evaluate((element, wanted) => {
    const range = document.createRange();
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let seen = "";
    const nodes = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      nodes.push({ node, start: seen.length });
      seen += node.textContent.replaceAll("\u00a0", " ");
    }
    const at = seen.indexOf(wanted) + 2;
    const { node, start } = nodes.findLast((entry) => entry.start <= at);
    range.setStart(node, at - start);
    range.setEnd(node, at - start + 1);
    const { x, y, width, height } = range.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  }, piece);
}
