import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../../lib/random";
import { chooseByLog } from "../../../../lib/strategy/agents/offline/choose";
import { fittedQEvaluation } from "../../../../lib/strategy/agents/offline/fitted-q-evaluation";
import { sampleByImportance } from "../../../../lib/strategy/agents/offline/importance-sampling";
import { TREE_PARAMETERS } from "../../../../lib/strategy/agents/offline/tree-values";
import { ruleOfThumb } from "../../../../lib/strategy/agents/rule-of-thumb";
import { deterministic, episodeReturns, exploring, saleActor } from "../../../../lib/strategy/logs/index";
import { evaluate, solve } from "../../../../lib/strategy/optimum/dynamic-programming";
import { asPolicy } from "../../../../lib/strategy/policy";
import { exampleSale } from "../../sales";
import { logOf, tinySale } from "./small";

const sale = tinySale();
const rule = (period: number) => (period === 2 ? 2 : 0);
const log = logOf(sale, rule, 0.6, 40_000);
const best = asPolicy(sale, solve(sale).policy);
const policies = [
  { name: "the rule itself", policy: rule },
  { name: "the optimum", policy: best },
  { name: "always deepest", policy: () => 2 },
];
const exact = {
  trees: 30,
  parameters: { ...TREE_PARAMETERS, learning_rate: 0.3, lambda_l2: 0, min_sum_hessian_in_leaf: 1 },
};

test("from the log alone every estimator finds the exact value of other policies, within its interval", () => {
  for (const { name, policy } of policies) {
    const truth = evaluate(sale, policy).value;
    const target = deterministic(saleActor(sale, policy));
    const model = fittedQEvaluation(log, target, exact);
    assert.ok(Math.abs(model.value - truth) < 0.2, `${name}, FQE: ${model.value}, truly ${truth}`);
    for (const { estimator, estimate, standardError, effectiveEpisodes, episodes } of sampleByImportance(log, target, {
      ...{ model, random: createRandom(1), resamples: 100 },
    })) {
      assert.ok(Math.abs(estimate - truth) < 4.5 * standardError, `${name}, ${estimator}: ${estimate} of ${truth}`);
      assert.ok(effectiveEpisodes > 50 && effectiveEpisodes <= episodes);
    }
    model.dispose();
  }
});

test("the behaviour's own value is the mean return: weights of 1", () => {
  const behaviour = exploring(saleActor(sale, rule), 0.6);
  const returns = episodeReturns(log);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  for (const { estimate, effectiveEpisodes, episodes } of sampleByImportance(log, behaviour, {
    random: createRandom(1),
    resamples: 20,
  })) {
    assert.ok(Math.abs(estimate - mean) < 1e-9);
    assert.ok(Math.abs(effectiveEpisodes - episodes) < 1e-6);
  }
});

test("with a good model the doubly robust estimate has the least noise of the unbiased ones", () => {
  const target = deterministic(saleActor(sale, best));
  const model = fittedQEvaluation(logOf(sale, rule, 1, 40_000, 2), target, exact);
  const [plain, , robust] = sampleByImportance(log, target, { model, random: createRandom(1), resamples: 100 });
  assert.ok(robust.standardError < plain.standardError, `${robust.standardError}, ${plain.standardError}`);
  model.dispose();
});

test("the choice by the log is the policy that is truly best, where they differ clearly", async () => {
  const larger = exampleSale();
  const actors = [ruleOfThumb(larger), () => 7, asPolicy(larger, solve(larger).policy)].map((policy) =>
    saleActor(larger, policy),
  );
  const choice = await chooseByLog(
    logOf(larger, ruleOfThumb(larger), 0.5, 20_000),
    actors.map((agent, at) => ({ name: ["rule", "deepest", "optimum"][at], learn: async () => agent })),
    { seed: 1, evaluation: { trees: 25, parameters: { ...TREE_PARAMETERS, learning_rate: 0.3 } } },
  );
  assert.is(choice.name, "optimum");
  assert.is(choice.agent, actors[2]);
  assert.is(choice.learnt.steps + choice.judged.steps, 20_000);
  const estimates = choice.candidates.map(({ estimate }) => estimate);
  assert.ok(estimates[1] < estimates[0], `${estimates}`);
  let caught: unknown;
  await chooseByLog(choice.learnt, [], { seed: 1 }).catch((error: unknown) => {
    caught = error;
  });
  assert.match(String(caught), /nothing to choose/);
});

test.run();
