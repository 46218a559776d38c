import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodeIntervals } from "../../../lib/models/layers/time-encoding";

const WIDTH = 12;
const dot = (a: number, b: number) => {
  const encoded = encodeIntervals([a, b], { width: WIDTH, unit: 60, span: 1e5 });
  let sum = 0;
  for (let at = 0; at < WIDTH; at++) sum += encoded[at] * encoded[WIDTH + at];
  return sum;
};

test("an encoding has length 1, and two are as alike as the ratio of their intervals says, wherever they lie", () => {
  const seconds = fc.double({ min: 0, max: 3e7, noNaN: true });
  fc.assert(
    fc.property(seconds, seconds, fc.double({ min: 1, max: 50, noNaN: true }), (a, b, factor) => {
      assert.ok(Math.abs(dot(a, a) - 1) < 1e-5);
      // Both 1 + t / unit grow by one factor: their logarithms move by the same.
      const moved = (t: number) => ((1 + t / 60) * factor - 1) * 60;
      assert.ok(Math.abs(dot(a, b) - dot(moved(a), moved(b))) < 1e-4);
    }),
  );
});

test("a day more matters after one day, not after sixty", () => {
  const day = 86400;
  assert.ok(dot(day, 2 * day) < dot(60 * day, 61 * day) - 0.05);
  assert.ok(dot(day, 30 * day) < dot(day, 2 * day));
  assert.throws(() => encodeIntervals([-1], { width: 4 }), /at least 0 seconds/);
  assert.throws(() => encodeIntervals([1], { width: 5 }), /half/);
});

test.run();
