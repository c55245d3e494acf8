import assert from "node:assert/strict";
import { test } from "node:test";
import type { Facts } from "../../src/protocol";
import { type Ask, readStop } from "../../src/stopped";

const frame = (id: number) => ({ id, name: `f${id}`, line: id * 10, column: 3 });

/** A server that takes the frames with these ids for the project's own. */
const tell =
  (...own: number[]) =>
  async ({ frames }: Facts) => ({ text: `Error of ${frames.length} frames\n`, frames: own });

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

test("values are those of our frames, bounded in number, depth and length", async () => {
  const ask = adapter({
    exceptionInfo: () => ({ exceptionId: "E" }),
    stackTrace: () => ({
      stackFrames: [1, 2, 3, 4, 5, 6, 7, 8, 9].map(frame),
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
              { name: "__dirname", value: "'/w'", variablesReference: 0 },
              { name: "helper", value: "ƒ helper() {}", variablesReference: 1 },
              { name: "long", value: "x".repeat(10_000), variablesReference: 0 },
              { name: "object", value: "Object", variablesReference: at + 1 },
              { name: "list", value: "[1]", variablesReference: at + 1 },
            ]
          : Array.from({ length: 30 }, (_, n) => ({ name: `m${n}`, value: "1", variablesReference: at + 1 })),
    }),
  });
  const stop = await readStop(ask, 1, tell(3, 4, 5, 6, 7, 8, 9, 99));
  const values = stop?.values ?? {};
  assert.equal(stop?.text, "Error of 9 frames\n");
  const names = Object.keys(values);
  assert.deepEqual(names.slice(0, 2), ["f3: long", "f3: object"]);
  assert.equal(names.length, 15, "five frames of three values");
  assert.equal(values["f3: list"], "[1]", "what says what is in it is taken as it is");
  assert.equal(values["f3: long"]?.length, 300);
  assert.match(values["f3: object"] ?? "", /^Object \{m0: 1, .*m11: 1, …\}$/);
  assert.ok(!ask.asked.some((question) => question.includes('"variablesReference":7,')));
});

test("an adapter that knows nothing gives a short text and no values", async () => {
  const stop = await readStop(adapter({}), 1, tell(1));
  assert.deepEqual(stop, { text: "Error of 0 frames\n", values: {} });
});
