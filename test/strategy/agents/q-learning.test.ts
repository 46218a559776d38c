import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError } from "../../../lib/errors";
import { bestFixedDiscount } from "../../../lib/strategy/agents/fixed";
import { qLearning } from "../../../lib/strategy/agents/q-learning";
import type { Environment, StepInfo } from "../../../lib/strategy/environment";
import { FlashSale } from "../../../lib/strategy/market/flash-sale";
import { evaluate, solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { policyFromActions } from "../../../lib/strategy/policy";
import { exampleSale, tinySale } from "../sales";

/** Cells 0 … 4 in a row, start in the middle; right end pays 1, left end 0.4; a step may slip. Undiscounted. */
function corridor(): Environment<Int32Array> {
  const observation = Int32Array.of(2);
  const info: StepInfo = { actionMask: Uint8Array.of(1, 1) };
  const result = { observation, reward: 0, terminated: false, truncated: false, info };
  return {
    observationSpace: { kind: "multi-discrete", counts: [5], names: ["cell"] },
    actionSpace: { kind: "discrete", count: 2 },
    reset() {
      observation[0] = 2;
      return { observation, info };
    },
    step(action) {
      observation[0] += action === 1 ? 1 : -1;
      result.terminated = observation[0] === 0 || observation[0] === 4;
      result.reward = (observation[0] === 4 ? 1 : observation[0] === 0 ? 0.4 : 0) - 0.05;
      return result;
    },
  };
}

test("on a corridor whose values can be written down it finds them", () => {
  const { values, visits, greedy } = qLearning(corridor(), { episodes: 3000, seed: 1, lastExploration: 0.5 });
  // From cell 3 right: 0.95; from 2: 0.9; from 1: left pays 0.35, right 0.85.
  const expected = [
    [1, 0, 0.35],
    [1, 1, 0.85],
    [2, 0, 0.8],
    [2, 1, 0.9],
    [3, 0, 0.85],
    [3, 1, 0.95],
  ];
  for (const [cell, action, value] of expected)
    assert.ok(
      Math.abs(values[cell * 2 + action] - value) < 1e-3,
      `Q(${cell}, ${action}) = ${values[cell * 2 + action]}`,
    );
  assert.equal(Array.from(greedy()).slice(1, 4), [1, 1, 1]);
  assert.is(visits[0] + visits[1] + visits[8] + visits[9], 0, "the ends are never acted in");
});

test("on a tiny sale it finds the optimum", () => {
  for (const markdownOnly of [false, true]) {
    const sale = tinySale({ markdownOnly });
    const optimum = solve(sale).value;
    const learned = qLearning(new FlashSale(sale), { episodes: 60_000, seed: 2 });
    const value = evaluate(sale, policyFromActions(sale, learned.greedy())).value;
    // The optimum is compared with what the stock brings as salvage: the gain that the sale is there for.
    const idle = sale.stock * (sale.salvage - sale.unitCost);
    assert.ok((value - idle) / (optimum - idle) > 0.999, `${value} of ${optimum}`);
  }
});

test("five seeds: within 1 % of the optimum and above the best fixed discount", () => {
  const sale = exampleSale();
  const optimum = solve(sale).value;
  const fixed = bestFixedDiscount(sale).plan.value;
  for (let seed = 1; seed <= 5; seed++) {
    const learned = qLearning(new FlashSale(sale), { episodes: 200_000, seed });
    const value = evaluate(sale, policyFromActions(sale, learned.greedy())).value;
    assert.ok(value >= 0.99 * optimum && value <= optimum, `seed ${seed}: ${value} of ${optimum}`);
    assert.ok(value > fixed, `seed ${seed}: ${value}, best fixed ${fixed}`);
  }
});

test("same seed, same table; another seed, another", () => {
  const run = (seed: number) => qLearning(new FlashSale(tinySale()), { episodes: 500, seed }).values;
  assert.equal(run(4), run(4));
  assert.not.equal(run(4), run(5));
});

test("untried pairs keep the initial value, and the greedy policy doesn't choose them", () => {
  const { values, visits, greedy } = qLearning(corridor(), { episodes: 1, seed: 1, initialValue: 50 });
  const actions = greedy();
  visits.forEach((count, pair) => {
    if (count === 0) assert.is(values[pair], 50);
  });
  for (let cell = 1; cell < 4; cell++)
    if (visits[cell * 2] + visits[cell * 2 + 1] > 0) assert.ok(visits[cell * 2 + actions[cell]] > 0);
});

test("it reports progress and can be stopped", () => {
  const shares: number[] = [];
  const controller = new AbortController();
  assert.throws(
    () =>
      qLearning(corridor(), {
        ...{ episodes: 1000, seed: 1, signal: controller.signal },
        onProgress(done) {
          shares.push(done);
          if (done >= 0.5) controller.abort();
        },
      }),
    (error: unknown) => error instanceof AbortedError,
  );
  assert.is(shares.length, 50);
  assert.ok(shares.every((share, i) => Math.abs(share - (i + 1) / 100) < 1e-12));
});

test("an environment of real numbers is refused", () => {
  const smooth: Environment<Int32Array> = {
    ...corridor(),
    observationSpace: { kind: "box", low: Float64Array.of(0), high: Float64Array.of(1), names: ["x"] },
  };
  assert.throws(() => qLearning(smooth, { episodes: 1, seed: 1 }), /whole numbers.*box/);
  assert.throws(() => qLearning(corridor(), { episodes: 0, seed: 1 }), /0 at episodes/);
});

test.run();
