// What the pages show of log points and data shapes, on the programs they speak of.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, openSecond, project, stage } from "./stage.mjs";
import { until } from "./workbench.mjs";

export function planChecks() {
  check("the plan for a value that changes under load, and what its points saw", async () => {
    const root = project("order_status_py");
    const w = await openWindow(root);
    await w.openFile("inventory.py");
    await w.select("order.status");
    await w.command("Crimescene: Suggest Strategic Logging Points");
    await (await w.preview("log-points.md")).locator("h1").waitFor();
    await w.wideShot("log-points");
    await w.command("View: Close Editor");
    await w.openFile("inventory.py");
    await w.select("order.status");
    await w.command("Crimescene: Insert Log Points");
    await w.notification("log points are in").waitFor();
    const path = join(root, "shop/inventory.py");
    await until(() => readFileSync(path, "utf8").includes("_dbg_"), 30_000, "log points on disk");
    run(root, "-m", "unittest", "-q", "tests.test_checkout");
    await w.command("View: Show Crimescene");
    const row = w.page.locator(".pane-body .monaco-list-row", { hasText: "order.status = " });
    await row.first().waitFor({ timeout: 30_000 });
    await w.command("Notifications: Clear All Notifications");
    await w.shot("trail-view");
    await w.command("Crimescene: Remove Log Points");
    await until(() => !readFileSync(path, "utf8").includes("_dbg_"), 30_000, "the file as it was");
  });
}

export function tableChecks() {
  check("the table of an order that is right in the response and wrong on the screen", async () => {
    const w = await openWindow(project("order_table"));
    await w.openFile("OrderTable.tsx");
    await w.select("order.total");
    await w.command("Crimescene: Trace Data Shape");
    const page = await w.preview("data-shape.md");
    await page
      .locator("p", { hasText: "total is not there; what is produced is totalCents" })
      .first()
      .waitFor();
    await w.wideShot("data-shape");
    await page.locator("a", { hasText: "components/OrderTable.tsx:32" }).first().click();
    await w.status("Ln 32,").waitFor();
  });
}

async function openWindow(root) {
  const w = await openSecond(stage.host, `folder=${root}`);
  await w.serverState("ready").waitFor({ timeout: 60_000 });
  return w;
}

/** Run a program of the project; whether it fails is its own matter. */
function run(root, ...words) {
  try {
    execFileSync(process.env.PYTHON ?? "python3", words, { cwd: root, stdio: "pipe" });
  } catch {
    // it fails: that is why it is looked at
  }
}
