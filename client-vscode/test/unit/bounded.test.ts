import assert from "node:assert/strict";
import { test } from "node:test";
import { clipped, Tail } from "../../src/bounded";

test("keeps the end of what never ends", () => {
  const tail = new Tail(10);
  for (let number = 0; number < 1000; number++) {
    tail.add(`${number},`);
  }
  assert.equal(tail.text, ",997,998,999,".slice(-10));
});

test("keeps a short text whole, and of one huge piece its end", () => {
  const tail = new Tail(10);
  tail.add("abc");
  tail.add("def");
  assert.equal(tail.text, "abcdef");
  tail.add("x".repeat(1_000_000).concat("end"));
  assert.equal(tail.text, "xxxxxxxend");
});

test("takes a hundred megabytes in small pieces without keeping them", () => {
  const tail = new Tail(1000);
  const piece = "y".repeat(1000);
  for (let number = 0; number < 100_000; number++) {
    tail.add(piece);
  }
  tail.add("z");
  assert.equal(tail.text.length, 1000);
  assert.ok(tail.text.endsWith("yz"));
});

test("says that it was cut", () => {
  assert.equal(clipped("abcdef", 6), "abcdef");
  assert.equal(clipped("abcdefg", 6), "abcde…");
  assert.equal(clipped("abc", 0), "…");
});
