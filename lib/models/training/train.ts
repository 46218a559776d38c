import { performance } from "node:perf_hooks";
import { tf } from "../../backend/index";
import { AbortedError, InputError, requireInteger, requireNumber } from "../../errors";
import { createRandom } from "../../random";
import { createNoise, type Noise } from "../layers/noise";
import { type NamedArrays, type Parameters, parameter, readParameters, writeParameters } from "../parameters";
import { type AdamWOptions, createAdamW } from "./adamw";
import { type Checkpoint, type CheckpointFolder, openCheckpoints } from "./checkpoint";
import { schedule } from "./schedule";

/** What is learned, from what. */
export interface Task<Batch> {
  parameters: Parameters;
  /** Which weights learn; all unless given. */
  trainable?(name: string): boolean;
  /** Batches in an epoch; the same number in each. */
  batchCount: number;
  /** The batches of an epoch, in an order that depends on nothing but the seed and the epoch's number. */
  batches(epoch: number): Iterable<Batch>;
  /** Mean loss of a batch. Called inside of a tidy. */
  loss(batch: Batch, noise: Noise): tf.Scalar;
  /** Metrics after an epoch on data held out; the one named `score` is to be as high as possible. */
  validate?(epoch: number): Promise<{ score: number; [metric: string]: number }>;
}

/** Options of {@link train}. */
export interface TrainOptions extends AdamWOptions {
  epochs: number;
  seed: number | string;
  /** The highest learning rate. Default 1e-3. */
  rate?: number;
  /** Share of all steps over which the rate rises. Default 0.05. */
  warmUp?: number;
  /** Share of the highest rate at the end. Default 0.05. */
  lastRate?: number;
  /** Epochs without a better score before it ends. Default: never early. */
  patience?: number;
  /** Validate after every so many epochs. Default 1. */
  validateEvery?: number;
  /** Where to keep the state after each epoch; a run that finds its state there goes on from it. */
  checkpoints?: string;
  onProgress?(progress: TrainProgress): void;
  /** Told of each epoch's end. */
  onEpoch?(epoch: EpochReport): void | Promise<void>;
  signal?: AbortSignal;
}

/** A training whose loss is no number any more: a search counts it as a trial that failed. */
export class DivergedError extends InputError {}

/** How far a run is. */
export interface TrainProgress {
  /** Share of all steps done, in [0, 1]. */
  share: number;
  epoch: number;
  step: number;
  /** Seconds left at the speed so far. */
  secondsLeft: number;
}

/** What an epoch gave. */
export interface EpochReport {
  epoch: number;
  /** Mean loss of its batches. */
  loss: number;
  /** Learning rate of its last step. */
  rate: number;
  seconds: number;
  /** What validation said; empty where it wasn't asked. */
  metrics: Record<string, number>;
}

/** What {@link train} did; the parameters hold the weights of the best epoch. */
export interface TrainResult {
  epochs: EpochReport[];
  /** The epoch of the highest score; the last one without validation. */
  bestEpoch: number;
  /** True where it ended before the last epoch. */
  stoppedEarly: boolean;
}

/**
 * Trains by AdamW with warm-up and cosine, keeps the weights of the best epoch, and ends early on request. What is drawn
 * in step t depends on the seed and t alone, so that a run that was stopped and goes on from its checkpoint ends with
 * the weights of one that wasn't. Throws AbortedError once `signal` is aborted (the last epoch's checkpoint stays), and
 * DivergedError for a loss that is no number.
 */
