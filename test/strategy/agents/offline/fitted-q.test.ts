import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError } from "../../../../lib/errors";
import { trainLightgbm } from "../../../../lib/models/lightgbm/index";
import { createRandom } from "../../../../lib/random";
import { conservativeQLearning } from "../../../../lib/strategy/agents/offline/conservative-q-learning";
import { fittedQIteration } from "../../../../lib/strategy/agents/offline/fitted-q-iteration";
import { fittedQTrees, loadTreeAgent } from "../../../../lib/strategy/agents/offline/fitted-q-trees";
import { TREE_PARAMETERS } from "../../../../lib/strategy/agents/offline/tree-values";
import { treeWalker } from "../../../../lib/strategy/agents/offline/tree-walker";
import { loadValueAgent, type ValueAgent } from "../../../../lib/strategy/agents/offline/value-agent";
import { evaluate, lookAhead, solve } from "../../../../lib/strategy/optimum/dynamic-programming";
import { policyFromAgent } from "../../../../lib/strategy/policy";
import { ANY, enumerate, logOf, tinySale } from "./small";

const sale = tinySale();
const full = logOf(sale, () => 0, 1, 30_000);
const oracle = enumerate(sale, full);
const states = Array.from({ length: 9 }, (_, i) => [Math.floor(i / 3), 1 + (i % 3)]).filter(
  ([period, stock]) => period > 0 || stock === sale.stock,
);
/** Trees that can tell every pair apart; the second and later ones mend what single precision left. */
const exact = {
  trees: 10,
  parameters: { ...TREE_PARAMETERS, learning_rate: 1, num_leaves: 255, lambda_l2: 0, min_sum_hessian_in_leaf: 0 },
};

test("trees that tell all pairs apart are the exact optimum of what the log shows", () => {
  const agent = fittedQTrees(full, exact);
  for (const [period, stock] of states)
    agent.values([period, stock]).forEach((value, level) => {
      const wanted = oracle.q[period][stock][level];
      // LightGBM keeps its labels and leaves in single precision.
      assert.ok(Math.abs(value - wanted) < 1e-4, `Q(${period}, ${stock}, ${level}) = ${value}, should be ${wanted}`);
    });
  const share = evaluate(sale, policyFromAgent(sale, agent)).value;
  const optimum = solve(sale).value;
  assert.ok(share > optimum - 0.02 * Math.abs(optimum), `${share} of ${optimum}`);
  const loaded = loadTreeAgent(JSON.parse(JSON.stringify(agent.save())));
  assert.equal(loaded.values([1, 2]).slice(), agent.values([1, 2]));
  assert.is(loaded.act([1, 2], ANY), agent.act([1, 2], ANY));
});

test("walking the trees of a model gives LightGBM's own predictions, of one leaf too", () => {
  const random = createRandom(1);
  const rows = 400;
  const features = Float64Array.from({ length: rows * 3 }, () => random.normal());
  const labels = Float64Array.from(
    { length: rows },
    (_, row) => Math.sin(3 * features[3 * row]) * features[3 * row + 1],
  );
  for (const parameters of [TREE_PARAMETERS, { ...TREE_PARAMETERS, min_sum_hessian_in_leaf: 1000 }]) {
    const { model } = trainLightgbm({ features, width: 3, labels }, { parameters, iterations: 30 });
    const walk = treeWalker(model.toText());
    const grid = Float64Array.from({ length: 300 }, () => 2 * random.normal());
    model.predict({ features: grid, width: 3 }).forEach((value, row) => {
      assert.ok(Math.abs(walk(grid.subarray(3 * row, 3 * row + 3)) - value) < 1e-12);
    });
    model.dispose();
  }
});

test("after as many rounds as the sale has periods the trees' values stand still", () => {
  const changes: number[] = [];
  fittedQTrees(full, { ...exact, rounds: 5, onProgress: (_, { change }) => changes.push(change) });
  assert.is(changes.length, 5);
  assert.ok(changes[2] > 0.1 && changes[3] < 1e-6 && changes[4] < 1e-6, `${changes}`);
});

