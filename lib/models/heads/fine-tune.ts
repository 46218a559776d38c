import { tf } from "../../backend/index";
import { InputError, throwIfAborted } from "../../errors";
import { createRandom } from "../../random";
import type { Noise } from "../layers/noise";
import { type Parameters, parameter } from "../parameters";
import { bucket, type SequenceBatch } from "../sequences/batches";
import type { EventFields } from "../sequences/fields";
import type { SequenceModel } from "../sequences/model";
import type { Task } from "../training/train";
import { isAdapterWeight } from "./adapters";
import { type Examples, elapsed, exampleBatch } from "./examples";
import type { Head, Target } from "./head";
import { ELAPSED_WIDTH, encodeElapsed, isHeadWeight, type Known, scoreHeads } from "./heads";

/** Examples and what is known of them. */
export interface ExampleSet {
  events: Pick<EventFields, "events" | "times">;
  examples: Examples;
  /** More about each user as of the moment, finite and of about size 1, [examples × width]. */
  features?: { values: Float32Array; width: number };
}

/**
 * What learns: all weights; the heads alone, on a frozen network; or the heads and the network's adapters (see
 * `addAdapters`).
 */
export type FineTuneMode = "full" | "frozen" | "adapters";

/** Settings of {@link fineTuneTask}. */
export interface FineTuneOptions {
  seed: number | string;
  mode?: FineTuneMode;
  /** Examples in a batch. Default 256. */
  batch?: number;
  /** Dropout in the heads' hidden layer. Default 0.2. */
  dropout?: number;
  validate?: Task<FineTuneBatch>["validate"];
  signal?: AbortSignal;
}

/** Some examples, and their events or what a frozen network makes of them. */
export interface FineTuneBatch {
  rows: Int32Array;
  events?: SequenceBatch;
}

/**
 * Learning from examples with one head or several together: the sum of their losses, each times its weight. Put heads on
 * first, with `addHeads`. A frozen network is gone through once, before training: each step then costs what its heads cost.
 */
export async function fineTuneTask(
  model: SequenceModel,
  set: ExampleSet,
  targets: readonly Target[],
  options: FineTuneOptions,
): Promise<Task<FineTuneBatch>> {
  const { mode = "full", batch = 256, dropout = 0.2 } = options;
  const { parameters, shape } = model;
  for (const { name } of targets) parameter(parameters, `head.${name}.weight`);
  if (mode === "adapters" && ![...parameters.keys()].some(isAdapterWeight))
    throw new InputError("the network has no adapters to learn", { place: "mode", remedy: "Add some: addAdapters." });
  const { examples } = set;
  const count = examples.users.length;
  const waves = encodeElapsed(elapsed(set.events, examples));
  const lengths = examples.ends.map((end, row) => Math.min(end - examples.starts[row], shape.length));
  const all = Int32Array.from(lengths.keys());
  const frozen = mode === "frozen" ? await lastRows(model, set, options) : undefined;
  const random = createRandom(options.seed).fork("fine-tuning");
  return {
    parameters: frozen ? only(parameters, isHeadWeight) : parameters,
    trainable: mode === "adapters" ? (name) => isHeadWeight(name) || isAdapterWeight(name) : undefined,
    batchCount: Math.ceil(count / batch),
    *batches(epoch) {
      for (const rows of bucket(lengths, all, batch, random.fork(epoch)))
        yield frozen
          ? { rows }
          : { rows, events: exampleBatch(set.events.events.fields, examples, rows, shape.length) };
    },
    loss({ rows, events }, noise) {
      const last = events ? model.last(events, noise) : rowsOf(frozen as Float32Array, rows, shape.width);
      return lossOf(known(last, rows), rows, noise);
    },
    validate: options.validate,
  };

  function known(last: tf.Tensor2D, rows: Int32Array): Known {
    const { features } = set;
    return {
      last,
      elapsed: rowsOf(waves, rows, ELAPSED_WIDTH),
      features: features && rowsOf(features.values, rows, features.width),
    };
  }

  function lossOf(input: Known, rows: Int32Array, noise: Noise): tf.Scalar {
    const scores = scoreHeads(model, targets, input, dropout, noise);
    const losses = targets.map(({ loss, weight }, at) => tf.mul(loss(scores[at], rows), weight));
    return (losses.length === 1 ? losses[0] : tf.addN(losses)) as tf.Scalar;
  }
}

