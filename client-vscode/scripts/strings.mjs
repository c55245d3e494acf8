// Writes every sentence that the code shows into l10n/bundle.l10n.json; --check only compares. Also
// checks that package.json uses exactly the strings of package.nls.json.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const client = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = join(client, "l10n/bundle.l10n.json");
const problems = [];
const found = {};

for (const name of readdirSync(join(client, "src"))) {
  const path = join(client, "src", name);
  const source = ts.createSourceFile(name, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const look = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText(source).endsWith("l10n.t")) {
      const [sentence] = node.arguments;
      if (sentence !== undefined && ts.isStringLiteral(sentence)) {
        found[sentence.text] = sentence.text;
      } else {
        problems.push(`${name}: l10n.t takes a plain string, not ${node.getText(source)}`);
      }
    }
    ts.forEachChild(node, look);
  };
  look(source);
}

const wanted = `${JSON.stringify(Object.fromEntries(Object.entries(found).sort()), null, 2)}\n`;
if (!process.argv.includes("--check")) {
  writeFileSync(bundle, wanted);
} else if (readFileSync(bundle, "utf8") !== wanted) {
  problems.push("l10n/bundle.l10n.json is not in step with src: run npm run strings:write");
}

const used = new Set(
  [...readFileSync(join(client, "package.json"), "utf8").matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key),
);
const known = new Set(Object.keys(JSON.parse(readFileSync(join(client, "package.nls.json"), "utf8"))));
problems.push(...[...used].filter((key) => !known.has(key)).map((key) => `package.nls.json lacks ${key}`));
problems.push(...[...known].filter((key) => !used.has(key)).map((key) => `package.json does not use ${key}`));
for (const problem of problems) {
  console.error(problem);
}
process.exit(problems.length === 0 ? 0 : 1);
