import { test } from "uvu";
import * as assert from "uvu/assert";
import { behaviourCloning } from "../../../../lib/strategy/agents/offline/behaviour-cloning";
import { implicitQLearning } from "../../../../lib/strategy/agents/offline/implicit-q-learning";
import { loadPolicyAgent } from "../../../../lib/strategy/agents/offline/policy-agent";
import type { LoggedSteps } from "../../../../lib/strategy/logs/index";
import { evaluate, solve } from "../../../../lib/strategy/optimum/dynamic-programming";
import { policyFromAgent } from "../../../../lib/strategy/policy";
import { ANY, enumerate, logOf, shortened, tinySale } from "./small";

const sale = tinySale();
const small = { seed: 1, updates: 2000, hidden: [32, 32] };

test("cloning finds the behaviour's chances", async () => {
  const rule = (period: number, stock: number) => (stock > 3 - period ? 1 : 0);
  const agent = await behaviourCloning(logOf(sale, rule, 0.3, 30_000), small);
  const chances = new Float64Array(3);
  for (const [period, stock] of [
    [0, 3],
    [1, 3],
    [1, 2],
    [2, 3],
    [2, 2],
    [2, 1],
  ]) {
    agent.probabilities([period, stock], ANY, chances);
    chances.forEach((chance, level) => {
      const wanted = level === rule(period, stock) ? 0.8 : 0.1;
      assert.ok(Math.abs(chance - wanted) < 0.04, `π(${level} | ${period}, ${stock}) = ${chance}`);
    });
    assert.is(agent.act([period, stock], ANY), rule(period, stock));
  }
  agent.probabilities([0, 3], Uint8Array.of(0, 1, 1), chances);
  assert.is(chances[0], 0);
  assert.ok(Math.abs(chances[1] + chances[2] - 1) < 1e-12);
});

test("with τ near 1 implicit Q-learning reaches the best of what the log shows, and never what it lacks", async () => {
  // The log has only the first two levels of three; the sale's optimum uses the third as well.
  const only: LoggedSteps = logOf(shortened(2), () => 0, 1, 30_000);
  const widened: LoggedSteps = {
    ...only,
    actions: 3,
    masks: new Uint8Array(only.steps * 3).fill(1),
    nextMasks: new Uint8Array(only.steps * 3).fill(1),
  };
  const agent = await implicitQLearning(widened, { ...small, expectile: 0.95, temperature: 20 });
  const table = policyFromAgent(sale, agent);
  const oracle = enumerate(sale, widened);
  for (const [period, stock] of [
    [0, 3],
    [1, 3],
    [1, 2],
    [1, 1],
    [2, 3],
    [2, 2],
    [2, 1],
  ]) {
    const chances = new Float64Array(3);
    agent.probabilities([period, stock], ANY, chances);
    assert.ok(chances[2] < 0.02, `unseen in (${period}, ${stock}): ${chances[2]}`);
    const q = oracle.q[period][stock];
    // Where two levels differ by less than the log's noise either will do.
    if (Math.abs(q[0] - q[1]) > 0.1) assert.is(agent.act([period, stock], ANY), oracle.best[period][stock]);
  }
  const inSupport = solve(shortened(2)).value;
  const reached = evaluate(sale, table).value;
  assert.ok(Math.abs(reached - inSupport) < 0.02 * Math.abs(inSupport) + 0.05, `${reached}, in support ${inSupport}`);
  assert.ok(solve(sale).value > inSupport, "the missing level would have been worth something");
});

test("without temperature it clones; propensities undo the behaviour's habits", async () => {
  const log = logOf(sale, () => 0, 0.4, 20_000);
  const chances = new Float64Array(3);
  const clone = await implicitQLearning(log, { ...small, updates: 1200, temperature: 0 });
  clone.probabilities([0, 3], ANY, chances);
  assert.ok(Math.abs(chances[0] - (0.6 + 0.4 / 3)) < 0.03, `${chances}`);
  const even = await implicitQLearning(log, { ...small, updates: 1200, temperature: 0, balanced: true });
  even.probabilities([0, 3], ANY, chances);
  assert.ok(
    chances.every((chance) => Math.abs(chance - 1 / 3) < 0.04),
    `${chances}`,
  );
});

test("saved and loaded they act the same; other documents are refused", async () => {
  const log = logOf(sale, () => 0, 0.4, 500);
  const options = { seed: 1, updates: 30, hidden: [8] };
  for (const agent of [await behaviourCloning(log, options), await implicitQLearning(log, options)]) {
    const loaded = loadPolicyAgent(JSON.parse(JSON.stringify(agent.save())));
    const [a, b] = [agent, loaded].map((one) => {
      const chances = new Float64Array(3);
      one.probabilities([1, 2], ANY, chances);
      return chances;
    });
    assert.equal(a, b);
    assert.throws(() => loadPolicyAgent({ ...agent.save(), kind: "ppo" as "implicit-q" }), /"ppo"/);
  }
  for (const [wrong, message] of [
    [{ expectile: 1 }, /1 at expectile/],
    [{ temperature: -1 }, /-1 at temperature/],
    [{ weightCap: 0 }, /0 at weightCap/],
  ] as const) {
    let caught: unknown;
    await implicitQLearning(log, { ...options, ...wrong }).catch((error: unknown) => {
      caught = error;
    });
    assert.match(String(caught), message);
  }
});

test.run();
