import { DataError, requireInteger, requireNumber } from "../../../errors";
import type { LoggedSteps } from "../../logs/logged-steps";
import { backUp } from "../../logs/merge";
import type { Actor } from "../../logs/step-policy";
import { type Encoding, type EncodingDocument, loadEncoding } from "../network/encoding";
import type { Network, NetworkDocument } from "../network/network";
import { Learner, type OfflineOptions } from "./learner";
import { conservativeSlopes } from "./q-learner";
import { bestAllowed, loadNetwork } from "./value-agent";

/** How {@link budgetConditioned} learns. */
export interface BudgetOptions extends OfflineOptions {
  /** Multipliers from 0 to this are learned. Default 3: one unit of cost must bring three of reward. */
  largestMultiplier?: number;
  /** Multipliers that each renewal of the targets draws, 0 and the largest among them. Default 8. */
  multipliers?: number;
  /** α of the conservative penalty. Default 0.02. */
  alpha?: number;
  /** Updates from one renewal of the targets to the next. Default 100. */
  targetEvery?: number;
}

/** A saved {@link BudgetAgent}: plain JSON. */
export interface BudgetDocument {
  kind: "budget-conditioned";
  encoding: EncodingDocument;
  actions: number;
  rewardScale: number;
  largestMultiplier: number;
  values: NetworkDocument;
  outlook: NetworkDocument;
}

/** What following the policy of one multiplier is believed to bring from a state on, in the environment's units. */
export interface Outlook {
  reward: number;
  cost: number;
}

/** One policy for every multiplier. */
export interface BudgetAgent {
  readonly largestMultiplier: number;
  /** The actor for the multiplier λ: it takes the best action of reward − λ · cost. λ beyond what was learned is refused. */
  at(lambda: number): Actor;
  /** What the actor of λ is believed to earn and to spend from a state on. */
  outlook(observation: ArrayLike<number>, mask: Uint8Array, lambda: number): Outlook;
  save(): BudgetDocument;
}

/**
 * Budget-conditioned learning from a log, after BCORLE(λ) (Zhang et al. 2021): the budget E[Σ cost] ≤ B is put into the reward
 * by a Lagrange multiplier, r − λ · cost, and one network learns Q(s, λ, a) for all λ at once, the log's rewards being
 * relabelled for each. Which λ meets a budget is then a search, {@link chooseMultiplier}, without learning anew.
 *
 * A second network learns what the policy of each λ earns and spends from each state on, (R, C)(s, λ, a), by fitted Q evaluation
 * of the first one's choices; its value at the start of a sale is what the search reads.
 *
 * Metrics: `loss` ½ · mean squared error of scaled Q, `penalty` as in conservative Q-learning, `outlookLoss`.
 *
 * Differs from the paper: 1. what holds the policy near the log is CQL's penalty, not R-BCQ's filter of actions and random
 * ensembles; 2. costs are evaluated by a network of the same λ, not by a separate evaluation for each; 3. a mask; 4. equal states
 * are merged; 5. the rate falls to 0. Throws InputError for what a log or options can't be, and AbortedError.
 */
