import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type BudgetAgent,
  budgetConditioned,
  loadBudgetAgent,
} from "../../../../lib/strategy/agents/offline/budget-conditioned";
import { chooseMultiplier, multiplierCurve } from "../../../../lib/strategy/agents/offline/choose-multiplier";
import { evaluate, solve } from "../../../../lib/strategy/optimum/dynamic-programming";
import { budgetedOptimum, penalise, promotionCost } from "../../../../lib/strategy/optimum/penalised";
import { policyFromAgent } from "../../../../lib/strategy/policy";
import { ANY, enumerate, logOf, tinySale } from "./small";

const sale = tinySale();
const log = logOf(sale, () => 0, 1, 40_000);
const start = { observation: [0, sale.stock], mask: ANY };
const options = { seed: 1, updates: 4000, hidden: [32, 32], alpha: 0, largestMultiplier: 2 };
let agent: BudgetAgent;

test("for every multiplier it is the optimum of the penalised sale, and knows what that earns and spends", async () => {
  agent = await budgetConditioned(log, options);
  for (const lambda of [0, 0.25, 0.5, 1, 2]) {
    const table = policyFromAgent(sale, agent.at(lambda));
    const reached = evaluate(penalise(sale, lambda), table).value;
    const best = enumerate(sale, log, lambda).value;
    const optimum = solve(penalise(sale, lambda)).value;
    assert.ok(optimum - reached < 0.1, `λ = ${lambda}: ${reached} of ${optimum}`);
    assert.ok(Math.abs(optimum - best) < 0.3, `λ = ${lambda}: the log's own optimum is ${best}, the sale's ${optimum}`);
    const believed = agent.outlook(start.observation, ANY, lambda);
    const cost = promotionCost(sale, table);
    assert.ok(Math.abs(believed.cost - cost) < 0.35, `λ = ${lambda}: cost ${believed.cost}, truly ${cost}`);
    assert.ok(Math.abs(believed.reward - evaluate(sale, table).value) < 0.35, `λ = ${lambda}: reward`);
  }
});

test("a budget is met by the multiplier that is searched for, and nearly all of the optimum under it is kept", () => {
  const costs: number[] = [];
  for (const budget of [6, 3, 1.5, 0.5]) {
    const chosen = chooseMultiplier(agent, start, budget);
    assert.ok(chosen.met && chosen.cost <= budget);
    const table = policyFromAgent(sale, agent.at(chosen.lambda));
    const cost = promotionCost(sale, table);
    costs.push(cost);
    // The tiny sale's cost falls in steps of more than 1, at multipliers that the network finds to within 0.1: what the
    // agent itself spends is held to the budget that much beyond the step.
    const beyond = promotionCost(sale, policyFromAgent(sale, agent.at(Math.min(2, chosen.lambda + 0.1))));
    assert.ok(
      beyond < budget + 0.15,
      `budget ${budget}: λ = ${chosen.lambda}, ${cost} is spent, just beyond it ${beyond}`,
    );
    const top = budgetedOptimum(sale, cost).value;
    assert.ok(evaluate(sale, table).value > top - 0.25, `${evaluate(sale, table).value} of ${top} at cost ${cost}`);
  }
  costs.reduce((before, cost) => {
    assert.ok(cost <= before + 0.2, `costs rise with tighter budgets: ${costs}`);
    return cost;
  });
  const { lambdas, outlooks } = multiplierCurve(agent, start, 9);
  assert.is(lambdas[8], 2);
  assert.ok(outlooks[8].cost < outlooks[0].cost);
  assert.is(chooseMultiplier(agent, start, 1e6).lambda, 0, "an ample budget asks for nothing");
});

test("saved and loaded it is the same; what can't be is refused", async () => {
  const loaded = loadBudgetAgent(JSON.parse(JSON.stringify(agent.save())));
  assert.equal(loaded.outlook([1, 2], ANY, 0.7), agent.outlook([1, 2], ANY, 0.7));
  assert.is(loaded.at(0.7).act([1, 2], ANY), agent.at(0.7).act([1, 2], ANY));
  assert.is(loaded.at(0.7).act([1, 2], Uint8Array.of(0, 0, 1)), 2);
  assert.throws(() => agent.at(2.1), /2.1 at lambda/);
  assert.throws(() => chooseMultiplier(agent, start, -1), /-1 at budget/);
  assert.throws(() => loadBudgetAgent({ ...agent.save(), kind: "dqn" as "budget-conditioned" }), /"dqn"/);
  for (const [wrong, message] of [
    [{ multipliers: 1 }, /1 at multipliers/],
    [{ largestMultiplier: 0 }, /0 at largestMultiplier/],
  ] as const) {
    let caught: unknown;
    await budgetConditioned(log, { ...options, ...wrong }).catch((error: unknown) => {
      caught = error;
    });
    assert.match(String(caught), message);
  }
});

test.run();
