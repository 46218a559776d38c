import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { kaplanMeier, kaplanMeierBySegment, survivalAt } from "../../lib/profiles/survival";
import { createRandom } from "../../lib/random";

/** Weeks of remission under 6-MP (Freireich et al. 1963, Blood 21); those with + were still in remission. */
const REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split(" ");
const time = REMISSION.map(Number.parseFloat);
const event = REMISSION.map((text) => Number(!text.endsWith("+")));
const rounded = (values: Float64Array) => Array.from(values, (value) => Number(value.toFixed(4)));

test("the 6-MP remissions have the published survival and Greenwood errors", () => {
  const curve = kaplanMeier({ time, event });
  assert.equal(Array.from(curve.time), [6, 7, 10, 13, 16, 22, 23]);
  assert.equal(Array.from(curve.atRisk), [21, 17, 15, 12, 11, 7, 6]);
  // As in Kalbfleisch and Prentice 2002, table 1.2, and R's survival::survfit.
  assert.equal(rounded(curve.survival), [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]);
  assert.equal(rounded(curve.standardError), [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]);
  assert.is(curve.median, 23);
  assert.is(survivalAt(curve, 5), 1);
  assert.is(survivalAt(curve, 12), curve.survival[2]);
  curve.low.forEach((low, i) => {
    assert.ok(low > 0 && low < curve.survival[i] && curve.high[i] > curve.survival[i] && curve.high[i] < 1);
  });
});

test("without censoring it is the empirical share, with the binomial's error", () => {
  const random = createRandom(1);
  const times = Float64Array.from({ length: 200 }, () => Math.ceil(20 * random.uniform()));
  const curve = kaplanMeier({ time: times, event: times.map(() => 1) });
  curve.time.forEach((now, i) => {
    const share = times.filter((one) => one > now).length / 200;
    assert.ok(Math.abs(curve.survival[i] - share) < 1e-12);
    assert.ok(Math.abs(curve.standardError[i] - Math.sqrt((share * (1 - share)) / 200)) < 1e-12);
  });
  assert.is(curve.survival.at(-1), 0);
});

test("a 95 % interval covers the truth about 95 times in 100, with half the subjects censored", () => {
  const random = createRandom(8);
  let covered = 0;
  for (let trial = 0; trial < 400; trial++) {
    const rows = Array.from({ length: 80 }, () => [random.exponential(), random.exponential()]);
    const curve = kaplanMeier({ time: rows.map((r) => Math.min(...r)), event: rows.map(([t, c]) => Number(t <= c)) });
    let at = curve.time.length - 1;
    while (at >= 0 && curve.time[at] > 0.5) at--;
    if (curve.low[at] <= Math.exp(-0.5) && Math.exp(-0.5) <= curve.high[at]) covered++;
  }
  // 400 trials: a standard deviation of 4.4.
  assert.ok(covered > 380 - 14 && covered < 380 + 14, `${covered} of 400`);
});

test("each segment has its own curve", () => {
  const segment = time.map((_, i) => (i % 2 === 0 ? "even" : "odd"));
  const curves = kaplanMeierBySegment({ time, event }, segment);
  assert.equal(Array.from(curves.keys()), ["even", "odd"]);
  const even = { time: time.filter((_, i) => i % 2 === 0), event: event.filter((_, i) => i % 2 === 0) };
  assert.equal(curves.get("even"), kaplanMeier(even));
});

test("nobody leaving gives an empty curve; bad subjects are refused", () => {
  const curve = kaplanMeier({ time: [1, 2], event: [0, 0] });
  assert.is(curve.time.length, 0);
  assert.is(curve.median, undefined);
  for (const bad of [
    { time: [], event: [] },
    { time: [-1], event: [1] },
    { time: [1], event: [2] },
  ])
    assert.throws(
      () => kaplanMeier(bad),
      (error: unknown) => error instanceof InputError,
    );
});

test.run();
