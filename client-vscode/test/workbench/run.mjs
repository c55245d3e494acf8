// Runs the packed extension in the real workbench and looks at what a person would see.
// The environment says where things are: TOOLCHAIN, VSIX, PYTHON and, to keep the pictures, SHOTS.
import { after, before } from "node:test";
import { readingChecks } from "./reading.mjs";
import { sourceChecks } from "./sources.mjs";
import { check, drop, raise } from "./stage.mjs";
import { troubleChecks } from "./trouble.mjs";

before(raise, { timeout: 240_000 });
after(drop);

if (process.env.SERVER) {
  check("the given server starts", (w) => w.serverState("ready").waitFor({ timeout: 90_000 }));
} else {
  check("without a server one message offers to install it", async (w) => {
    const said = w.notification("No Crimescene server is installed here yet");
    await said.waitFor({ timeout: 90_000 });
    await w.shot("install");
    await said.locator("a", { hasText: "Install" }).click();
    await w.serverState("ready").waitFor({ timeout: 200_000 });
  });
}
readingChecks();
sourceChecks();
troubleChecks();
