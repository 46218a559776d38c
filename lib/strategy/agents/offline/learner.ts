import { requireInteger, requireNumber, throwIfAborted } from "../../../errors";
import { createRandom, type Random } from "../../../random";
import { episodeReturns, type LoggedSteps } from "../../logs/logged-steps";
import { type MergedLog, mergeSteps } from "../../logs/merge";
import { createAdam } from "../network/adam";
import { type Encoding, encodingOf } from "../network/encoding";
import { Network } from "../network/network";

/** What every agent that learns a network from a log can be told. */
export interface OfflineOptions {
  /** Seed of the weights and of the draws from the log. */
  seed: number | string;
  /** Steps down the gradient. Default 4,000. */
  updates?: number;
  /**
   * States in an update, drawn with chance proportional to the steps taken in them, each with all that the log knows of it.
   * Default 256; where the log has no more states than that, an update takes them all and its gradient has no noise.
   */
  batch?: number;
  /** Widths of the hidden layers. Default [64, 64]. */
  hidden?: number[];
  /** Adam's rate at the start. Default 3e-3. */
  learningRate?: number;
  /** Adam's rate at the end, reached in a straight line. Default 0, which averages the noise out. */
  lastLearningRate?: number;
  /** γ, what a reward counts one step later, in [0, 1]. Default 1, since a sale is undiscounted. */
  discount?: number;
  /** Rewards are multiplied by it. Default: 1 over the standard deviation of the log's returns, {@link scaleOf}. */
  rewardScale?: number;
  /** Called after every hundredth of the updates. */
  onProgress?(done: number, metrics: OfflineMetrics): void;
  signal?: AbortSignal;
}

/** What there is to watch while an agent learns from a log: the number of updates, and the losses of the last one. */
export interface OfflineMetrics {
  updates: number;
  [loss: string]: number;
}

/**
 * 1 over the standard deviation of the returns of the log's ended episodes, so that values are of the order of 1; over
 * the mean size of a reward where those don't vary, 1 where all are 0.
 */
export function scaleOf(log: LoggedSteps): number {
  const returns = episodeReturns(log);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const spread = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1));
  const size = log.rewards.reduce((sum, value) => sum + Math.abs(value), 0) / log.steps;
  const unit = spread > 0 ? spread : size;
  return unit > 0 ? 1 / unit : 1;
}

/** A log made ready for a network: equal steps merged, observations encoded, and what the options say, checked. */
export class Learner {
  readonly merged: MergedLog;
  readonly encoding: Encoding;
  readonly rewardScale: number;
  readonly discount: number;
  /** Rows in an update. */
  readonly batch: number;
  readonly random: Random;
  /** The states of an update, and how much each counts: [batch]. */
  readonly drawn: Int32Array;
  readonly weights: Float64Array;
  /** Encoded states of an update, [batch × size]. */
  readonly inputs: Float64Array;
  /** Encoded next states of the whole log, [nextStates × size]. */
  readonly next: Float64Array;
  /** Encoded states of the whole log, [states × size]. */
  readonly states: Float64Array;
  private readonly cumulative: Float64Array;
  private readonly hidden: number[];
  private readonly options: OfflineOptions;

  constructor(log: LoggedSteps, name: string, options: OfflineOptions) {
    const merged = mergeSteps(log);
    this.merged = merged;
    this.options = options;
    this.hidden = options.hidden ?? [64, 64];
    this.discount = requireNumber(options.discount ?? 1, "discount", 0, 1);
    this.rewardScale = requireNumber(options.rewardScale ?? scaleOf(log), "rewardScale", Number.MIN_VALUE);
    this.batch = Math.min(requireInteger(options.batch ?? 256, "batch", 1), merged.states);
    this.random = createRandom(options.seed).fork(name);
    this.encoding = encodingOf(log.observationSpace);
    this.states = this.encode(merged.observations, merged.states);
    this.next = this.encode(merged.nextObservations, merged.nextStates);
    this.drawn = Int32Array.from({ length: this.batch }, (_, row) => row);
    this.weights = new Float64Array(this.batch).fill(1 / this.batch);
    this.inputs = new Float64Array(this.batch * this.encoding.size);
    this.cumulative = new Float64Array(merged.states);
    let steps = 0;
    for (let state = 0; state < merged.states; state++) this.cumulative[state] = steps += merged.counts[state];
    if (this.batch === merged.states) {
      this.inputs.set(this.states);
      for (let state = 0; state < merged.states; state++) this.weights[state] = merged.counts[state] / merged.steps;
    }
  }

  /**
   * A network from states to so many outputs, and its optimiser.
   * @param extra inputs behind the encoded state, for what an agent adds.
   */
  network(label: string, outputs: number, more: { outputGain?: number; extra?: number } = {}) {
    const { outputGain, extra = 0 } = more;
    const sizes = [this.encoding.size + extra, ...this.hidden, outputs];
    const online = new Network({ sizes, activation: "relu", random: this.random.fork(label), outputGain });
    return { online, adam: createAdam(online.parameters.length) };
  }

  /** Draws the states of an update; where it takes all, they stay. */
  draw(): void {
    const { cumulative, states, inputs, drawn } = this;
    if (this.batch === this.merged.states) return;
    const size = this.encoding.size;
    for (let row = 0; row < this.batch; row++) {
      const step = this.random.uniform() * this.merged.steps;
      let low = 0;
      let high = cumulative.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (cumulative[middle] > step) high = middle;
        else low = middle + 1;
      }
      drawn[row] = low;
      for (let i = 0; i < size; i++) inputs[row * size + i] = states[low * size + i];
    }
  }

  /**
   * Runs the updates: counts them, lets the learning rate fall, reports, gives way to other work of the process, and throws
   * AbortedError once the signal is aborted.
   *
   * @param update does one and returns its losses, in an object that it may use again.
   * @param phase which of so many equal parts of the whole this is, for the report.
   */
  async descend(
    work: string,
    update: (rate: number, number: number) => Record<string, number>,
    phase: { index: number; of: number } = { index: 0, of: 1 },
  ): Promise<void> {
    const { options } = this;
    const updates = requireInteger(options.updates ?? 4000, "updates", 1);
    const first = requireNumber(options.learningRate ?? 3e-3, "learningRate", 0);
    const last = requireNumber(options.lastLearningRate ?? 0, "lastLearningRate", 0);
    const often = Math.ceil(updates / 100);
    for (let number = 1; number <= updates; number++) {
      this.draw();
      const losses = update(first + ((last - first) * (number - 1)) / updates, number);
      if (number % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(options.signal, work);
      if (number % often === 0 || number === updates)
        options.onProgress?.((phase.index + number / updates) / phase.of, { ...losses, updates: number });
    }
  }

  private encode(observations: Float64Array, rows: number): Float64Array {
    const { width } = this.merged;
    const encoded = new Float64Array(rows * this.encoding.size);
    for (let row = 0; row < rows; row++)
      this.encoding.write(observations.subarray(row * width, (row + 1) * width), encoded, row * this.encoding.size);
    return encoded;
  }
}