export async function train<Batch>(task: Task<Batch>, options: TrainOptions): Promise<TrainResult> {
  const { seed, patience = Infinity, validateEvery = 1, signal, onProgress } = options;
  const epochs = requireInteger(options.epochs, "epochs", 1);
  const total = epochs * requireInteger(task.batchCount, "batchCount", 1);
  const warmUp = Math.round(requireNumber(options.warmUp ?? 0.05, "warmUp", 0, 1) * total);
  const rateOf = schedule({ rate: options.rate ?? 1e-3, steps: total, warmUp, last: options.lastRate ?? 0.05 });
  const { parameters } = task;
  const names = [...parameters.keys()].filter((name) => task.trainable?.(name) ?? true);
  const variables = names.map((name) => parameter(parameters, name));
  const optimizer = createAdamW(parameters, names, options);
  const folder = options.checkpoints === undefined ? undefined : await openCheckpoints(options.checkpoints);
  const random = createRandom(seed).fork("training");
  const reports: EpochReport[] = [];
  let best: { epoch: number; score: number; weights: NamedArrays } | undefined;
  let step = 0;
  let losses: tf.Scalar[] = [];
  try {
    await resume();
    const started = performance.now();
    const before = step;
    for (let epoch = reports.length; epoch < epochs && !exhausted(); epoch++) {
      const begun = performance.now();
      losses = [];
      for (const batch of task.batches(epoch)) {
        if (signal?.aborted) throw new AbortedError("training was stopped", { cause: signal.reason });
        losses.push(learn(batch));
        step++;
        if (step % 16 === 0) await new Promise(setImmediate);
        onProgress?.({
          share: step / total,
          epoch,
          step,
          secondsLeft: ((performance.now() - started) / 1000 / (step - before)) * (total - step),
        });
      }
      const loss = await meanOf(losses);
      if (!Number.isFinite(loss))
        throw new DivergedError("the loss is no number any more", {
          value: loss,
          place: `epoch ${epoch}`,
          remedy: "Lower the rate, or set clip.",
        });
      const due = (epoch + 1) % validateEvery === 0 || epoch === epochs - 1;
      const metrics = due ? await task.validate?.(epoch) : undefined;
      const seconds = (performance.now() - begun) / 1000;
      const report: EpochReport = { epoch, loss, rate: rateOf(step - 1), seconds, metrics: metrics ?? {} };
      reports.push(report);
      if (metrics && (best === undefined || metrics.score > best.score))
        best = { epoch, score: metrics.score, weights: await readParameters(parameters) };
      await keep();
      await options.onEpoch?.(report);
    }
    if (best) writeParameters(parameters, best.weights);
    return {
      epochs: reports,
      bestEpoch: best?.epoch ?? reports.length - 1,
      stoppedEarly: reports.length < epochs,
    };
  } finally {
    tf.dispose(losses);
    optimizer.dispose();
  }

  function exhausted(): boolean {
    return best !== undefined && reports.length - 1 - best.epoch >= patience;
  }

  /** One step; the loss stays on the device until the epoch ends, so that nothing waits for it. */
  function learn(batch: Batch): tf.Scalar {
    const noise = createNoise(random.fork(step));
    const { value, grads } = tf.variableGrads(() => task.loss(batch, noise), variables);
    optimizer.step(Object.fromEntries(names.map((name, at) => [name, grads[variables[at].name]])), rateOf(step));
    return value;
  }

  async function resume(): Promise<void> {
    const found = await folder?.read();
    if (!found) return;
    if (found.seed !== String(seed) || found.total !== total)
      throw new InputError("the checkpoint is of another run", {
        value: { seed: found.seed, steps: found.total },
        place: options.checkpoints,
        remedy: "Give the same seed, data and epochs, or another folder.",
      });
    writeParameters(parameters, found.weights);
    optimizer.write(found.optimizer, found.step);
    step = found.step;
    reports.push(...found.reports);
    if (found.best) best = found.best;
  }

  async function keep(): Promise<void> {
    await (folder as CheckpointFolder | undefined)?.write({
      seed: String(seed),
      total,
      step,
      reports,
      best,
      weights: await readParameters(parameters),
      optimizer: await optimizer.read(),
    } satisfies Checkpoint);
  }
}

async function meanOf(losses: tf.Scalar[]): Promise<number> {
  const mean = tf.tidy(() => tf.mean(tf.stack(losses)));
  tf.dispose(losses);
  const [value] = await mean.data();
  mean.dispose();
  return value;
}
