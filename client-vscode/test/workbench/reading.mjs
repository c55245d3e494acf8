// From a log to the code and back: prompt, hover, definition, quick fix, lenses, settings.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, prompts, promptWith, stage } from "./stage.mjs";
import { until } from "./workbench.mjs";

const TITLE = "# TypeError: Cannot read properties of";
const RAISED = "at OrderHistory (";

export function readingChecks() {
  check("a log gives the prompt beside it", async (w) => {
    await w.openFile("server.log");
    await w.command("Crimescene: Build Debug Prompt");
    await w.prompt(TITLE);
    const lens = w.page.locator(".codelens-decoration", { hasText: "Fewer tokens (3,000)" });
    await lens.first().waitFor();
    assert.match(await lens.first().textContent(), /^Copy.*Send to chat.*Fewer tokens/);
    assert.ok(promptWith("Cache orders so that the first paint shows them"), "the change that did it");
    assert.equal(await w.page.locator(".notification-toast").count(), 0);
    await w.wideShot("prompt");
  });

  check("fewer tokens make the shown prompt shorter", async (w) => {
    const before = prompts()[0].length;
    await w.clickLens("Fewer tokens (3,000)");
    await w.lens("Fewer tokens (1,500)").waitFor();
    await w.clickLens("Fewer tokens (1,500)");
    await until(
      () => prompts()[0].length < before && prompts()[0].length <= 4 * 1500,
      30_000,
      "a shorter one",
    );
    await w.idle();
  });

  check("copy takes the prompt as it is shown", async (w) => {
    await w.page.evaluate(() => navigator.clipboard.writeText(""));
    await w.clickLens("Copy");
    const copied = await until(() => w.page.evaluate(() => navigator.clipboard.readText()), 20_000, "a copy");
    assert.ok(copied.startsWith("# TypeError: Cannot read properties of undefined (reading 'length')\n"));
    assert.ok(copied.length <= 4 * 1500);
  });

  check("more tokens make it longer again", async (w) => {
    const before = prompts()[0].length;
    await w.clickLens("More tokens (3,000)");
    await until(() => prompts()[0].length > before, 30_000, "a longer one");
    await w.idle();
    await w.lens("Fewer tokens (1,500)").waitFor();
    await w.shot("lenses");
  });

  check("what is filled in as expected is kept, and the prompt can be saved", async (w) => {
    const answer = "The empty state.";
    await w.closeAll(); // lenses out of sight are renewed in VS Code's own time; those of a new editor are new
    await w.openFile("server.log");
    await w.command("Crimescene: Build Debug Prompt");
    await w.prompt(TITLE);
    await w.scrollTo("## Expected behavior");
    await w.page.keyboard.press("ArrowRight"); // nothing is selected any more
    await w.status("selected").waitFor({ state: "detached" });
    await w.clickLens("Fill in expected");
    await w.status("selected").waitFor();
    await w.page.keyboard.type(answer);
    await w.wideShot("fill-in-expected");
    await w.command("Crimescene: Build Debug Prompt");
    await until(() => prompts()[0].includes(`> ${answer}`), 30_000, "the answer in the prompt");
    await w.idle();
    await w.page.locator(".tab.active.dirty").waitFor({ state: "detached" });
    await w.scrollTo(answer);
    await w.line(answer).click();
    await w.page.keyboard.press("End");
    await w.page.keyboard.type(" Always.");
    await w.page.locator(".tab.active.dirty").waitFor();
    await w.page.keyboard.press("Control+S");
    await w.page.locator(".tab.active.dirty").waitFor({ state: "detached" });
    assert.equal(
      await w.page.locator(".notification-toast").count(),
      0,
      "nobody says that the file is newer",
    );
    assert.ok(prompts()[0].includes(`${answer} Always.`));
  });

  check("the prompt is put into the chat, or on the clipboard where there is none", async (w) => {
    await w.page.evaluate(() => navigator.clipboard.writeText(""));
    await w.page.keyboard.press("Control+Home");
    await w.clickLens("Send to chat");
    const input = w.page.locator(".interactive-session .interactive-input-part, .chat-input-container");
    await until(
      async () => {
        const inChat = (await input.count()) > 0 ? await input.first().textContent() : "";
        const copied = await w.page.evaluate(() => navigator.clipboard.readText());
        return inChat.includes("TypeError") || copied.startsWith("# TypeError");
      },
      30_000,
      "the prompt in the chat",
    );
    await w.shot("chat");
    await w.command("View: Hide Secondary Side Bar").catch(() => undefined);
    await w.command("Notifications: Clear All Notifications");
  });

  check("a hover on a frame tells function, place, callers and last change", async (w) => {
    await w.closeAll();
    await w.openFile("server.log");
    const hover = w.page.locator(".monaco-hover:visible", { hasText: "raised here" }).first();
    await until(
      async () => {
        await w.page.mouse.move(700, 700);
        const point = await w.pointAt(RAISED, "OrderHistory");
        await w.page.mouse.move(point.x - 30, point.y, { steps: 3 });
        await w.page.mouse.move(point.x, point.y, { steps: 3 });
        await hover.waitFor({ timeout: 5000 });
        return (await hover.textContent()).includes("Changed");
      },
      40_000,
      "a hover with the last change",
    );
    const text = await hover.textContent();
    assert.match(text, /OrderHistory · frame 1 of 23 · TypeError: Cannot read .* raised here/);
    assert.match(text, /components\/OrderHistory\.tsx:10/);
    assert.match(text, /Called by/);
    await hover.locator("a", { hasText: "Build debug prompt" }).waitFor();
    await w.shot("hover");
  });

  check("a frame is followed to its exact place", async (w) => {
    await w.page.keyboard.press("Escape");
    const point = await w.pointAt(RAISED, "OrderHistory");
    await w.page.mouse.click(point.x, point.y);
    await w.page.keyboard.press("F12");
    await w.page.locator(".tab.active", { hasText: "OrderHistory.tsx" }).waitFor();
    await w.status("Ln 10, Col 14").waitFor();
    await w.line("orders.length === 0").waitFor();
  });

  check("the failing file has a quick fix and a button", async (w) => {
    await w.wand.waitFor();
    const action = w.page
      .locator(".action-widget .monaco-list-row", { hasText: "Build debug prompt" })
      .first();
    await until(
      async () => {
        await w.page.keyboard.press("Escape");
        await w.line("orders.length === 0").click();
        await w.page.keyboard.press("Control+.");
        await action.waitFor({ timeout: 5000 });
        return true;
      },
      60_000,
      "the list of actions",
    );
    await w.shot("quick-fix");
    await action.click();
    await w.prompt(TITLE);
    await w.page.locator(".tab", { hasText: "OrderHistory.tsx" }).first().waitFor();
  });

  check("the command works on a failing file by its title button", async (w) => {
    await w.closeAll();
    await w.openFile("OrderHistory.tsx");
    await w.wand.click();
    await w.prompt(TITLE);
    await w.shot("failing-file");
  });

  check("a changed setting counts from the next prompt on", async (w) => {
    const folder = join(stage.root, ".vscode");
    mkdirSync(folder, { recursive: true });
    const settings = { "crimescene.budget": 900, "crimescene.hiddenSections": ["changes"] };
    writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
    const rebuilt = (wanted) => async () => {
      await w.closeAll();
      await w.openFile("server.log");
      await w.command("Crimescene: Build Debug Prompt");
      await w.prompt(TITLE);
      return wanted(prompts()[0]);
    };
    const isShort = (text) => text.length <= 4 * 900 && !text.includes("## Recent changes");
    await until(rebuilt(isShort), 40_000, "a prompt within the new budget");
    rmSync(join(folder, "settings.json"));
    await until(
      rebuilt((text) => text.includes("## Recent changes")),
      40_000,
      "the defaults again",
    );
  });
}
