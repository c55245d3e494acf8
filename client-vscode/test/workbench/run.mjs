// Runs the packed extension in the real workbench and looks at what a person would see.
// The environment says where things are: TOOLCHAIN, VSIX, PYTHON and, to keep the pictures, SHOTS.
import { after, before } from "node:test";
import { caseChecks } from "./cases.mjs";
import { logChecks } from "./logs.mjs";
import { newcomerChecks, walkthroughChecks } from "./newcomer.mjs";
import { planChecks, tableChecks } from "./pictures.mjs";
import { readingChecks } from "./reading.mjs";
import { sourceChecks, toolChecks } from "./sources.mjs";
import { check, drop, raise } from "./stage.mjs";
import { troubleChecks } from "./trouble.mjs";

before(raise, { timeout: 240_000 });
after(drop);

if (process.env.SERVER) {
  check("the given server starts", (w) => w.serverState("ready").waitFor({ timeout: 90_000 }));
} else {
  newcomerChecks();
}
readingChecks();
walkthroughChecks();
toolChecks();
sourceChecks();
logChecks();
caseChecks();
planChecks();
tableChecks();
troubleChecks();
