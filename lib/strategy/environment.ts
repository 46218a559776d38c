/** A whole number in [0, count): Gymnasium's `Discrete`. */
export interface DiscreteSpace {
  kind: "discrete";
  count: number;
}

/** A vector of whole numbers, the i-th in [0, counts[i]): Gymnasium's `MultiDiscrete`. */
export interface MultiDiscreteSpace {
  kind: "multi-discrete";
  counts: number[];
  /** What each number means, for people. */
  names: string[];
}

/** A vector of real numbers, the i-th in [low[i], high[i]]: Gymnasium's `Box`. */
export interface BoxSpace {
  kind: "box";
  low: Float64Array;
  high: Float64Array;
  names: string[];
}

export type Space = DiscreteSpace | MultiDiscreteSpace | BoxSpace;

/** What an environment tells beside the observation. */
export interface StepInfo {
  /** 1 for each action that the rules allow now, 0 for the others: [actions]. */
  actionMask: Uint8Array;
}

export interface ResetResult<Observation, Info> {
  observation: Observation;
  info: Info;
}

export interface StepResult<Observation, Info> {
  observation: Observation;
  reward: number;
  /** The task came to its end: no future, so no value beyond this step. */
  terminated: boolean;
  /** The episode was cut off from outside: the future has a value that nobody will see. */
  truncated: boolean;
  info: Info;
}

/**
 * What an agent acts on: Gymnasium's interface (Towers et al. 2024, arXiv:2407.17032) in TypeScript.
 *
 * `reset({ seed })` starts an episode; without a seed the generator goes on from where it was, so one seed at the
 * start fixes a whole training run. `step` after the end throws.
 *
 * Differs from Gymnasium in who owns the results: the observation, the info and the object that holds them are the
 * environment's own and are overwritten by its next call, so that a step allocates nothing. Copy what you keep.
 */
export interface Environment<Observation, Info extends StepInfo = StepInfo> {
  readonly observationSpace: Space;
  readonly actionSpace: DiscreteSpace;
  reset(options?: { seed?: number | string }): ResetResult<Observation, Info>;
  step(action: number): StepResult<Observation, Info>;
}

/** How many different observations a {@link MultiDiscreteSpace} has. */
export function stateCount(space: MultiDiscreteSpace): number {
  return space.counts.reduce((product, count) => product * count, 1);
}

/** An observation's place among all of a {@link MultiDiscreteSpace}, row-major: the last number runs fastest. */
export function stateIndex(space: MultiDiscreteSpace, observation: ArrayLike<number>): number {
  let index = 0;
  for (let i = 0; i < space.counts.length; i++) index = index * space.counts[i] + observation[i];
  return index;
}
