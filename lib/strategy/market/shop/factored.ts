import type { MultiDiscreteSpace, ResetResult, Space, StepInfo, StepResult } from "../../environment";

/**
 * Gymnasium's interface for actions of several numbers (`MultiDiscrete`). `info.actionMask` has one entry for each choice of
 * each number, number after number; an action is allowed if each of its numbers is. All results are the environment's own
 * and overwritten by its next call, as in {@link Environment}.
 */
export interface FactoredEnvironment<Observation, Info extends StepInfo = StepInfo> {
  readonly observationSpace: Space;
  readonly actionSpace: MultiDiscreteSpace;
  reset(options?: { seed?: number | string }): ResetResult<Observation, Info>;
  step(action: ArrayLike<number>): StepResult<Observation, Info>;
}

/** What N environments of one kind, side by side, answer; row by row in typed arrays. */
export interface BatchResult {
  /** [N × numbers of an observation] */
  readonly observations: Float64Array;
  /** [N] */
  readonly rewards: Float64Array;
  /** 1 where the task came to its end. All rows end together here. [N] */
  readonly terminated: Uint8Array;
  /** [N × entries of a mask] */
  readonly actionMasks: Uint8Array;
}

/** Gymnasium's vector interface for environments that start and end together; `actions` is [N × numbers of an action]. */
export interface BatchedEnvironment {
  readonly count: number;
  readonly observationSpace: Space;
  readonly actionSpace: MultiDiscreteSpace;
  /** `seed` s gives row r the seed s + r; `seeds` names them one by one. Without either each row goes on. */
  reset(options?: { seed?: number; seeds?: readonly (number | string)[] }): BatchResult;
  step(actions: ArrayLike<number>): BatchResult;
}
