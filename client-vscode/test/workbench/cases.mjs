// The cases as a tree: what was tried and how it was judged, the whole case as a page, closed and opened again.
import { check, openSecond, project, stage } from "./stage.mjs";

export function caseChecks() {
  check("a case shows what was tried, and is closed and opened again", async () => {
    const w = await openSecond(stage.host, `folder=${project("tutorial")}`);
    await w.serverState("ready").waitFor({ timeout: 60_000 });
    await w.openFile("basket.py");
    await w.command("View: Show Crimescene");
    const row = (text) => w.page.locator(".pane-body .monaco-list-row", { hasText: text }).first();
    await row("AssertionError: 2 != 5").waitFor();
    await row("Before: TypeError").waitFor(); // the newest is open, with what led there
    await row("Attempt 1: some articles have no price").locator(".codicon-warning").waitFor();
    await w.command("Crimescene: Show Case");
    const page = await w.preview("case-");
    await page.locator("h2", { hasText: "Before: TypeError" }).waitFor();
    await page.locator("h3", { hasText: "Attempt 1: some articles have no price" }).waitFor();
    await w.page.mouse.move(640, 4); // no tooltip
    await w.shot("case");
    const known = row("AssertionError: 2 != 5");
    await known.hover();
    await known.locator("[aria-label='Close Case']").click();
    await known.locator(".codicon-pass-filled").waitFor();
    await known.hover();
    await known.locator("[aria-label='Reopen Case']").click();
    await known.locator(".codicon-bug").waitFor();
  });
}
