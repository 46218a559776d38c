import type { LoggedSteps } from "../../logs/logged-steps";
import type { OfflineOptions } from "./learner";
import { learnValues } from "./q-learner";
import { type ValueAgent, valueAgent } from "./value-agent";

/** How {@link fittedQIteration} learns. */
export interface FittedOptions extends OfflineOptions {
  /** Updates in a round, after which the targets are made anew. Default 100. */
  targetEvery?: number;
}

/**
 * Neural fitted Q iteration (Riedmiller 2005): in rounds, fit Q(s, a) to y = r + γ max over allowed b of Q⁻(s′, b) by least
 * squares over the whole log, Q⁻ being the fit of the round before.
 *
 * It trusts the values of actions that the log never took in a state, which nothing holds down, and chases the highest of them:
 * on a log of narrow coverage it is the warning that the other agents of this folder answer to (Fujimoto, Meger and
 * Precup 2019). Where the log covers every pair it converges to the optimum of what the log shows.
 *
 * Metrics: `loss` ½ · mean squared error of scaled values, `meanValue` of the logged actions in the environment's unit.
 *
 * Differs from the paper: 1. Adam from where the round before ended, not Rprop anew; 2. rewards instead of costs, without the
 * heuristic of artificial goal steps; 3. a mask; 4. equal states are merged; 5. the rate falls to 0.
 * Throws InputError for what a log or options can't be, and AbortedError.
 */
export async function fittedQIteration(log: LoggedSteps, options: FittedOptions): Promise<ValueAgent> {
  const { targetEvery = 100 } = options;
  const learned = await learnValues(log, "fitted Q iteration", { ...options, alpha: 0, targetEvery });
  return valueAgent("fitted-q", learned.network, learned.encoding, learned.rewardScale);
}
