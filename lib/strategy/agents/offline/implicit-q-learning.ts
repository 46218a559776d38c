import { requireInteger, requireNumber } from "../../../errors";
import type { LoggedSteps } from "../../logs/logged-steps";
import { backUp } from "../../logs/merge";
import { Learner, type OfflineOptions } from "./learner";
import { likelihoodSlopes } from "./likelihood";
import { type PolicyAgent, policyAgent } from "./policy-agent";

/** How {@link implicitQLearning} learns. */
export interface ImplicitOptions extends OfflineOptions {
  /** τ of the expectile, in [0.5, 1): 0.5 values the behaviour, near 1 the best that it ever did. Default 0.8. */
  expectile?: number;
  /** β, how strongly the policy prefers what turned out better, at least 0; 0 clones. Default 100. */
  temperature?: number;
  /** Largest weight of a logged step in the policy's likelihood. Default 100. */
  weightCap?: number;
  /** Weigh each logged step by 1 / its propensity too, see difference 2. Default false. */
  balanced?: boolean;
  /** Updates from one renewal of the targets to the next. Default 100. */
  targetEvery?: number;
}

/**
 * Implicit Q-learning (Kostrikov, Nair and Levine 2021), for discrete actions. It never asks for the value of an action that
 * isn't in the log:
 *
 *   V: minimise the mean of |τ − 1{u < 0}| u²,  u = Q⁻(s, a) − V(s)   (equation 5: the τ-expectile over the log's actions),
 *   Q: minimise the mean of (r + γ V⁻(s′) − Q(s, a))²                 (equation 6),
 *   π: maximise the mean of min(e^(β (Q(s, a) − V(s))), cap) · log π(a | s)   (equation 7).
 *
 * Q averages over what chance made of an action, only then V leans towards the better actions: luck is not taken for skill.
 * Q and V come first, in `updates` steps, then π in as many, since the values don't depend on it (the paper's section 4.3).
 *
 * Metrics of the first half: `valueLoss` and `loss` (of Q), both of scaled values, `meanValue` V in the environment's unit; of
 * the second: `policyLoss` the weighted −log-likelihood, `meanWeight` of the steps in it.
 *
 * Differs from the paper: 1. one Q, not the lesser of two; the targets Q⁻ and V⁻ are renewed every `targetEvery` updates;
 * 2. with `balanced` the weights are divided by the propensities that the log knows, so that the policy prefers what is better
 * even where the behaviour hardly ever did it (with weights e^(βA) alone, an action taken one time in eighty needs A > 4.4 / β);
 * 3. a mask; 4. advantages are in units of the standard deviation of a return, and β with them; 5. equal states are merged;
 * 6. the rate falls to 0 in each half. Throws InputError for what a log or options can't be, and AbortedError.
 */
export async function implicitQLearning(log: LoggedSteps, options: ImplicitOptions): Promise<PolicyAgent> {
  const expectile = requireNumber(options.expectile ?? 0.8, "expectile", 0.5, 1 - Number.EPSILON);
  const temperature = requireNumber(options.temperature ?? 100, "temperature", 0);
  const weightCap = requireNumber(options.weightCap ?? 100, "weightCap", Number.MIN_VALUE);
  const targetEvery = requireInteger(options.targetEvery ?? 100, "targetEvery", 1);
  const learner = new Learner(log, "implicit Q-learning", options);
  const { merged, batch, inputs, next, drawn, weights, encoding, rewardScale, discount } = learner;
  const { actions, pairs, starts, taken, pairCounts, counts } = merged;
  const value = learner.network("value", 1);
  const quality = learner.network("quality", actions);
  const rewards = merged.rewards.map((reward) => reward * rewardScale);
  const targets = new Float64Array(pairs);
  const judged = new Float64Array(pairs);
  const valueSlopes = new Float64Array(batch);
  const slopes = new Float64Array(batch * actions);
  const losses = { valueLoss: 0, loss: 0, meanValue: 0 };
  const renew = () => {
    backUp(merged, value.online.forward(next, merged.nextStates), discount, rewards, targets);
    const all = quality.online.forward(learner.states, merged.states);
    for (let state = 0; state < merged.states; state++)
      for (let pair = starts[state]; pair < starts[state + 1]; pair++)
        judged[pair] = all[state * actions + taken[pair]];
  };
  renew();
  await learner.descend(
    "implicit Q-learning",
    (rate, number) => {
      const values = value.online.forward(inputs, batch);
      const qualities = quality.online.forward(inputs, batch);
      slopes.fill(0);
      valueSlopes.fill(0);
      losses.valueLoss = losses.loss = losses.meanValue = 0;
      for (let row = 0; row < batch; row++) {
        const state = drawn[row];
        losses.meanValue += (weights[row] * values[row]) / rewardScale;
        for (let pair = starts[state]; pair < starts[state + 1]; pair++) {
          const share = (weights[row] * pairCounts[pair]) / counts[state];
          const advantage = judged[pair] - values[row];
          const lean = share * (advantage < 0 ? 1 - expectile : expectile);
          losses.valueLoss += lean * advantage * advantage;
          valueSlopes[row] -= 2 * lean * advantage;
          const at = row * actions + taken[pair];
          const error = qualities[at] - targets[pair];
          losses.loss += share * error * error;
          slopes[at] += 2 * share * error;
        }
      }
      value.online.backward(valueSlopes, batch);
      value.adam.step(value.online.parameters, value.online.gradient, rate, 10);
      quality.online.backward(slopes, batch);
      quality.adam.step(quality.online.parameters, quality.online.gradient, rate, 10);
      if (number % targetEvery === 0) renew();
      return losses;
    },
    { index: 0, of: 2 },
  );

  renew();
  const stateValues = value.online.forward(learner.states, merged.states);
  const pairWeights = new Float64Array(pairs);
  let meanWeight = 0;
  for (let state = 0; state < merged.states; state++)
    for (let pair = starts[state]; pair < starts[state + 1]; pair++) {
      pairWeights[pair] = Math.min(Math.exp(temperature * (judged[pair] - stateValues[state])), weightCap);
      if (options.balanced) pairWeights[pair] *= merged.inverses[pair];
      meanWeight += (pairWeights[pair] * pairCounts[pair]) / merged.steps;
    }
  const policy = learner.network("policy", actions, { outputGain: 0.01 });
  await learner.descend(
    "implicit Q-learning",
    (rate) => {
      const policyLoss = likelihoodSlopes(learner, policy.online.forward(inputs, batch), slopes, pairWeights);
      policy.online.backward(slopes, batch);
      policy.adam.step(policy.online.parameters, policy.online.gradient, rate, 10);
      return { policyLoss, meanWeight };
    },
    { index: 1, of: 2 },
  );
  return policyAgent("implicit-q", policy.online, encoding);
}
