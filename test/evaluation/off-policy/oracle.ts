import type { LoggedFeedback } from "../../../lib/evaluation/off-policy";
import stored from "./oracles/open-bandit-pipeline.json";

/** The stored log of oracles/open_bandit_pipeline.py, and what the Open Bandit Pipeline made of it. */
export const { estimates, ipw_interval: ipwInterval } = stored;
export const actions = 4;
export const feedback: LoggedFeedback = {
  context: Float32Array.from(stored.context.flat()),
  action: Int32Array.from(stored.action),
  reward: Float64Array.from(stored.reward),
  propensity: Float64Array.from(stored.propensity),
  position: Int32Array.from(stored.position),
};
export const target = Float64Array.from(stored.target.flat());
export const rewards = Float64Array.from(stored.rewards.flat());
export const actionFeatures = Float64Array.from(stored.action_features.flat());

/** Fails unless the figures agree within a tolerance. */
export function near(actual: number, expected: number, tolerance: number, what = ""): void {
  if (!(Math.abs(actual - expected) <= tolerance))
    throw new Error(`${what} ${actual} is not ${expected} ± ${tolerance}`);
}
