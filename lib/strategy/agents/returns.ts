import { requireInteger, throwIfAborted } from "../../errors";
import type { Environment } from "../environment";

/** What acts on an observation, and keeps to what the mask allows. */
export interface Actor<Observation = ArrayLike<number>> {
  act(observation: Observation, mask: Uint8Array): number;
}

/**
 * The undiscounted return of each of some episodes under an agent that no longer learns, [episodes]. One seed starts
 * them all, so two agents under the same seed begin the same first episode.
 *
 * Throws {@link AbortedError} once `signal` is aborted.
 */
export function returnsOf<Observation>(
  environment: Environment<Observation>,
  agent: Actor<Observation>,
  options: { episodes: number; seed: number | string; signal?: AbortSignal },
): Float64Array {
  const returns = new Float64Array(requireInteger(options.episodes, "episodes", 1));
  for (let episode = 0; episode < returns.length; episode++) {
    throwIfAborted(options.signal, "the examination");
    let { observation, info } = environment.reset(episode === 0 ? { seed: options.seed } : undefined);
    for (let ended = false; !ended; ) {
      const step = environment.step(agent.act(observation, info.actionMask));
      ({ observation, info } = step);
      returns[episode] += step.reward;
      ended = step.terminated || step.truncated;
    }
  }
  return returns;
}
