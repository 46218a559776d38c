import { InputError, requireInteger } from "../../errors";
import { type Calibration, requireRows } from "./isotonic";

/** Scores whose scale was fitted. */
export interface Temperature {
  /** T: scores are divided by it. Above 1 the model was too sure of itself. */
  temperature: number;
  /** Mean −ln of the probability of what happened, as it was and at this temperature. */
  before: number;
  after: number;
  /** Probabilities of rows of scores, [rows × classes]. */
  apply(logits: ArrayLike<number>): Float64Array;
}

/**
 * Temperature scaling (Guo et al. 2017, section 4.2): softmax(z / T) with the one T that has the least negative log-likelihood
 * on rows that the model wasn't trained on. The order of the classes, and so the accuracy, stays as it was.
 *
 * The loss is convex in 1 / T; its minimum is found by Newton's method inside of a shrinking bracket, to rounding.
 *
 * @param labels the class of each row, 0 … classes − 1, [rows]
 * @param logits scores before the softmax, [rows × classes]
 * Throws {@link InputError} for bad rows, where every row's own class has the highest score (T would be 0), and where scores
 * say less than nothing (T would be infinite or below 0).
 */
export function temperatureScaling(labels: ArrayLike<number>, logits: ArrayLike<number>, classes: number): Temperature {
  requireInteger(classes, "classes", 2);
  checkRows(labels, logits, classes);
  const slope = (inverse: number) => slopes(labels, logits, classes, inverse);
  const inverse = minimise(slope);
  return {
    temperature: 1 / inverse,
    before: slope(1).loss,
    after: slope(inverse).loss,
    apply: (scores) => softmaxRows(scores, classes, inverse),
  };
}

/**
 * Temperature scaling of a two-class score on the log-odds scale: P(1 | s) = 1 / (1 + exp(−s / T)). Unlike Platt's it moves no
 * score across ½. Throws as {@link temperatureScaling} does.
 */
export function temperatureCalibration(labels: ArrayLike<number>, scores: ArrayLike<number>): Calibration {
  requireRows(labels, scores);
  const pairs = Float64Array.from({ length: 2 * scores.length }, (_, at) => (at % 2 === 1 ? scores[at >> 1] : 0));
  const { temperature } = temperatureScaling(labels, pairs, 2);
  return (score) => 1 / (1 + Math.exp(-score / temperature));
}

/** softmax(z · inverse) of each row. */
function softmaxRows(logits: ArrayLike<number>, classes: number, inverse: number): Float64Array {
  const chances = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    let highest = -Infinity;
    for (let c = 0; c < classes; c++) highest = Math.max(highest, logits[start + c]);
    let total = 0;
    for (let c = 0; c < classes; c++) {
      chances[start + c] = Math.exp((logits[start + c] - highest) * inverse);
      total += chances[start + c];
    }
    for (let c = 0; c < classes; c++) chances[start + c] /= total;
  }
  return chances;
}

interface Slopes {
  /** Mean negative log-likelihood, and its first and second derivative by 1 / T. */
  loss: number;
  first: number;
  second: number;
}

/** With p the softmax: first = mean(Σ p z − z of the label), second = mean(variance of z under p). */
function slopes(labels: ArrayLike<number>, logits: ArrayLike<number>, classes: number, inverse: number): Slopes {
  const rows = labels.length;
  const chances = softmaxRows(logits, classes, inverse);
  const sums = { loss: 0, first: 0, second: 0 };
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    let [highest, mean, square, total] = [-Infinity, 0, 0, 0];
    for (let c = 0; c < classes; c++) highest = Math.max(highest, logits[start + c]);
    for (let c = 0; c < classes; c++) {
      const below = logits[start + c] - highest;
      mean += chances[start + c] * below;
      square += chances[start + c] * below * below;
      total += Math.exp(below * inverse);
    }
    const own = logits[start + labels[row]] - highest;
    sums.loss += (Math.log(total) - own * inverse) / rows;
    sums.first += (mean - own) / rows;
    sums.second += (square - mean * mean) / rows;
  }
  return sums;
}

/** The 1 / T at which the rising slope is 0. */
function minimise(slope: (inverse: number) => Slopes): number {
  if (!(slope(0).first < 0))
    throw new InputError("the scores say nothing of the labels: no temperature is the best", {
      value: slope(0).first,
      place: "logits",
      remedy: "Check that scores and labels belong together, and that scores are before the softmax.",
    });
  let [low, high] = [0, 1];
  // Far out a row whose own class isn't the highest turns the slope; where there is none, the slope only fades.
  for (let there = slope(high); !(there.first > 0 || (there.first === 0 && there.second > 0)); there = slope(high)) {
    low = high;
    high *= 2;
    if (high > 1e12)
      throw new InputError("every row's own class has the highest score: the lower the temperature, the better", {
        place: "logits",
        remedy: "Fit it to rows that the model wasn't trained on, and to more of them.",
      });
  }
  let at = (low + high) / 2;
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const { first, second } = slope(at);
    if (first === 0) return at;
    if (first < 0) low = at;
    else high = at;
    const newton = at - first / second;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (next === at) return at;
    at = next;
  }
  return at;
}

function checkRows(labels: ArrayLike<number>, logits: ArrayLike<number>, classes: number): void {
  if (labels.length === 0 || logits.length !== labels.length * classes)
    throw new InputError("there are scores of every class for each label, and a row at least", {
      value: [labels.length, logits.length],
      place: "labels, logits",
    });
  for (let row = 0; row < labels.length; row++) requireInteger(labels[row], `labels, row ${row}`, 0, classes - 1);
  for (let at = 0; at < logits.length; at++)
    if (!Number.isFinite(logits[at]))
      throw new InputError("a score is finite", {
        value: logits[at],
        place: `logits, row ${Math.floor(at / classes)}`,
      });
}