/** Settings of {@link predictHeads} and {@link lastRows}. */
export interface PassOptions {
  /** Examples in a batch. Default 256. */
  batch?: number;
  signal?: AbortSignal;
}

/** What heads foretell of examples, in their order. Throws InputError where a head isn't on the network. */
export async function predictHeads<Heads extends Readonly<Record<string, Head<never, unknown>>>>(
  model: SequenceModel,
  set: ExampleSet,
  heads: Heads,
  options: PassOptions = {},
): Promise<{ [Name in keyof Heads]: ReturnType<Heads[Name]["predict"]> }> {
  const names = Object.keys(heads) as (keyof Heads)[];
  const list = names.map((name) => heads[name]);
  const count = set.examples.users.length;
  const scores = list.map(({ outputs }) => new Float32Array(count * outputs));
  const waves = encodeElapsed(elapsed(set.events, set.examples));
  await eachBatch(model, set, options, async (events, rows) => {
    const given = tf.tidy(() =>
      scoreHeads(model, list, {
        last: model.last(events),
        elapsed: rowsOf(waves, rows, ELAPSED_WIDTH),
        features: set.features && rowsOf(set.features.values, rows, set.features.width),
      }),
    );
    for (const [at, tensor] of given.entries()) {
      spread(await tensor.data(), rows, scores[at], list[at].outputs);
      tensor.dispose();
    }
  });
  const predictions = names.map((name, at) => [name, list[at].predict(scores[at])]);
  return Object.fromEntries(predictions) as { [Name in keyof Heads]: ReturnType<Heads[Name]["predict"]> };
}

/** What a network makes of each example's last event, [examples × width]. */
export async function lastRows(
  model: SequenceModel,
  set: ExampleSet,
  options: PassOptions = {},
): Promise<Float32Array> {
  const { width } = model.shape;
  const found = new Float32Array(set.examples.users.length * width);
  await eachBatch(model, set, options, async (events, rows) => {
    const last = tf.tidy(() => model.last(events));
    spread(await last.data(), rows, found, width);
    last.dispose();
  });
  return found;
}

/** Goes through all examples, those of like length together. */
async function eachBatch(
  { shape }: SequenceModel,
  { events, examples }: ExampleSet,
  { batch = 256, signal }: PassOptions,
  visit: (events: SequenceBatch, rows: Int32Array) => Promise<void>,
): Promise<void> {
  const { starts, ends } = examples;
  const order = Int32Array.from(starts.keys()).sort((a, b) => ends[a] - starts[a] - (ends[b] - starts[b]));
  for (let at = 0; at < order.length; at += batch) {
    throwIfAborted(signal, "the pass over the examples");
    const rows = order.slice(at, at + batch);
    await visit(exampleBatch(events.events.fields, examples, rows, shape.length), rows);
  }
}

/** Rows of a table as a tensor, [rows × width]. */
function rowsOf(table: Float32Array, rows: Int32Array, width: number): tf.Tensor2D {
  const picked = new Float32Array(rows.length * width);
  for (let at = 0; at < rows.length; at++)
    picked.set(table.subarray(rows[at] * width, (rows[at] + 1) * width), at * width);
  return tf.tensor2d(picked, [rows.length, width]);
}

/** Puts a batch's rows where they belong. */
function spread(values: ArrayLike<number>, rows: Int32Array, table: Float32Array, width: number): void {
  const from = values as Float32Array;
  for (let at = 0; at < rows.length; at++) table.set(from.subarray(at * width, (at + 1) * width), rows[at] * width);
}

function only(parameters: Parameters, chosen: (name: string) => boolean): Parameters {
  return new Map([...parameters].filter(([name]) => chosen(name)));
}