export async function budgetConditioned(log: LoggedSteps, options: BudgetOptions): Promise<BudgetAgent> {
  const largest = requireNumber(options.largestMultiplier ?? 3, "largestMultiplier", Number.MIN_VALUE);
  const grid = requireInteger(options.multipliers ?? 8, "multipliers", 2);
  const alpha = requireNumber(options.alpha ?? 0.02, "alpha", 0);
  const targetEvery = requireInteger(options.targetEvery ?? 100, "targetEvery", 1);
  const learner = new Learner(log, "budget-conditioned learning", options);
  const { merged, next, random, encoding, rewardScale, discount } = learner;
  const { actions, pairs, nextStates, nextMasks, starts, taken, pairCounts, counts } = merged;
  const size = encoding.size;
  const { online: values, adam: valuesAdam } = learner.network("values", actions, { extra: 1 });
  const { online: outlook, adam: outlookAdam } = learner.network("outlook", 2 * actions, { extra: 1 });
  const rewards = merged.rewards.map((reward) => reward * rewardScale);
  const costs = merged.costs.map((cost) => cost * rewardScale);

  // For each multiplier of a renewal: the targets of Q, R and C of every pair.
  const lambdas = new Float64Array(grid);
  const columns = () => Array.from({ length: grid }, () => new Float64Array(pairs));
  const targets = { value: columns(), reward: columns(), cost: columns() };
  const nextInputs = new Float64Array(nextStates * (size + 1));
  const later = {
    value: new Float64Array(nextStates),
    reward: new Float64Array(nextStates),
    cost: new Float64Array(nextStates),
  };
  const renew = () => {
    for (let j = 0; j < grid; j++) {
      lambdas[j] = j === 0 ? 0 : j === grid - 1 ? largest : (largest * (j - 1 + random.uniform())) / (grid - 2);
      for (let state = 0; state < nextStates; state++) {
        for (let i = 0; i < size; i++) nextInputs[state * (size + 1) + i] = next[state * size + i];
        nextInputs[state * (size + 1) + size] = encodeMultiplier(lambdas[j], largest);
      }
      const worth = values.forward(nextInputs, nextStates);
      const ahead = outlook.forward(nextInputs, nextStates);
      for (let state = 0; state < nextStates; state++) {
        const best = bestAllowed(worth, state * actions, nextMasks, state * actions, actions);
        later.value[state] = worth[state * actions + best];
        later.reward[state] = ahead[2 * state * actions + best];
        later.cost[state] = ahead[(2 * state + 1) * actions + best];
      }
      backUp(merged, later.reward, discount, rewards, targets.reward[j]);
      backUp(merged, later.cost, discount, costs, targets.cost[j]);
      const relabelled = rewards.map((reward, pair) => reward - lambdas[j] * costs[pair]);
      backUp(merged, later.value, discount, relabelled, targets.value[j]);
    }
  };
  renew();

  // The states of an update, each with as many multipliers as make about the batch that was asked for.
  const times = Math.max(1, Math.floor((options.batch ?? 256) / learner.batch));
  const batch = learner.batch * times;
  const drawn = new Int32Array(batch);
  const weights = new Float64Array(batch);
  const inputs = new Float64Array(batch * (size + 1));
  const chosen = new Int32Array(batch);
  const slopes = new Float64Array(batch * actions);
  const outlookSlopes = new Float64Array(batch * 2 * actions);
  await learner.descend("budget-conditioned learning", (rate, number) => {
    for (let row = 0; row < batch; row++) {
      const from = row % learner.batch;
      drawn[row] = learner.drawn[from];
      weights[row] = learner.weights[from] / times;
      chosen[row] = Math.floor(random.uniform() * grid);
      for (let i = 0; i < size; i++) inputs[row * (size + 1) + i] = learner.inputs[from * size + i];
      inputs[row * (size + 1) + size] = encodeMultiplier(lambdas[chosen[row]], largest);
    }
    const target = (row: number, pair: number) => targets.value[chosen[row]][pair];
    const update = { merged, batch, drawn, weights };
    const losses = conservativeSlopes(update, values.forward(inputs, batch), { alpha, target, slopes });
    values.backward(slopes, batch);
    valuesAdam.step(values.parameters, values.gradient, rate, 10);

    const outputs = outlook.forward(inputs, batch);
    outlookSlopes.fill(0);
    let outlookLoss = 0;
    for (let row = 0; row < batch; row++) {
      const state = drawn[row];
      for (let pair = starts[state]; pair < starts[state + 1]; pair++) {
        const share = (weights[row] * pairCounts[pair]) / counts[state];
        const at = 2 * row * actions + taken[pair];
        for (const [place, wanted] of [
          [at, targets.reward[chosen[row]][pair]],
          [at + actions, targets.cost[chosen[row]][pair]],
        ]) {
          const error = outputs[place] - wanted;
          outlookLoss += 0.5 * share * error * error;
          outlookSlopes[place] = share * error;
        }
      }
    }
    outlook.backward(outlookSlopes, batch);
    outlookAdam.step(outlook.parameters, outlook.gradient, rate, 10);
    if (number % targetEvery === 0) renew();
    return { loss: losses.loss, penalty: losses.penalty, outlookLoss };
  });
  return budgetAgent({ values, outlook, encoding, rewardScale, largest });
}

/** The agent that {@link BudgetAgent.save} wrote. Throws {@link DataError} where the document's parts don't fit together. */
export function loadBudgetAgent(document: BudgetDocument): BudgetAgent {
  if (document.kind !== "budget-conditioned")
    throw new DataError("this document is not a budget-conditioned agent", {
      value: document.kind,
      place: "document.kind",
    });
  return budgetAgent({
    ...{ values: loadNetwork(document.values), outlook: loadNetwork(document.outlook) },
    ...{ encoding: loadEncoding(document.encoding), rewardScale: document.rewardScale },
    largest: document.largestMultiplier,
  });
}

function budgetAgent(parts: {
  values: Network;
  outlook: Network;
  encoding: Encoding;
  rewardScale: number;
  largest: number;
}): BudgetAgent {
  const { values, outlook, encoding, rewardScale, largest } = parts;
  const actions = values.sizes[values.sizes.length - 1];
  const input = new Float64Array(encoding.size + 1);
  const best = (observation: ArrayLike<number>, mask: Uint8Array, lambda: number) => {
    encoding.write(observation, input, 0);
    input[encoding.size] = encodeMultiplier(lambda, largest);
    return bestAllowed(values.forward(input, 1), 0, mask, 0, actions);
  };
  const check = (lambda: number) => requireNumber(lambda, "lambda", 0, largest);
  return {
    largestMultiplier: largest,
    at(lambda) {
      check(lambda);
      return { act: (observation, mask) => best(observation, mask, lambda) };
    },
    outlook(observation, mask, lambda) {
      check(lambda);
      const action = best(observation, mask, lambda);
      const ahead = outlook.forward(input, 1);
      return { reward: ahead[action] / rewardScale, cost: ahead[actions + action] / rewardScale };
    },
    save: () => ({
      ...{ kind: "budget-conditioned" as const, encoding: encoding.save(), actions, rewardScale },
      ...{ largestMultiplier: largest, values: values.save(), outlook: outlook.save() },
    }),
  };
}

function encodeMultiplier(lambda: number, largest: number): number {
  return (2 * lambda) / largest - 1;
}
