import { test } from "uvu";
import * as assert from "uvu/assert";
import { encodingOf, loadEncoding } from "../../../../lib/strategy/agents/network/encoding";

test("counts are spread over [−1, 1], a lone one is −1", () => {
  const encoding = encodingOf({ kind: "multi-discrete", counts: [5, 2, 1], names: ["a", "b", "c"] });
  const input = new Float64Array(4);
  encoding.write([2, 1, 0], input, 1);
  assert.equal([...input], [0, 0, 1, -1]);
  const again = loadEncoding(JSON.parse(JSON.stringify(encoding.save())));
  again.write([4, 0, 0], input, 0);
  assert.equal([...input].slice(0, 3), [1, -1, -1]);
});

test("real numbers stay as they are; a lone whole number is refused", () => {
  const box = { low: Float64Array.of(-1, -Infinity), high: Float64Array.of(1, Infinity), names: ["a", "b"] };
  const encoding = encodingOf({ kind: "box", ...box });
  const input = new Float64Array(2);
  encoding.write([0.25, -40], input, 0);
  assert.equal([...input], [0.25, -40]);
  for (const broken of [{ scale: [1], shift: [] }, { scale: [Number.NaN], shift: [0] }, null as never])
    assert.throws(() => loadEncoding(broken), /saved encoding/);
  assert.throws(() => encodingOf({ kind: "discrete", count: 3 }), /discrete at observationSpace|vectors/);
});

test.run();
