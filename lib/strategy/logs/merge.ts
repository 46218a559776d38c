import { countingSort } from "../../sparse/index";
import { checkLog, type LoggedSteps, observationWidth } from "./logged-steps";

/**
 * A log with its equal steps merged: each state (an observation with its mask) once, for each state the actions that were
 * taken there, for each such pair the mean reward and where it led. A mean over the log's steps is a weighted mean over pairs,
 * the same number for less work; where no two observations are equal, states are steps.
 */
export interface MergedLog {
  readonly steps: number;
  readonly actions: number;
  /** Numbers in an observation. */
  readonly width: number;
  /** Distinct states that steps were taken in: their number, observations [states × width], masks [states × actions]. */
  readonly states: number;
  readonly observations: Float64Array;
  readonly masks: Uint8Array;
  /** Steps taken in each, [states]. */
  readonly counts: Float64Array;
  /** The pairs of state s are `starts[s]` … `starts[s + 1] − 1`, [states + 1]. */
  readonly starts: Int32Array;
  readonly pairs: number;
  /** [pairs] */
  readonly taken: Int32Array;
  readonly pairCounts: Float64Array;
  /** Mean reward, mean cost, and mean of 1 / propensity of the pair's steps, [pairs]. */
  readonly rewards: Float64Array;
  readonly costs: Float64Array;
  readonly inverses: Float64Array;
  /** Distinct states that the task went on in: their number, observations, masks. */
  readonly nextStates: number;
  readonly nextObservations: Float64Array;
  readonly nextMasks: Uint8Array;
  /** Pair p led to `nextOf[j]` in the share `nextShares[j]` of its steps, j = `nextStarts[p]` …; the rest ended. */
  readonly nextStarts: Int32Array;
  readonly nextOf: Int32Array;
  readonly nextShares: Float64Array;
}

/** Merges the equal steps of a log; throws what {@link checkLog} throws. */
export function mergeSteps(log: LoggedSteps): MergedLog {
  checkLog(log);
  const width = observationWidth(log.observationSpace);
  const { steps, actions } = log;
  const shape = { width, actions };
  const before = distinct({ ...shape, observations: log.observations, masks: log.masks }, () => true);
  const after = distinct(
    { ...shape, observations: log.next, masks: log.nextMasks },
    (step) => log.terminated[step] === 0,
  );

  // Steps in the order of state, action, next state: equal ones are then neighbours.
  const byNext = countingSort(
    after.of.map((state) => state + 1),
    after.count + 1,
  );
  const byAction = countingSort(log.taken, actions, byNext.order);
  const { order } = countingSort(before.of, before.count, byAction.order);
  const counts = new Float64Array(before.count);
  const starts = new Int32Array(before.count + 1);
  const pairs = { taken: [] as number[], count: [] as number[], starts: [] as number[] };
  const sums = { rewards: [] as number[], costs: [] as number[], inverses: [] as number[] };
  const leads = { next: [] as number[], count: [] as number[] };
  let last = -1;
  for (const step of order) {
    const state = before.of[step];
    const samePair = last >= 0 && before.of[last] === state && log.taken[last] === log.taken[step];
    if (!samePair) {
      pairs.taken.push(log.taken[step]);
      pairs.count.push(0);
      pairs.starts.push(leads.next.length);
      for (const sum of [sums.rewards, sums.costs, sums.inverses]) sum.push(0);
    }
    const pair = pairs.taken.length - 1;
    counts[state]++;
    starts[state + 1] = pair + 1;
    pairs.count[pair]++;
    sums.rewards[pair] += log.rewards[step];
    sums.costs[pair] += log.costs[step];
    sums.inverses[pair] += 1 / log.propensities[step];
    if (after.of[step] >= 0) {
      if (!samePair || after.of[last] !== after.of[step]) {
        leads.next.push(after.of[step]);
        leads.count.push(0);
      }
      leads.count[leads.count.length - 1]++;
    }
    last = step;
  }
  const pairCounts = Float64Array.from(pairs.count);
  const nextStarts = Int32Array.from([...pairs.starts, leads.next.length]);
  const nextShares = Float64Array.from(leads.count);
  for (let pair = 0; pair < pairCounts.length; pair++)
    for (let at = nextStarts[pair]; at < nextStarts[pair + 1]; at++) nextShares[at] /= pairCounts[pair];
  const mean = (sum: number[]) => Float64Array.from(sum, (value, pair) => value / pairCounts[pair]);
  return {
    ...{ steps, actions, width, states: before.count, observations: before.observations, masks: before.masks },
    ...{ counts, starts, pairs: pairCounts.length, taken: Int32Array.from(pairs.taken), pairCounts },
    ...{ rewards: mean(sums.rewards), costs: mean(sums.costs), inverses: mean(sums.inverses) },
    ...{ nextStates: after.count, nextObservations: after.observations, nextMasks: after.masks },
    ...{ nextStarts, nextOf: Int32Array.from(leads.next), nextShares },
  };
}

