import { InputError, requireNumber } from "../../errors";
import { createRandom } from "../../random";
import type { BoxSpace, MultiDiscreteSpace } from "../environment";

/**
 * Steps that somebody took in an environment, all that offline learning has. Rows are steps in the order in which they
 * were taken, episode by episode.
 */
export interface LoggedSteps {
  readonly steps: number;
  /** How many actions there are. */
  readonly actions: number;
  readonly observationSpace: MultiDiscreteSpace | BoxSpace;
  /** Before the step, [steps × width of an observation]. */
  readonly observations: Float64Array;
  /** 1 for each action that was allowed, [steps × actions]. */
  readonly masks: Uint8Array;
  /** What was done, [steps]. */
  readonly taken: Int32Array;
  /** The chance that the behaviour policy had given it, in (0, 1], [steps]. */
  readonly propensities: Float64Array;
  /** [steps] */
  readonly rewards: Float64Array;
  /** What the step used up of a budget, at least 0, [steps]; all 0 where nothing was counted. */
  readonly costs: Float64Array;
  /** After the step, [steps × width]. */
  readonly next: Float64Array;
  /** Allowed after the step, [steps × actions]. */
  readonly nextMasks: Uint8Array;
  /** 1 where the task came to its end, [steps]; an episode that ends without was cut off. */
  readonly terminated: Uint8Array;
  /** Which episode a step belongs to, rising from 0, [steps]. */
  readonly episodes: Int32Array;
}

/** Numbers in an observation. */
export function observationWidth(space: MultiDiscreteSpace | BoxSpace): number {
  return space.names.length;
}

/** Where each episode starts, and behind the last the number of steps: [episodes + 1]. */
export function episodeStarts(log: LoggedSteps): Int32Array {
  const starts: number[] = [];
  for (let step = 0; step < log.steps; step++)
    if (step === 0 || log.episodes[step] !== log.episodes[step - 1]) starts.push(step);
  starts.push(log.steps);
  return Int32Array.from(starts);
}

/** Steps of the longest episode, from {@link episodeStarts}; 0 without any. */
export function longestEpisode(starts: Int32Array): number {
  return starts.slice(1).reduce((most, end, episode) => Math.max(most, end - starts[episode]), 0);
}

/** The sum of rewards (or of costs) of each episode that came to its end: [ended episodes]. */
export function episodeReturns(log: LoggedSteps, of: "rewards" | "costs" = "rewards"): Float64Array {
  const starts = episodeStarts(log);
  const returns: number[] = [];
  for (let episode = 0; episode + 1 < starts.length; episode++) {
    if (log.terminated[starts[episode + 1] - 1] !== 1) continue;
    let sum = 0;
    for (let step = starts[episode]; step < starts[episode + 1]; step++) sum += log[of][step];
    returns.push(sum);
  }
  return Float64Array.from(returns);
}

/** The steps of the chosen episodes as a log of their own, episodes numbered anew from 0. */
export function selectEpisodes(log: LoggedSteps, chosen: (episode: number) => boolean): LoggedSteps {
  const starts = episodeStarts(log);
  const rows: number[] = [];
  const numbers: number[] = [];
  let count = 0;
  for (let episode = 0; episode + 1 < starts.length; episode++) {
    if (!chosen(episode)) continue;
    for (let step = starts[episode]; step < starts[episode + 1]; step++) {
      rows.push(step);
      numbers.push(count);
    }
    count++;
  }
  const width = observationWidth(log.observationSpace);
  return {
    ...{ steps: rows.length, actions: log.actions, observationSpace: log.observationSpace },
    observations: takeFloats(log.observations, width, rows),
    masks: takeBytes(log.masks, log.actions, rows),
    taken: Int32Array.from(rows, (row) => log.taken[row]),
    propensities: takeFloats(log.propensities, 1, rows),
    rewards: takeFloats(log.rewards, 1, rows),
    costs: takeFloats(log.costs, 1, rows),
    next: takeFloats(log.next, width, rows),
    nextMasks: takeBytes(log.nextMasks, log.actions, rows),
    terminated: takeBytes(log.terminated, 1, rows),
    episodes: Int32Array.from(numbers),
  };
}

/**
 * Two logs of whole episodes: the first with about `share` of them, drawn at random. What is chosen on one and examined on
 * the other was not fitted to it.
 */
export function splitEpisodes(log: LoggedSteps, share: number, seed: number | string): [LoggedSteps, LoggedSteps] {
  requireNumber(share, "share", 0, 1);
  const random = createRandom(seed).fork("split");
  const first = Uint8Array.from({ length: episodeStarts(log).length - 1 }, () => (random.uniform() < share ? 1 : 0));
  return [
    selectEpisodes(log, (episode) => first[episode] === 1),
    selectEpisodes(log, (episode) => first[episode] === 0),
  ];
}

/** Throws {@link InputError} for a log whose columns don't fit together, or that names what can't be. */
export function checkLog(log: LoggedSteps): LoggedSteps {
  const width = observationWidth(log.observationSpace);
  const lengths: [keyof LoggedSteps, number][] = [
    ...(["observations", "next"] as const).map((name): [keyof LoggedSteps, number] => [name, log.steps * width]),
    ...(["masks", "nextMasks"] as const).map((name): [keyof LoggedSteps, number] => [name, log.steps * log.actions]),
    ...(["taken", "propensities", "rewards", "costs", "terminated", "episodes"] as const).map(
      (name): [keyof LoggedSteps, number] => [name, log.steps],
    ),
  ];
  for (const [name, length] of lengths) {
    const found = (log[name] as Float64Array).length;
    if (found !== length)
      throw new InputError(`a log of ${log.steps} steps has ${length} numbers here`, { value: found, place: name });
  }
  if (log.steps === 0) throw new InputError("a log needs at least one step", { value: 0, place: "steps" });
  for (let step = 0; step < log.steps; step++) {
    const action = log.taken[step];
    if (!(action >= 0 && action < log.actions) || log.masks[step * log.actions + action] !== 1)
      throw new InputError("a logged action was not allowed", { value: action, place: `taken[${step}]` });
    const propensity = log.propensities[step];
    if (!(propensity > 0 && propensity <= 1))
      throw new InputError("a propensity is above 0 and at most 1", {
        value: propensity,
        place: `propensities[${step}]`,
        remedy: "Log the chance that the behaviour policy gave to the action it took.",
      });
    if (!Number.isFinite(log.rewards[step]) || !(log.costs[step] >= 0 && log.costs[step] < Infinity))
      throw new InputError("rewards are finite and costs at least 0", {
        value: [log.rewards[step], log.costs[step]],
        place: `step ${step}`,
      });
  }
  return log;
}

function takeFloats(from: Float64Array, width: number, rows: readonly number[]): Float64Array {
  const to = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    for (let i = 0; i < width; i++) to[at * width + i] = from[row * width + i];
  });
  return to;
}

function takeBytes(from: Uint8Array, width: number, rows: readonly number[]): Uint8Array {
  const to = new Uint8Array(rows.length * width);
  rows.forEach((row, at) => {
    for (let i = 0; i < width; i++) to[at * width + i] = from[row * width + i];
  });
  return to;
}
