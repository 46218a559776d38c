import { test } from "uvu";
import * as assert from "uvu/assert";
import { ruleOfThumb } from "../../../lib/strategy/agents/rule-of-thumb";
import { exampleSale } from "../sales";

const even = (changes = {}) => exampleSale({ stock: 100, arrivals: new Float64Array(10).fill(100), ...changes });

test("on schedule it stays, behind it deepens, ahead it shallows, a level for each band", () => {
  const policy = ruleOfThumb(even(), { start: 3, band: 0.1 });
  // After 5 of 10 periods half should be sold.
  assert.is(policy(5, 50, 0), 3);
  assert.is(policy(5, 59, 0), 3);
  assert.is(policy(5, 61, 0), 4);
  assert.is(policy(5, 75, 0), 5);
  assert.is(policy(5, 39, 0), 2);
  assert.is(policy(0, 100, 0), 3, "at the start nothing lags");
});

test("it stays on the ladder and never raises a price that may only fall", () => {
  const policy = ruleOfThumb(even({ markdownOnly: true }), { start: 3, band: 0.05 });
  assert.is(policy(9, 100, 0), 7);
  assert.is(policy(5, 5, 0), 0);
  assert.is(policy(5, 5, 4), 4);
});

test("the clock counts expected visitors, not hours", () => {
  const policy = ruleOfThumb(exampleSale({ stock: 100, arrivals: [0, 0, 0, 400, 100] }), { start: 3, band: 0.1 });
  assert.is(policy(3, 100, 0), 3, "nobody has come yet");
  assert.is(policy(4, 100, 0), 7, "four fifths have come, nothing is sold");
});

test("it starts in the middle of the ladder unless told otherwise", () => {
  assert.is(ruleOfThumb(even())(0, 100, 0), 3);
  assert.throws(() => ruleOfThumb(even(), { start: 8 }), /8 at start/);
  assert.throws(() => ruleOfThumb(even(), { band: 0 }), /0 at band/);
});

test.run();
