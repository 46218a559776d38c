import { tf } from "../../backend/index";
import { InputError, requireInteger } from "../../errors";
import { createRandom } from "../../random";
import { gelu } from "../layers/activation";
import { addDense, dense } from "../layers/dense";
import { dropout, type Noise } from "../layers/noise";
import { encodeIntervals } from "../layers/time-encoding";
import { addParameter, glorot, parameter, truncatedNormal } from "../parameters";
import type { SequenceModel } from "../sequences/model";
import type { Head, Target } from "./head";

/** How heads are put onto a network. */
export interface HeadsOptions {
  seed: number | string;
  /** Numbers known of each user beside the events, such as features as of the moment. Default 0. */
  features?: number;
  /** Numbers in a layer between what is known and the heads, beside the direct way. 0: none. Default 64. */
  hidden?: number;
}

/** Numbers that the time since the last event is told in. */
export const ELAPSED_WIDTH = 16;

/** What one call of {@link scoreHeads} is given: of each user a row. */
export interface Known {
  /** The network's last row, [rows × width]. */
  last: tf.Tensor2D;
  /** Time since the last event as {@link encodeElapsed} has it, [rows × ELAPSED_WIDTH]. */
  elapsed: tf.Tensor2D;
  /** [rows × features] */
  features?: tf.Tensor2D;
}

/** Whether a weight is one of the heads'. */
export const isHeadWeight = (name: string): boolean => name.startsWith("head.");

/** Time from each user's last event to the moment, in waves: what a network over events doesn't see. */
export function encodeElapsed(seconds: ArrayLike<number>): Float32Array {
  return encodeIntervals(seconds, { width: ELAPSED_WIDTH });
}

/**
 * Puts heads onto a network: what is known of a user (the last event's row, the time since, features) goes straight and
 * through a hidden layer into each head, a wide and a deep way side by side (Cheng et al. 2016). Their weights join the
 * network's under `head.…`. A head's bias starts at what suits everybody alike, the rest small, so that training begins
 * about where a model without features ends. Throws InputError where the network has heads already.
 */
export function addHeads(model: SequenceModel, targets: readonly Target[], options: HeadsOptions): void {
  const { features = 0, hidden = 64 } = options;
  requireInteger(features, "features", 0);
  requireInteger(hidden, "hidden", 0);
  if (targets.length === 0) throw new InputError("there is at least one head", { place: "targets" });
  const { parameters } = model;
  const random = createRandom(options.seed).fork("heads");
  const inputs = model.shape.width + ELAPSED_WIDTH + features;
  if (hidden > 0) addDense(parameters, "head.hidden", [inputs, hidden], glorot(random.fork("hidden")));
  for (const { name, outputs, start } of targets) {
    const small = truncatedNormal(random.fork(name), 0.02);
    addParameter(parameters, `head.${name}.weight`, [inputs + hidden, outputs], small);
    addParameter(parameters, `head.${name}.bias`, [outputs], start);
  }
}

/** Takes a network's heads away, so that it can get others. */
export function removeHeads({ parameters }: SequenceModel): void {
  for (const name of [...parameters.keys()].filter(isHeadWeight)) {
    parameter(parameters, name).dispose();
    parameters.delete(name);
  }
}

/** The scores of each head, [rows × outputs], in the order of `heads`. */
export function scoreHeads(
  { parameters }: Pick<SequenceModel, "parameters">,
  heads: readonly Pick<Head<never, unknown>, "name">[],
  { last, elapsed, features }: Known,
  rate = 0,
  noise?: Noise,
): tf.Tensor2D[] {
  const known = tf.concat(features ? [last, elapsed, features] : [last, elapsed], 1) as tf.Tensor2D;
  const hidden = parameters.has("head.hidden.weight")
    ? [dropout(gelu(dense(known, parameters, "head.hidden")), rate, noise)]
    : [];
  const rows = tf.concat([known, ...hidden], 1) as tf.Tensor2D;
  return heads.map(({ name }) => dense(rows, parameters, `head.${name}`));
}
