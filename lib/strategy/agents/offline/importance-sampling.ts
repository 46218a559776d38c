import { type BootstrapInterval, type BootstrapOptions, bootstrap } from "../../../statistics/bootstrap";
import {
  episodeStarts,
  type LoggedSteps,
  longestEpisode,
  observationWidth,
  selectEpisodes,
} from "../../logs/logged-steps";
import type { StepPolicy } from "../../logs/step-policy";
import { probabilitiesOf, type ValueModel } from "./fitted-q-evaluation";

/** What a policy would earn an episode, from the episodes of another, and how much of them speaks for it. */
export interface EpisodeEstimate extends BootstrapInterval {
  estimator: "per-decision" | "weighted per-decision" | "doubly robust";
  /** Kish's effective sample size of the weights at the last step, (Σ w)² / Σ w²: episodes' worth of information. */
  effectiveEpisodes: number;
  episodes: number;
}

/**
 * What a policy π would earn an episode, from logged propensities, without a discount. With w_t = Π over steps up to t of
 * π(a | s) / propensity, over the log's ended episodes:
 *
 * - per-decision importance sampling (Precup, Sutton and Singh 2000): the mean of Σ_t w_t r_t; without bias;
 * - weighted: Σ_t (Σ w_t r_t / Σ w_t), sums over episodes, an ended one keeping its last weight; biased, less noisy;
 * - doubly robust (Jiang and Li 2016): the mean of V(s_0) + Σ_t w_t (r_t + V(s_t+1) − Q(s_t, a_t)), with Q and V of a
 *   {@link ValueModel} that was fitted to other episodes; without bias, and with little noise where Q is good.
 *
 * A deterministic policy that departs from the log's in every one of 12 steps has weights of 0 and, rarely, (1 / ε)^12: watch
 * `effectiveEpisodes`, below some tens the interval means nothing. Intervals are percentile bootstraps over episodes.
 */
export function sampleByImportance(
  log: LoggedSteps,
  policy: StepPolicy,
  options: BootstrapOptions & { model?: ValueModel },
): EpisodeEstimate[] {
  const kept = endedEpisodes(log);
  const { actions, steps } = kept;
  const width = observationWidth(kept.observationSpace);
  const starts = episodeStarts(kept);
  const episodes = starts.length - 1;
  const longest = longestEpisode(starts);
  const chances = probabilitiesOf(policy, kept.observations, width, kept.masks, actions);
  const values = options.model?.values(kept.observations);
  const sums = new Float64Array(episodes);
  const robust = new Float64Array(episodes);
  const last = new Float64Array(episodes);
  const weights = Array.from({ length: longest }, () => new Float64Array(episodes));
  const rewards = Array.from({ length: longest }, () => new Float64Array(episodes));
  const mean = (step: number) => {
    let sum = 0;
    for (let action = 0; action < actions; action++)
      if (chances[step * actions + action] > 0)
        sum += chances[step * actions + action] * (values?.[step * actions + action] ?? 0);
    return sum;
  };
  for (let episode = 0; episode < episodes; episode++) {
    let weight = 1;
    robust[episode] = mean(starts[episode]);
    for (let step = starts[episode], t = 0; t < longest; step++, t++) {
      if (step < Math.min(starts[episode + 1], steps)) {
        const at = step * actions + kept.taken[step];
        weight *= chances[at] / kept.propensities[step];
        sums[episode] += weight * kept.rewards[step];
        rewards[t][episode] = weight * kept.rewards[step];
        const later = step + 1 < starts[episode + 1] ? mean(step + 1) : 0;
        if (values) robust[episode] += weight * (kept.rewards[step] + later - values[at]);
      }
      weights[t][episode] = weight;
    }
    last[episode] = weight;
  }
  const squares = last.reduce((sum, weight) => sum + weight * weight, 0);
  const effectiveEpisodes = squares > 0 ? last.reduce((sum, weight) => sum + weight, 0) ** 2 / squares : 0;
  const about = { effectiveEpisodes, episodes };
  const ratio = (means: Float64Array) => {
    let total = 0;
    for (let t = 0; t < longest; t++) if (means[longest + t] > 0) total += means[t] / means[longest + t];
    return total;
  };
  return [
    { estimator: "per-decision", ...bootstrap([sums], ([value]) => value, options), ...about },
    { estimator: "weighted per-decision", ...bootstrap([...rewards, ...weights], ratio, options), ...about },
    ...(values
      ? [{ estimator: "doubly robust" as const, ...bootstrap([robust], ([value]) => value, options), ...about }]
      : []),
  ];
}

function endedEpisodes(log: LoggedSteps): LoggedSteps {
  const starts = episodeStarts(log);
  return selectEpisodes(log, (episode) => log.terminated[starts[episode + 1] - 1] === 1);
}
