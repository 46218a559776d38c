import type { LoggedSteps } from "../../logs/logged-steps";
import type { OfflineOptions } from "./learner";
import { learnValues } from "./q-learner";
import { type ValueAgent, valueAgent } from "./value-agent";

/** How {@link conservativeQLearning} learns. */
export interface ConservativeOptions extends OfflineOptions {
  /** Weight of the penalty; 0 for plain Q-learning from the log. Default 0.01. */
  alpha?: number;
  /** Updates from one copy of the target network to the next. Default 100. */
  targetEvery?: number;
}

/**
 * Conservative Q-learning, CQL(H) for discrete actions (Kumar, Zhou, Tucker and Levine 2020, equation 4):
 *
 *   minimise over Q   α · mean of [log Σ over allowed b of e^Q(s, b) − Q(s, a)] + ½ · mean of (Q(s, a) − y)²,
 *   y = r + γ max over allowed b of Q⁻(s′, b).
 *
 * The first term pushes the values of all actions down and that of the logged one up, so that an action which the log hardly
 * ever took must show by its rewards that it is better. With α = 0 it is deep Q-learning on the log; the larger α, the
 * closer the best action is to the log's most frequent one, as in behaviour cloning.
 *
 * Metrics: `loss` ½ · mean squared error of scaled values, `penalty` the bracket behind α (nats), `meanValue` of the logged
 * actions in the environment's unit.
 *
 * Differs from the paper: 1. α is fixed, as in its discrete experiments, not a Lagrange multiplier; 2. a mask limits the sum
 * and the maximum; 3. one network of values, not quantiles, and the maximum is the copy's own; 4. steps taken in equal states
 * are merged, which leaves the loss's mean as it is and takes noise from its gradient; 5. the rate falls to 0; 6. gradients
 * longer than 10 are shortened. Throws InputError for what a log or options can't be, and AbortedError.
 */
export async function conservativeQLearning(log: LoggedSteps, options: ConservativeOptions): Promise<ValueAgent> {
  const { alpha = 0.01, targetEvery = 100 } = options;
  const learned = await learnValues(log, "conservative Q-learning", { ...options, alpha, targetEvery });
  return valueAgent("conservative-q", learned.network, learned.encoding, learned.rewardScale);
}
