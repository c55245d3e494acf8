// Bundles the extension and lays the server's own sources beside it, without a network.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const client = dirname(dirname(fileURLToPath(import.meta.url)));
const repository = dirname(client);

rmSync(join(client, "dist"), { recursive: true, force: true });
await build({
  entryPoints: [join(client, "src/extension.ts")],
  outfile: join(client, "dist/extension.cjs"),
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  minify: process.argv.includes("--minify"),
  logLevel: "warning",
});

const server = join(client, "server");
rmSync(server, { recursive: true, force: true });
mkdirSync(server);
cpSync(join(repository, "server/crimescene"), join(server, "crimescene"), {
  recursive: true,
  filter: (path) => !path.includes("__pycache__"),
});
const project = readFileSync(join(repository, "pyproject.toml"), "utf8");
for (const [key, name] of [
  ["dependencies", "requirements.txt"],
  ["mcp", "agents.txt"],
]) {
  const [, list] = new RegExp(`^${key} = (\\[[^\\]]*?\\n\\])`, "m").exec(project) ?? [];
  if (list === undefined) {
    throw new Error(`pyproject.toml lists no ${key}`);
  }
  const needed = [...list.matchAll(/^ {4}"(.*)",$/gm)].map(([, requirement]) => requirement);
  writeFileSync(join(server, name), `${needed.join("\n")}\n`);
}
cpSync(join(repository, "LICENSE"), join(client, "LICENSE"));