/**
 * What each pair is worth by one step of reward and what is believed of the next states:
 * y = rewards + γ · Σ share · value, [pairs].
 * @param rewards of each pair, such as its mean reward less λ times its mean cost.
 */
export function backUp(
  merged: MergedLog,
  values: ArrayLike<number>,
  discount: number,
  rewards: Float64Array,
  into: Float64Array,
): void {
  const { pairs, nextStarts, nextOf, nextShares } = merged;
  for (let pair = 0; pair < pairs; pair++) {
    let later = 0;
    for (let at = nextStarts[pair]; at < nextStarts[pair + 1]; at++) later += nextShares[at] * values[nextOf[at]];
    into[pair] = rewards[pair] + discount * later;
  }
}

interface Distinct {
  count: number;
  /** Which one each step has, −1 for steps left out, [steps]. */
  of: Int32Array;
  observations: Float64Array;
  masks: Uint8Array;
}

/** Rows of observation and mask: [steps × width], [steps × actions]. */
interface Rows {
  observations: Float64Array;
  width: number;
  masks: Uint8Array;
  actions: number;
}

/** Numbers the distinct rows in the order in which they first occur. */
function distinct(rows: Rows, kept: (step: number) => boolean): Distinct {
  const { observations, width, masks, actions } = rows;
  const steps = observations.length / width;
  const of = new Int32Array(steps).fill(-1);
  const firsts: number[] = [];
  const hash = rowHash(rows);
  const same = (step: number, other: number) => {
    for (let at = 0; at < width; at++)
      if (observations[step * width + at] !== observations[other * width + at]) return false;
    for (let at = 0; at < actions; at++) if (masks[step * actions + at] !== masks[other * actions + at]) return false;
    return true;
  };
  // Open addressing, at most half full: a slot holds a row's number, counted from 1; the next slot is tried when it is another's.
  const last = 2 ** Math.ceil(Math.log2(2 * steps + 1)) - 1;
  const slots = new Int32Array(last + 1);
  for (let step = 0; step < steps; step++) {
    if (!kept(step)) continue;
    let slot = hash(step) & last;
    while (slots[slot] !== 0 && !same(step, firsts[slots[slot] - 1])) slot = (slot + 1) & last;
    if (slots[slot] === 0) slots[slot] = firsts.push(step);
    of[step] = slots[slot] - 1;
  }
  const result = {
    ...{ count: firsts.length, of },
    observations: new Float64Array(firsts.length * width),
    masks: new Uint8Array(firsts.length * actions),
  };
  firsts.forEach((step, number) => {
    result.observations.set(observations.subarray(step * width, (step + 1) * width), number * width);
    result.masks.set(masks.subarray(step * actions, (step + 1) * actions), number * actions);
  });
  return result;
}

/** A number from a step's observation and mask: FNV-1a over 32-bit words, finished as in MurmurHash3. Equal rows, equal numbers. */
function rowHash({ observations, width, masks, actions }: Rows): (step: number) => number {
  const one = new Float64Array(1);
  const words = new Uint32Array(one.buffer);
  return (step) => {
    let hash = 0x811c9dc5;
    for (let at = step * width; at < (step + 1) * width; at++) {
      one[0] = observations[at] + 0; // −0 is 0
      hash = Math.imul(hash ^ words[0], 0x01000193);
      hash = Math.imul(hash ^ words[1] ^ (hash >>> 15), 0x01000193);
    }
    for (let at = step * actions; at < (step + 1) * actions; at++) hash = Math.imul(hash ^ masks[at], 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  };
}
