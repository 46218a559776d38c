import { test } from "uvu";
import * as assert from "uvu/assert";
import { behaviourCloning } from "../../../../lib/strategy/agents/offline/behaviour-cloning";
import { conservativeQLearning } from "../../../../lib/strategy/agents/offline/conservative-q-learning";
import { conservativeSlopes } from "../../../../lib/strategy/agents/offline/q-learner";
import { mergeSteps } from "../../../../lib/strategy/logs/index";
import { solve } from "../../../../lib/strategy/optimum/dynamic-programming";
import { asPolicy, policyFromAgent } from "../../../../lib/strategy/policy";
import { ANY, enumerate, logOf, tinySale } from "./small";

const sale = tinySale();

test("its slopes are those of the loss as it is written down, by differences", () => {
  const merged = mergeSteps(logOf(tinySale({ markdownOnly: true }), (_, __, last) => last, 0.5, 400));
  const batch = 5;
  const learner = {
    merged,
    batch,
    drawn: Int32Array.of(0, 3, 3, 7, 9),
    weights: Float64Array.of(0.1, 0.2, 0.3, 0.15, 0.25),
  };
  const alpha = 0.7;
  const targets = Float64Array.from({ length: merged.pairs }, (_, pair) => Math.sin(pair));
  const values = Float64Array.from({ length: batch * 3 }, (_, i) => Math.cos(3 * i));
  const slopes = new Float64Array(batch * 3);
  // Step by step, as the paper has it: no merging.
  const loss = () => {
    let sum = 0;
    learner.drawn.forEach((state, row) => {
      const q = [0, 1, 2].map((action) => values[row * 3 + action]);
      const total = q.reduce((all, value, action) => all + merged.masks[state * 3 + action] * Math.exp(value), 0);
      for (let pair = merged.starts[state]; pair < merged.starts[state + 1]; pair++)
        for (let step = 0; step < merged.pairCounts[pair]; step++)
          sum +=
            (learner.weights[row] / merged.counts[state]) *
            (0.5 * (q[merged.taken[pair]] - targets[pair]) ** 2 + alpha * (Math.log(total) - q[merged.taken[pair]]));
    });
    return sum;
  };
  const found = conservativeSlopes(learner, values, { alpha, target: (_, pair) => targets[pair], slopes });
  assert.ok(Math.abs(found.loss + alpha * found.penalty - loss()) < 1e-12);
  const step = 1e-6;
  values.forEach((value, i) => {
    values[i] = value + step;
    const above = loss();
    values[i] = value - step;
    const below = loss();
    values[i] = value;
    assert.ok(Math.abs(slopes[i] - (above - below) / (2 * step)) < 1e-8, `slope ${i}`);
  });
});

test("a large α does what the log did most, α = 0 what is best, whatever the log did most", async () => {
  // A behaviour that is wrong wherever it can be: the level after the optimum's.
  const optimum = asPolicy(sale, solve(sale).policy);
  const wrong = (period: number, stock: number) => (optimum(period, stock, 0) + 1) % 3;
  const log = logOf(sale, wrong, 0.5, 20_000);
  const shown = enumerate(sale, log);
  const small = { seed: 1, updates: 3000, hidden: [32, 32] };
  const tables = [
    await conservativeQLearning(log, { ...small, alpha: 100 }),
    await behaviourCloning(log, small),
    await conservativeQLearning(log, { ...small, alpha: 0 }),
  ].map((agent) => asPolicy(sale, policyFromAgent(sale, agent)));
  for (let period = 0; period < sale.periods; period++)
    for (let stock = period === 0 ? sale.stock : 1; stock <= sale.stock; stock++) {
      assert.is(tables[0](period, stock, 0), wrong(period, stock), `α = 100 in (${period}, ${stock})`);
      assert.is(tables[1](period, stock, 0), wrong(period, stock), `cloning in (${period}, ${stock})`);
      // Against the log's own optimum; where its second best is nearly as good, either will do.
      const gains = [...shown.q[period][stock]].sort((a, b) => b - a);
      if (gains[0] - gains[1] > 0.25)
        assert.is(tables[2](period, stock, 0), shown.best[period][stock], `α = 0 in (${period}, ${stock})`);
    }
});

test("the penalty lowers what the log hardly did, and the more so the larger α", async () => {
  const log = logOf(sale, () => 0, 0.1, 10_000);
  const gaps: number[] = [];
  for (const alpha of [0, 0.1, 1]) {
    const q = (await conservativeQLearning(log, { seed: 1, updates: 1500, hidden: [32], alpha })).values([0, 3]);
    gaps.push(q[0] - Math.max(q[1], q[2]));
  }
  assert.ok(gaps[0] < gaps[1] && gaps[1] < gaps[2], `${gaps}`);
});

test("its metrics are in the units that they say", async () => {
  const log = logOf(sale, () => 1, 0.3, 5000);
  let last = { loss: Number.NaN, penalty: Number.NaN, meanValue: Number.NaN };
  await conservativeQLearning(log, {
    ...{ seed: 1, updates: 800, hidden: [32], alpha: 0.01 },
    onProgress: (_, metrics) => {
      last = metrics as unknown as typeof last;
    },
  });
  // Values lie between selling nothing and selling everything at list price.
  assert.ok(last.meanValue > sale.stock * (sale.salvage - sale.unitCost) && last.meanValue < sale.stock * 6);
  assert.ok(last.loss >= 0 && last.penalty > 0 && last.penalty < 10);
  let caught: unknown;
  await conservativeQLearning(log, { seed: 1, alpha: -1 }).catch((error: unknown) => {
    caught = error;
  });
  assert.match(String(caught), /-1 at alpha/);
  const agent = await conservativeQLearning(log, { seed: 1, updates: 5 });
  assert.is(agent.save().kind, "conservative-q");
  assert.is(
    agent.act(
      [0, 3],
      ANY.map((_, i) => (i === 2 ? 1 : 0)),
    ),
    2,
  );
});

test.run();
