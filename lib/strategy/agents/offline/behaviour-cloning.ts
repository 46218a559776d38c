import type { LoggedSteps } from "../../logs/logged-steps";
import { Learner, type OfflineOptions } from "./learner";
import { likelihoodSlopes } from "./likelihood";
import { type PolicyAgent, policyAgent } from "./policy-agent";

/**
 * Behaviour cloning (Pomerleau 1989): a network learns to do what the log did, by maximum likelihood,
 *
 *   minimise over π   −mean over the log of log π(a | s),
 *
 * π being a softmax over the actions that the mask allows. It sees neither rewards nor what came next, so it can be no better
 * than whom it copies; but acting on its likeliest action it leaves out what the log only explored.
 *
 * Metrics: `loss`, the mean −log-likelihood of the last update's states in nats.
 * Differs from the paper: a mask, and Adam. Throws what a log or options can't be, and AbortedError.
 */
export async function behaviourCloning(log: LoggedSteps, options: OfflineOptions): Promise<PolicyAgent> {
  const learner = new Learner(log, "behaviour cloning", { ...options, rewardScale: 1 });
  const { batch, merged, inputs } = learner;
  const { online, adam } = learner.network("policy", merged.actions, { outputGain: 0.01 });
  const slopes = new Float64Array(batch * merged.actions);
  await learner.descend("behaviour cloning", (rate) => {
    const loss = likelihoodSlopes(learner, online.forward(inputs, batch), slopes);
    online.backward(slopes, batch);
    adam.step(online.parameters, online.gradient, rate, 10);
    return { loss };
  });
  return policyAgent("behaviour-cloning", online, learner.encoding);
}
