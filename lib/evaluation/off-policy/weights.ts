import { InputError } from "../../errors";
import { type ActionProbabilities, checkFeedback, type LoggedFeedback } from "./feedback";

/** A cap on importance weights. */
export interface WeightOptions {
  /** The largest weight kept; larger ones are cut to it, which trades variance for a bias toward 0. No cap unless said. */
  cap?: number;
}

/**
 * Importance weights wᵢ = π(aᵢ | xᵢ) / p(aᵢ | xᵢ), [rounds]: how much more often the target policy would have taken the
 * logged action than the logging policy did. Their expectation is 1.
 */
export function importanceWeights(
  feedback: LoggedFeedback,
  target: ActionProbabilities,
  { cap = Infinity }: WeightOptions = {},
): Float64Array {
  const actions = checkFeedback(feedback, target);
  if (!(cap > 0)) throw new InputError("a cap on weights is above 0", { value: cap, place: "cap" });
  const { action, propensity } = feedback;
  return Float64Array.from(action, (taken, round) =>
    Math.min(cap, target[round * actions + taken] / propensity[round]),
  );
}

/**
 * Kish's (1965) effective sample size (Σ w)² / Σ w²: how many evenly weighted rounds would give as sure a mean.
 * It is the number of rounds for equal weights, 1 when one round has all weight, and 0 when all weights are 0.
 */
export function effectiveSampleSize(weights: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i];
    squares += weights[i] ** 2;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/** How far a log can be trusted about a target policy. */
export interface WeightDiagnostics {
  rounds: number;
  /** See {@link effectiveSampleSize}. */
  effectiveSampleSize: number;
  meanWeight: number;
  largestWeight: number;
  /** The largest weight's share of all weight. */
  largestShare: number;
  /** Rounds with a reward other than 0. */
  rewardedRounds: number;
  /** Mean probability that the target gives to actions which no round of the log tried (in that position). */
  unseenMass: number;
  /** What is wrong, in plain words; empty when nothing was found. */
  warnings: string[];
}

/** Looks at the weights of a target policy on a log before anyone believes an estimate made with them. */
export function weightDiagnostics(feedback: LoggedFeedback, target: ActionProbabilities): WeightDiagnostics {
  const weights = importanceWeights(feedback, target);
  const rounds = weights.length;
  const size = effectiveSampleSize(weights);
  let sum = 0;
  let squares = 0;
  let largest = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
    largest = Math.max(largest, weight);
  }
  const meanWeight = sum / rounds;
  const error = Math.sqrt(Math.max(0, squares / rounds - meanWeight ** 2) / rounds);
  const diagnostics: WeightDiagnostics = {
    rounds,
    effectiveSampleSize: size,
    meanWeight,
    largestWeight: largest,
    largestShare: sum === 0 ? 0 : largest / sum,
    rewardedRounds: feedback.reward.reduce((count, reward) => count + (reward === 0 ? 0 : 1), 0),
    unseenMass: unseenMass(feedback, target),
    warnings: [],
  };
  warn(diagnostics, error);
  return diagnostics;
}

/** Thresholds are rules of thumb: enough for a reader to look, not a verdict. */
function warn(found: WeightDiagnostics, error: number): void {
  const { rounds, effectiveSampleSize: size, meanWeight, largestShare, warnings } = found;
  const percent = (share: number) => `${(100 * share).toPrecision(2)} %`;
  if (size < 100 || size < 0.01 * rounds)
    warnings.push(
      `The ${rounds} rounds say as much about this policy as ${size.toPrecision(2)} rounds of its own would: don't rely on weighted estimates.`,
    );
  else if (size < 0.1 * rounds)
    warnings.push(
      `The ${rounds} rounds are worth only ${Math.round(size)} rounds of this policy's own: expect wide intervals.`,
    );
  if (rounds >= 20 && largestShare > 0.05)
    warnings.push(
      `One single round carries ${percent(largestShare)} of all weight: the estimate hangs on what happened in it.`,
    );
  if (Math.abs(meanWeight - 1) > 4 * error + 1e-3)
    warnings.push(
      `Weights average ${meanWeight.toPrecision(3)} where 1 is expected: the propensities are wrong, or the log lacks actions that this policy takes.`,
    );
  if (found.unseenMass > 0.01)
    warnings.push(
      `This policy spends ${percent(found.unseenMass)} of its choices on actions that the log never tried: no weighting can tell what they would earn.`,
    );
  if (found.rewardedRounds < 100)
    warnings.push(
      `Only ${found.rewardedRounds} rounds were rewarded: a few more or fewer would move the estimate much.`,
    );
}

function unseenMass({ action, position }: LoggedFeedback, target: ActionProbabilities): number {
  const rounds = action.length;
  const actions = target.length / rounds;
  const seen = new Set<number>();
  for (let round = 0; round < rounds; round++) seen.add((position ? position[round] : 0) * actions + action[round]);
  let mass = 0;
  for (let round = 0; round < rounds; round++)
    for (let a = 0; a < actions; a++)
      if (!seen.has((position ? position[round] : 0) * actions + a)) mass += target[round * actions + a];
  return mass / rounds;
}
