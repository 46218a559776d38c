import { InputError } from "../../errors";

/** Rows of a two-class problem, highest score first; rows of equal score are one group. */
export interface Ranking {
  /** Row numbers, highest score first, [rows]. */
  order: Uint32Array;
  /** 1 for a positive, in that order, [rows]. */
  positive: Uint8Array;
  /** Where each group of equal scores ends, exclusive, [groups]. */
  ends: Uint32Array;
}

/** A measure of a ranking; `weights` says how often each row of the data counts, 1 unless given, [rows]. */
export type RankingMetric = (ranking: Ranking, weights?: ArrayLike<number>) => number;

/**
 * Ranks rows by score. Throws {@link InputError} for labels other than 0 and 1, scores that are NaN, and lengths that differ.
 */
export function rankByScore(labels: ArrayLike<number>, scores: ArrayLike<number>): Ranking {
  const rows = labels.length;
  if (scores.length !== rows)
    throw new InputError(`there is a score for each of ${rows} labels`, { value: scores.length, place: "scores" });
  for (let row = 0; row < rows; row++) {
    if (labels[row] !== 0 && labels[row] !== 1)
      throw new InputError("a label is 0 or 1", { value: labels[row], place: `labels, row ${row}` });
    if (Number.isNaN(scores[row])) throw new InputError("a score is a number", { place: `scores, row ${row}` });
  }
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => scores[b] - scores[a] || a - b);
  const ends: number[] = [];
  for (let at = 1; at <= rows; at++) if (at === rows || scores[order[at]] !== scores[order[at - 1]]) ends.push(at);
  return { order, positive: Uint8Array.from(order, (row) => labels[row]), ends: Uint32Array.from(ends) };
}

/** Calls `visit` with the positives and the rows of each group, by weight, highest score first; returns their totals. */
function eachGroup(
  { order, positive, ends }: Ranking,
  weights: ArrayLike<number> | undefined,
  visit: (positives: number, rows: number) => void,
): void {
  let at = 0;
  for (const end of ends) {
    let positives = 0;
    let rows = 0;
    for (; at < end; at++) {
      const weight = weights ? weights[order[at]] : 1;
      rows += weight;
      if (positive[at] === 1) positives += weight;
    }
    visit(positives, rows);
  }
}

/**
 * Area under the ROC curve: the chance that a positive scores above a negative, ties counting half (Mann and Whitney).
 * NaN where one class is missing.
 */
export const rocAuc: RankingMetric = (ranking, weights) => {
  let above = 0;
  let positives = 0;
  let negatives = 0;
  eachGroup(ranking, weights, (hits, rows) => {
    above += (rows - hits) * (positives + hits / 2);
    positives += hits;
    negatives += rows - hits;
  });
  return above / (positives * negatives);
};

/**
 * Average precision, the area under the precision–recall curve in steps: Σ (Rₙ − Rₙ₋₁) Pₙ over falling thresholds, without
 * interpolation. A random ranking has the share of positives. NaN without positives.
 */
export const averagePrecision: RankingMetric = (ranking, weights) => {
  let area = 0;
  let positives = 0;
  let seen = 0;
  eachGroup(ranking, weights, (hits, rows) => {
    positives += hits;
    seen += rows;
    if (seen > 0) area += (hits * positives) / seen;
  });
  return area / positives;
};

/**
 * Lift of the top `share` of rows: their share of positives over everybody's. A group of ties at the edge is taken in part, at
 * its own share of positives. NaN without positives.
 */
export function liftAt(share: number): RankingMetric {
  if (!(share > 0 && share <= 1))
    throw new InputError("a share is in (0, 1]", {
      value: share,
      place: "share",
      remedy: "Use 0.1 for the top tenth.",
    });
  return (ranking, weights) => {
    let total = 0;
    let positives = 0;
    eachGroup(ranking, weights, (hits, rows) => {
      total += rows;
      positives += hits;
    });
    let room = share * total;
    let found = 0;
    eachGroup(ranking, weights, (hits, rows) => {
      const taken = Math.min(room, rows);
      if (rows > 0) found += (hits * taken) / rows;
      room -= taken;
    });
    return found / (share * total) / (positives / total);
  };
}

/** Squared error of each row's probability, [rows]; its mean is the Brier score (1950). */
export function squaredErrors(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Float64Array {
  return perRow(labels, probabilities, (label, chance) => (chance - label) ** 2);
}

/** −ln of the probability given to what happened, [rows]; its mean is the log-loss. Infinite for a certain error. */
export function logLosses(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Float64Array {
  return perRow(labels, probabilities, (label, chance) => -Math.log(label === 1 ? chance : 1 - chance));
}

function perRow(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  loss: (label: number, chance: number) => number,
): Float64Array {
  if (labels.length !== probabilities.length)
    throw new InputError(`there is a probability for each of ${labels.length} labels`, {
      value: probabilities.length,
      place: "probabilities",
    });
  return Float64Array.from({ length: labels.length }, (_, row) => {
    const chance = probabilities[row];
    if (chance >= 0 && chance <= 1) return loss(labels[row], chance);
    throw new InputError("a probability is in [0, 1]", { value: chance, place: `probabilities, row ${row}` });
  });
}
