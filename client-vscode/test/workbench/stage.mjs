// What the checks share: one host, one browser, one window, one project.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Host, openBrowser, Window } from "./workbench.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const repository = dirname(dirname(dirname(here)));
const scratch = mkdtempSync(join(tmpdir(), "crimescene-workbench-"));
const shots = process.env.SHOTS ?? join(scratch, "shots");

const python = process.env.PYTHON ?? "python3";

/** The stage: set when the curtain is up. */
export const stage = { browser: undefined, host: undefined, w: undefined, second: undefined, root: "" };

/** A folder for a host of its own. */
export const folder = (name) => join(scratch, name);

/** Make the project and start the workbench with the packed extension, and no server anywhere. */
export async function raise() {
  const { TOOLCHAIN: toolchain, VSIX: vsix } = process.env;
  mkdirSync(shots, { recursive: true });
  stage.root = project("order_history");
  const flags = ["--disable-workspace-trust"];
  stage.host = new Host({ toolchain, folder: folder("host"), flags, path: [basePython(python)] });
  stage.host.install(vsix);
  stage.host.install(packHelper());
  if (process.env.SERVER) {
    stage.host.setMachine({ "crimescene.path": process.env.SERVER }); // to try single checks quickly
  }
  await stage.host.start();
  stage.browser = await openBrowser();
  stage.w = await openWindow(stage.host, `folder=${stage.root}`);
}

/** A project of its own, by its name (see project.py). */
export function project(name) {
  const paths = ["tests", "server"].map((part) => join(repository, part));
  const env = { ...process.env, PYTHONPATH: paths.join(":") };
  const words = [join(here, "project.py"), folder("projects"), name];
  return execFileSync(python, words, { encoding: "utf8", env }).trim();
}

const helper = () => join(scratch, "helper.vsix");

/** The extension that plays the other extensions of a workbench, packed. */
function packHelper() {
  const packer = join(here, "../../node_modules/@vscode/vsce/vsce");
  const vsix = helper();
  const words = [
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--skip-license",
    "--out",
    vsix,
  ];
  execFileSync(process.execPath, [packer, ...words], { cwd: join(here, "helper"), stdio: "pipe" });
  return vsix;
}

export function openWindow(host, query) {
  return Window.open(stage.browser, host, query, shots);
}

/** Another host with the same extension and its private environment. */
export async function secondHost(name, options = {}) {
  const host = new Host({ toolchain: process.env.TOOLCHAIN, folder: folder(name), ...options });
  host.install(process.env.VSIX);
  host.install(helper());
  await host.start();
  return host;
}

export async function drop() {
  await stage.browser?.close();
  stage.host?.stop();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
}

/** Where the extension makes its private environment. */
export const environment = (host) => join(host.data, "User/globalStorage/crimescene.crimescene/server");

/** A folder with a `crimescene` that starts the server of this repository. */
export function onPath() {
  const bin = folder("bin");
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/sh\nPYTHONPATH='${join(repository, "server")}' exec '${python}' -m crimescene "$@"\n`;
  writeFileSync(join(bin, "crimescene"), script, { mode: 0o755 });
  return bin;
}

/** Where programs are found on a machine without Python: everything that is here but that. */
export function withoutPython() {
  const bin = folder("no-python");
  mkdirSync(bin, { recursive: true });
  for (const place of ["/usr/bin", "/bin"]) {
    for (const name of readdirSync(place)) {
      if (!name.startsWith("py") && name !== "crimescene" && !existsSync(join(bin, name))) {
        symlinkSync(join(place, name), join(bin, name));
      }
    }
  }
  return bin;
}

/** Put a Python that can make environments there. */
export function addPython(bin) {
  symlinkSync(join(basePython(python), "python3"), join(bin, "python3"));
}

/** The folder of a python3 to make environments with, and no crimescene beside it. */
function basePython(python) {
  const words = ["-c", "import sys; print(sys.base_prefix)"];
  return join(execFileSync(python, words, { encoding: "utf8" }).trim(), "bin");
}

/** A check that leaves a picture of what went wrong. */
export function check(name, run) {
  test(name, { timeout: 240_000 }, async (t) => {
    try {
      await run(stage.w, t);
    } catch (error) {
      const shot = `failed-${name.replaceAll(/\W+/g, "-")}`;
      await stage.w?.shot(shot).catch(() => undefined);
      await stage.second?.shot(`${shot}-second`).catch(() => undefined);
      throw error;
    } finally {
      await stage.second?.page.close().catch(() => undefined);
      stage.second = undefined;
    }
  });
}

/** Another window, closed when the check is over. */
export async function openSecond(host, query) {
  stage.second = await openWindow(host, query);
  return stage.second;
}

/** The prompts saved in the project, the newest last. */
export function prompts() {
  const home = join(stage.root, ".crimescene");
  const found = readdirSync(home, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return found.map((entry) => readFileSync(join(home, entry.name, "prompt.md"), "utf8"));
}

/** The saved prompt that has a text in it. */
export function promptWith(text) {
  try {
    return prompts().find((prompt) => prompt.includes(text));
  } catch {
    return undefined; // none is saved yet
  }
}
