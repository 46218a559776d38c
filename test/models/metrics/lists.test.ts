import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/errors";
import {
  coverage,
  gini,
  intraListDiversity,
  novelty,
  rankingMetrics,
  selfInformation,
  tieGroups,
} from "../../../lib/models/metrics/index";
import oracle from "./oracles/lists.json";

const near = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${what}: ${actual} is not ${expected}`);

test("average precision of whole rankings is scikit-learn's", () => {
  for (const { scores, relevant, averagePrecision } of oracle.rankings)
    near(
      rankingMetrics(tieGroups(Float64Array.from(scores), relevant), Infinity).averagePrecision,
      averagePrecision,
      "AP",
    );
});

test("Gini, novelty, coverage and diversity are numpy's and scikit-learn's", () => {
  near(gini(oracle.shown), oracle.gini, "Gini");
  near(novelty(oracle.shown, selfInformation(oracle.had, oracle.users)), oracle.novelty, "novelty");
  near(coverage(oracle.shown), oracle.coverage, "coverage");
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * b[at], 0);
  const cosine = (i: number, j: number) => {
    const [a, b] = [oracle.vectors[i], oracle.vectors[j]];
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  near(intraListDiversity(oracle.items, cosine), oracle.diversity, "diversity");
});

test("Gini is the mean difference over twice the mean, whatever the order and the currency", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 9 }),
      (values, factor) => {
        const total = values.reduce((sum, value) => sum + value, 0);
        fc.pre(total > 0);
        let apart = 0;
        for (const one of values) for (const other of values) apart += Math.abs(one - other);
        near(gini(values), apart / (2 * values.length * total), "definition");
        near(gini([...values].reverse().map((value) => factor * value)), gini(values), "another order and unit");
      },
    ),
  );
});

test("limits: all alike, one has all, an item that everybody or nobody had, a list of one", () => {
  near(gini([3, 3, 3]), 0, "all alike");
  near(gini([0, 0, 7, 0]), 3 / 4, "one has all");
  assert.ok(Number.isNaN(gini([0, 0])));
  assert.equal(Array.from(selfInformation([7, 0], 7)), [0, 3]);
  assert.ok(Number.isNaN(novelty([0, 0], [1, 2])));
  assert.ok(Number.isNaN(intraListDiversity([4], () => 0)));
  assert.is(
    intraListDiversity([4, 4, 4], () => 1),
    0,
  );
});

test("amounts below 0 and more users than there are are refused", () => {
  const refused = (work: () => unknown, place: RegExp) => assert.throws(work, place);
  refused(() => gini([1, -2]), /-2 at values\[1\]/);
  assert.throws(
    () => gini([Number.NaN]),
    (error: unknown) => error instanceof InputError,
  );
  refused(() => selfInformation([3, 9], 8), /9 at itemUsers\[1\]/);
});

test.run();
