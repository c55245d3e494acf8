// Log points from the palette: planned, inserted, run, read back as a list, in the prompt, and taken out to the byte.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { check, prompts, stage } from "./stage.mjs";
import { until } from "./workbench.mjs";

export function logChecks() {
  check("the status of an order is followed with log points, and nothing of them stays", async (w) => {
    const [path, other] = ["ship", "inventory"].map((name) => join(stage.root, `jobs/${name}.cjs`));
    const [before, beside] = [path, other].map((file) => readFileSync(file, "utf8"));
    const trail = join(stage.root, ".crimescene/trail.log");
    await w.closeAll();
    await w.openFile("inventory.cjs");
    await w.select("order.status");
    await w.command("Crimescene: Suggest Strategic Logging Points");
    const plan = await w.preview("log-points.md");
    await plan.locator("li", { hasText: "inventory.cjs" }).first().waitFor();
    await w.closeAll();
    await w.openFile("inventory.cjs");
    await w.select("order.status");
    await w.command("Crimescene: Insert Log Points");
    await until(() => readFileSync(other, "utf8").includes("_dbg_"), 30_000, "log points on disk");
    spawnSync(stage.host.node, ["jobs/ship.cjs"], { cwd: stage.root });
    assert.ok(existsSync(trail), "the program wrote what it saw");
    await w.command("View: Show Crimescene");
    const row = w.page.locator(".pane-body .monaco-list-row", { hasText: "'PAID'" });
    await row.first().waitFor({ timeout: 30_000 }); // the view follows the file by itself
    await w.command("Crimescene: Read the Trail");
    await w.page.locator(".tab", { hasText: "trail.md" }).first().waitFor();
    await w.shot("trail");
    await w.openFile("server.log");
    await w.command("Crimescene: Build Debug Prompt");
    const told = () => prompts().some((prompt) => valuesOf(prompt).includes("'PAID'"));
    await until(told, 60_000, "the values in the prompt");
    await w.idle();
    await w.command("Crimescene: Remove Log Points");
    const same = () => readFileSync(path, "utf8") === before && readFileSync(other, "utf8") === beside;
    await until(same, 30_000, "the bytes there were");
    await w.command("View: Show Explorer");
  });
}

/** What a prompt says of values; the code above it may hold the same names. */
const valuesOf = (prompt) => prompt.split("## Runtime values")[1] ?? "";
