import { InputError } from "../../errors";

/** What a logging policy did and what came of it, one round a row. */
export interface LoggedFeedback {
  /** What was known before the choice, [rounds × features], row by row; features may be 0. */
  context: Float32Array;
  /** The action taken, numbered from 0, [rounds]. */
  action: Int32Array;
  /** What it brought, in one unit (clicks, money), [rounds]. */
  reward: Float64Array;
  /** Probability, in (0, 1], with which the logging policy took that action in that context, [rounds]. */
  propensity: Float64Array;
  /** Where the action was shown, numbered from 0, where the log has several positions with policies of their own, [rounds]. */
  position?: Int32Array;
}

/** A policy's probability of each action in each round, [rounds × actions], row by row; each row sums to 1. */
export type ActionProbabilities = Float32Array | Float64Array;

/** What chooses actions: it turns contexts [n × features] into probabilities [n × actions]. */
export interface Policy {
  probabilities(context: Float32Array): ActionProbabilities;
}

/**
 * Checks that a log can be evaluated and that `target`, the policy to evaluate, fits to it; returns the number of
 * actions. Every estimator calls this.
 *
 * Throws {@link InputError} naming the first bad row: columns of unequal length, a propensity outside (0, 1], an action
 * outside the target's, a reward that isn't finite, probabilities that are negative or don't sum to 1 (± 1e-4).
 */
export function checkFeedback(feedback: LoggedFeedback, target: ActionProbabilities): number {
  const { action, reward, propensity, position, context } = feedback;
  const rounds = action.length;
  if (rounds === 0) throw new InputError("a log needs at least one round", { value: rounds, place: "action" });
  for (const [name, column] of Object.entries({ reward, propensity, ...(position ? { position } : {}) }))
    if (column.length !== rounds)
      throw new InputError(`every column of a log has its ${rounds} rounds`, { value: column.length, place: name });
  if (context.length % rounds !== 0)
    throw new InputError(`the context is [${rounds} × features]`, { value: context.length, place: "context" });
  const actions = target.length / rounds;
  if (!Number.isInteger(actions) || actions === 0)
    throw new InputError(`the target policy's probabilities are [${rounds} × actions]`, {
      value: target.length,
      place: "target",
    });
  for (let round = 0; round < rounds; round++) {
    if (!(propensity[round] > 0 && propensity[round] <= 1))
      throw new InputError("a propensity is above 0 and at most 1", {
        value: propensity[round],
        place: `propensity, round ${round}`,
        remedy: "Leave out rounds without a known propensity; an action that was taken can't have had chance 0.",
      });
    if (!(action[round] >= 0 && action[round] < actions))
      throw new InputError(`an action is a number from 0 to ${actions - 1}`, {
        value: action[round],
        place: `action, round ${round}`,
      });
    if (!Number.isFinite(reward[round]))
      throw new InputError("a reward is a finite number", { value: reward[round], place: `reward, round ${round}` });
    checkRow(target, round, actions);
  }
  return actions;
}

function checkRow(target: ActionProbabilities, round: number, actions: number): void {
  let total = 0;
  for (let a = 0; a < actions; a++) {
    const probability = target[round * actions + a];
    if (!(probability >= 0))
      throw new InputError("a probability is at least 0", {
        value: probability,
        place: `target, round ${round}, action ${a}`,
      });
    total += probability;
  }
  if (Math.abs(total - 1) > 1e-4)
    throw new InputError("a policy's probabilities sum to 1 in every round", {
      value: total,
      place: `target, round ${round}`,
      remedy: "Divide each row by its sum.",
    });
}

/**
 * The probabilities of a policy that looks at nothing but the position: row `position[round]` of `table` for every round.
 *
 * @param table [positions × actions], row by row
 * @param position [rounds]
 * @returns [rounds × actions]
 */
export function positionPolicy(table: Float64Array, actions: number, position: Int32Array): Float64Array {
  const positions = table.length / actions;
  const result = new Float64Array(position.length * actions);
  for (let round = 0; round < position.length; round++) {
    if (!(position[round] >= 0 && position[round] < positions))
      throw new InputError(`the table has positions 0 to ${positions - 1}`, {
        value: position[round],
        place: `position, round ${round}`,
      });
    result.set(table.subarray(position[round] * actions, (position[round] + 1) * actions), round * actions);
  }
  return result;
}

/** The uniformly random policy's probabilities, [rounds × actions]. */
export function uniformPolicy(rounds: number, actions: number): Float64Array {
  return new Float64Array(rounds * actions).fill(1 / actions);
}