test("the network's values are the sale's own, those of dynamic programming, within the log's noise", async () => {
  const fitted = await fittedQIteration(full, { seed: 1, updates: 3000, hidden: [32, 32] });
  // Conservative Q-learning without its penalty is the same problem; another seed draws other weights.
  const plain = await conservativeQLearning(full, { seed: 2, updates: 3000, hidden: [32, 32], alpha: 0 });
  const exactly = solve(sale);
  const sampling = Math.abs(oracle.value - exactly.value);
  assert.ok(sampling < 0.2, `the log's own optimum is ${oracle.value}, the sale's ${exactly.value}`);
  for (const agent of [fitted, plain])
    for (const [period, stock] of states) {
      const q = agent.values([period, stock]);
      for (let level = 0; level < sale.levels; level++) {
        const wanted = lookAhead(sale, exactly.values, period, stock, level);
        assert.ok(
          Math.abs(q[level] - oracle.q[period][stock][level]) < 0.15,
          `the log's Q(${period}, ${stock}, ${level})`,
        );
        assert.ok(Math.abs(q[level] - wanted) < 0.6, `Q(${period}, ${stock}, ${level}) = ${q[level]}, not ${wanted}`);
      }
    }
});

test("a discount of 0 leaves the mean reward of a step", async () => {
  const agent = await fittedQIteration(full, { seed: 1, updates: 1500, hidden: [32], discount: 0 });
  const trees = fittedQTrees(full, { ...exact, discount: 0 });
  let sum = 0;
  let count = 0;
  for (let step = 0; step < full.steps; step++)
    if (full.observations[2 * step] === 0 && full.taken[step] === 1) {
      sum += full.rewards[step];
      count++;
    }
  assert.ok(Math.abs(trees.values([0, sale.stock])[1] - sum / count) < 1e-4);
  assert.ok(Math.abs(agent.values([0, sale.stock])[1] - sum / count) < 0.15);
});

test("small batches of states learn the same values as all states at once", async () => {
  const all = await fittedQIteration(full, { seed: 1, updates: 2500, hidden: [32, 32] });
  const few = await fittedQIteration(full, { seed: 1, updates: 2500, hidden: [32, 32], batch: 3 });
  for (const [period, stock] of states) {
    const values = all.values([period, stock]).slice();
    few.values([period, stock]).forEach((value, level) => {
      assert.ok(
        Math.abs(value - values[level]) < 0.4,
        `Q(${period}, ${stock}, ${level}): ${value} and ${values[level]}`,
      );
    });
  }
});

test("saved and loaded it acts the same; a mask is kept; one seed, one network", async () => {
  const learn = (seed: number) => fittedQIteration(full, { seed, updates: 60, hidden: [8] });
  const agent: ValueAgent = await learn(1);
  assert.equal((await learn(1)).save(), agent.save());
  assert.not.equal((await learn(2)).save(), agent.save());
  const loaded = loadValueAgent(JSON.parse(JSON.stringify(agent.save())));
  assert.equal(loaded.values([0, 3]), agent.values([0, 3]));
  for (let level = 0; level < 3; level++) {
    const only = ANY.map((_, i) => (i === level ? 1 : 0));
    assert.is(loaded.act([0, 3], only), level);
  }
  const broken = agent.save();
  broken.network.parameters.pop();
  assert.throws(() => loadValueAgent(broken), /saved network/);
  assert.throws(() => loadValueAgent({ ...agent.save(), kind: "dqn" as "fitted-q" }), /"dqn"/);
  assert.throws(() => loadTreeAgent({ kind: "x" as "fitted-q-trees", width: 1, actions: 1, model: "" }), /"x"/);
});

test("it reports, stops when asked to, and refuses what can't be", async () => {
  const seen: number[] = [];
  await fittedQIteration(full, { seed: 1, updates: 50, hidden: [8], onProgress: (done) => seen.push(done) });
  assert.is(seen.length, 50);
  assert.is(seen[49], 1);
  const controller = new AbortController();
  controller.abort();
  for (const [options, message] of [
    [{ updates: 0 }, /0 at updates/],
    [{ targetEvery: 0 }, /0 at targetEvery/],
    [{ discount: 2 }, /2 at discount/],
    [{ signal: controller.signal }, /was stopped/],
  ] as const) {
    let caught: unknown;
    await fittedQIteration(full, { seed: 1, ...options }).catch((error: unknown) => {
      caught = error;
    });
    assert.match(String(caught), message);
  }
  assert.throws(
    () => fittedQTrees(full, { signal: controller.signal }),
    (error: unknown) => error instanceof AbortedError,
  );
});

test.run();
