import { test } from "uvu";
import * as assert from "uvu/assert";
import { concordance, type PurchaseTimes, survivalCalibration } from "../../../lib/models/heads/index";
import { createRandom } from "../../../lib/random";

const EDGES = Float64Array.of(0, 1, 2, 3, 4);

/** Users whose weekly chance of a purchase differs, seen for one to four intervals. */
function drawn(count: number, seed: number) {
  const random = createRandom(seed);
  const hazard = Float64Array.from({ length: count }, () => 0.1 + 0.6 * random.uniform());
  const interval = new Int32Array(count);
  const observed = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const seen = 1 + random.integer(4);
    let at = 0;
    while (at < seen && random.uniform() >= hazard[row]) at++;
    interval[row] = at;
    observed[row] = at < seen ? 1 : 0;
  }
  return { hazard, times: { edges: EDGES, interval, observed } satisfies PurchaseTimes };
}

test("concordance is the share of comparable pairs in the right order, ties half", () => {
  const { hazard, times } = drawn(120, 1);
  const expected = hazard.map((chance) => Math.round(10 / chance));
  let [right, pairs] = [0, 0];
  for (let a = 0; a < 120; a++)
    for (let b = 0; b < 120; b++)
      if (times.observed[a] === 1 && times.interval[b] > times.interval[a]) {
        pairs++;
        right += expected[a] < expected[b] ? 1 : expected[a] === expected[b] ? 0.5 : 0;
      }
  assert.ok(Math.abs(concordance(times, expected) - right / pairs) < 1e-12);
  assert.ok(concordance(times, expected) > 0.55);
  assert.is(
    concordance(
      times,
      expected.map(() => 1),
    ),
    0.5,
  );
  assert.ok(Number.isNaN(concordance({ ...times, observed: new Uint8Array(120) }, expected)));
});

test("the true chances are calibrated in every group, also where users were censored; halved ones aren't", () => {
  const { hazard, times } = drawn(20_000, 2);
  const survival = (scale: number) =>
    Float64Array.from({ length: 20_000 * 5 }, (_, at) => (1 - scale * hazard[Math.floor(at / 5)]) ** (at % 5));
  const groups = survivalCalibration(times, { edges: EDGES, survival: survival(1) }, 3, 5);
  assert.is(
    groups.reduce((sum, { users }) => sum + users, 0),
    20_000,
  );
  // Four standard errors of a share; censoring makes them a little longer.
  for (const { foretold, observed, users } of groups)
    assert.ok(
      Math.abs(foretold - observed) < 6 * Math.sqrt((observed * (1 - observed)) / users),
      `${foretold}, ${observed}`,
    );
  const wrong = survivalCalibration(times, { edges: EDGES, survival: survival(0.5) }, 3, 5);
  assert.ok(wrong[2].foretold - wrong[2].observed > 0.15);
  assert.throws(() => survivalCalibration(times, { edges: EDGES, survival: survival(1) }, 5), /limit/);
});

test.run();
