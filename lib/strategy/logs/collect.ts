import { InputError, requireInteger, throwIfAborted } from "../../errors";
import { createRandom } from "../../random";
import type { Environment, StepInfo } from "../environment";
import { type LoggedSteps, observationWidth } from "./logged-steps";
import type { StepPolicy } from "./step-policy";

/** How {@link collectSteps} logs. */
export interface CollectOptions<Info extends StepInfo> {
  /** Steps to take; the last episode is cut off there. */
  steps: number;
  /** Seed of the policy's draws and of the environment. */
  seed: number | string;
  /** What a step uses up of a budget, told from what the environment says after it. Default: nothing. */
  cost?(info: Info, action: number): number;
  signal?: AbortSignal;
}

/**
 * Lets a policy act in an environment and writes down every step with its propensity.
 * Throws {@link InputError} for a policy that forgets to spread its chances over the allowed actions.
 */
export function collectSteps<Info extends StepInfo>(
  environment: Environment<Int32Array | Float64Array, Info>,
  policy: StepPolicy,
  options: CollectOptions<Info>,
): LoggedSteps {
  const steps = requireInteger(options.steps, "steps", 1);
  const space = environment.observationSpace;
  if (space.kind === "discrete")
    throw new InputError("a log needs observations that are vectors", { value: space.kind, place: "observationSpace" });
  const width = observationWidth(space);
  const actions = environment.actionSpace.count;
  const random = createRandom(options.seed).fork("behaviour");
  const log = {
    ...{ steps, actions, observationSpace: space },
    observations: new Float64Array(steps * width),
    masks: new Uint8Array(steps * actions),
    taken: new Int32Array(steps),
    propensities: new Float64Array(steps),
    rewards: new Float64Array(steps),
    costs: new Float64Array(steps),
    next: new Float64Array(steps * width),
    nextMasks: new Uint8Array(steps * actions),
    terminated: new Uint8Array(steps),
    episodes: new Int32Array(steps),
  };
  const chances = new Float64Array(actions);
  let { observation, info } = environment.reset({ seed: options.seed });
  for (let step = 0, episode = 0; step < steps; step++) {
    if (step % 4096 === 0) throwIfAborted(options.signal, "logging");
    log.observations.set(observation, step * width);
    log.masks.set(info.actionMask, step * actions);
    policy.probabilities(observation, info.actionMask, chances);
    const action = draw(chances, info.actionMask, random.uniform(), step);
    const result = environment.step(action);
    log.taken[step] = action;
    log.propensities[step] = chances[action];
    log.rewards[step] = result.reward;
    log.costs[step] = options.cost?.(result.info, action) ?? 0;
    log.next.set(result.observation, step * width);
    log.nextMasks.set(result.info.actionMask, step * actions);
    log.terminated[step] = result.terminated ? 1 : 0;
    log.episodes[step] = episode;
    ({ observation, info } = result);
    if (result.terminated || result.truncated) {
      episode++;
      ({ observation, info } = environment.reset());
    }
  }
  return log;
}

function draw(chances: Float64Array, mask: Uint8Array, uniform: number, step: number): number {
  let left = uniform;
  let last = -1;
  let total = 0;
  for (let action = 0; action < chances.length; action++) {
    total += chances[action];
    if (!(chances[action] > 0)) continue;
    if (mask[action] !== 1) break;
    last = action;
    left -= chances[action];
    if (left < 0) break;
  }
  if (last >= 0 && (left < 0 || Math.abs(total - 1) < 1e-6)) return last;
  throw new InputError("a policy's chances sum to 1 over the allowed actions", {
    value: Array.from(chances),
    place: `step ${step}`,
  });
}
