import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type MultiDiscreteSpace, stateCount, stateIndex } from "../../lib/strategy/environment";

const space = (counts: number[]): MultiDiscreteSpace => ({ kind: "multi-discrete", counts, names: counts.map(String) });

test("every observation has a place of its own, in row-major order", () => {
  const box = space([2, 3, 4]);
  assert.is(stateCount(box), 24);
  let expected = 0;
  for (let a = 0; a < 2; a++)
    for (let b = 0; b < 3; b++)
      for (let c = 0; c < 4; c++) assert.is(stateIndex(box, Int32Array.of(a, b, c)), expected++);
});

test("the index can be unravelled", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), fc.nat(), (counts, pick) => {
      const box = space(counts);
      const index = pick % stateCount(box);
      const observation = new Int32Array(counts.length);
      for (let i = counts.length - 1, rest = index; i >= 0; i--) {
        observation[i] = rest % counts[i];
        rest = Math.floor(rest / counts[i]);
      }
      assert.is(stateIndex(box, observation), index);
    }),
  );
});

test.run();
