import { test } from "uvu";
import * as assert from "uvu/assert";
import { maskedSoftmax } from "../../../lib/strategy/agents/masked-softmax";

test("chances and entropy worked by hand, in the middle of larger arrays", () => {
  const logits = Float64Array.of(9, Math.log(1), Math.log(2), Math.log(5), Math.log(3), 9);
  const chances = new Float64Array(4);
  const entropy = maskedSoftmax(logits, 1, Uint8Array.of(0, 1, 1, 0, 1), 1, chances);
  [1 / 6, 2 / 6, 0, 3 / 6].forEach((chance, i) => {
    assert.ok(Math.abs(chances[i] - chance) < 1e-15);
  });
  assert.ok(Math.abs(entropy - (Math.log(6) / 6 + Math.log(3) / 3 + Math.log(2) / 2)) < 1e-14);
});

test("huge logits don't overflow; a lone allowed action is certain", () => {
  const chances = new Float64Array(3);
  maskedSoftmax(Float64Array.of(1e4, 1e4, -1e4), 0, Uint8Array.of(1, 1, 1), 0, chances);
  assert.equal([...chances], [0.5, 0.5, 0]);
  assert.is(maskedSoftmax(Float64Array.of(1e4, -1e4, 0), 0, Uint8Array.of(0, 1, 0), 0, chances), 0);
  assert.equal([...chances], [0, 1, 0]);
});

test.run();
