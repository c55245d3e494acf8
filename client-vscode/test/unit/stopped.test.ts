import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ask, printed, readStop } from "../../src/stopped";

const frame = (id: number, path?: string, extra: object = {}) => ({
  id,
  name: `f${id}`,
  line: id * 10,
  column: 3,
  ...(path === undefined ? {} : { source: { path } }),
  ...extra,
});

/** Answers as an adapter does; what it was asked is kept. */
function adapter(answers: Record<string, (args: never) => unknown>): Ask & { asked: string[] } {
  const asked: string[] = [];
  const ask = async (command: string, args: object) => {
    asked.push(`${command} ${JSON.stringify(args)}`);
    const answer = answers[command];
    if (answer === undefined) {
      throw new Error(`${command} is not known`);
    }
    return answer(args as never);
  };
  return Object.assign(ask, { asked });
}

test("the runtime's own text is taken as it is", () => {
  const trace = "TypeError: x is undefined\n    at f (/w/a.js:1:2)";
  const info = { exceptionId: "TypeError", details: { message: "x is undefined", stackTrace: trace } };
  assert.equal(printed(info, []), `${trace}\n`);
});

test("frames without the error get it where their runtime prints it", () => {
  const trace = "  at f (/w/a.js:1:2)\n    at g (/w/a.js:9:1)";
  const info = { exceptionId: "TypeError: x is undefined", details: { stackTrace: trace } };
  assert.equal(printed(info, []), `TypeError: x is undefined\n${trace.trim()}\n`);
});

test("a traceback without its last line gets it", () => {
  const info = {
    exceptionId: "ZeroDivisionError",
    description: "division by zero",
    details: { typeName: "ZeroDivisionError", stackTrace: '  File "/w/a.py", line 2, in f\n    1 / 0\n' },
  };
  assert.ok(printed(info, []).endsWith("1 / 0\nZeroDivisionError: division by zero\n"));
});

test("without a text the same facts stand in one", () => {
  const text = printed({ exceptionId: "E", description: "why" }, [frame(1, "/w/a.js"), frame(2)]);
  assert.equal(text, "E: why\n    at f1 (/w/a.js:10:3)\n");
  assert.equal(printed({}, []), "Error\n");
});

test("values are those of our frames, bounded in number, depth and length", async () => {
  const ask = adapter({
    exceptionInfo: () => ({ exceptionId: "E" }),
    stackTrace: () => ({
      stackFrames: [
        frame(1, "/lib/x.js"),
        frame(2, "/w/node.js", { source: { path: "/w/node.js", presentationHint: "deemphasize" } }),
        ...[3, 4, 5, 6, 7, 8, 9].map((id) => frame(id, `/w/${id}.js`)),
      ],
    }),
    scopes: ({ frameId }: { frameId: number }) => ({
      scopes: [
        { name: "Local", variablesReference: frameId * 100 },
        { name: "Globals", variablesReference: 7 },
        { name: "Closure", expensive: true, variablesReference: 8 },
      ],
    }),
    variables: ({ variablesReference: at }: { variablesReference: number }) => ({
      variables:
        at % 100 === 0
          ? [
              { name: "special variables", value: "", variablesReference: 1 },
              { name: "long", value: "x".repeat(10_000), variablesReference: 0 },
              { name: "object", value: "Object", variablesReference: at + 1 },
            ]
          : Array.from({ length: 30 }, (_, n) => ({ name: `m${n}`, value: "1", variablesReference: at + 1 })),
    }),
  });
  const { values } = await readStop(ask, 1, (path) => path.startsWith("/w/"));
  const names = Object.keys(values);
  assert.deepEqual(names.slice(0, 2), ["f3: long", "f3: object"]);
  assert.equal(names.length, 10, "five frames of two values");
  assert.equal(values["f3: long"]?.length, 300);
  assert.match(values["f3: object"] ?? "", /^Object \{m0: 1, .*m11: 1, …\}$/);
  assert.ok(!ask.asked.some((question) => question.includes('"variablesReference":7,')));
});

test("in a remote window frames name URIs of the files", async () => {
  const ask = adapter({
    stackTrace: () => ({ stackFrames: [frame(1, "vscode-remote://host:1/w/a%20b.js")] }),
    scopes: () => ({ scopes: [{ name: "Local: f", presentationHint: "locals", variablesReference: 1 }] }),
    variables: () => ({ variables: [{ name: "n", value: "1", variablesReference: 0 }] }),
  });
  const stop = await readStop(ask, 1, (path) => path === "/w/a b.js");
  assert.deepEqual(stop.values, { "f1: n": "1" });
  assert.match(stop.text, /at f1 \(\/w\/a b\.js:10:3\)/);
});

test("an adapter that knows nothing gives a short text and no values", async () => {
  const stop = await readStop(adapter({}), 1, () => true);
  assert.deepEqual(stop, { text: "Error\n", values: {} });
});
