import { tf } from "../../backend/index";
import { InputError, requireInteger, requireNumber } from "../../errors";
import type { Random } from "../../random";
import type { Activation } from "../layers/activation";
import { type AttentionOptions, attend, attendOne, attentionOf } from "../layers/attention";
import { addDense, dense, denseColumns } from "../layers/dense";
import { feedForward } from "../layers/feed-forward";
import { layerNorm } from "../layers/layer-norm";
import { dropout, type Noise } from "../layers/noise";
import { addParameter, constant, type Parameters, parameter, truncatedNormal } from "../parameters";

/** The shape of a stack of transformer blocks. */
export interface EncoderShape {
  width: number;
  heads: number;
  blocks: number;
  /** Width of the feed-forward layers. */
  inner: number;
  activation: Activation;
  /** Where rows are normalised: before each part (GPT, SASRec) or after its sum with what went in (BERT). */
  norm: "before" | "after";
  /** Chance of dropout after each part and in attention, in [0, 1). */
  dropout: number;
  /** A position sees only those before it. */
  causal: boolean;
  /** Added to variances. Default 1e-5; BERT has 1e-12. */
  epsilon?: number;
}

/** What one call is about: its shape, and the noise of training. */
export type EncoderCall = Pick<AttentionOptions, "batch" | "length" | "padding" | "noise">;

/** Throws InputError for a shape that can't be built. */
export function checkEncoderShape(shape: EncoderShape): EncoderShape {
  for (const name of ["width", "heads", "blocks", "inner"] as const) requireInteger(shape[name], name, 1);
  requireNumber(shape.dropout, "dropout", 0, 0.999);
  if (shape.width % shape.heads !== 0)
    throw new InputError("the width of a model is a multiple of its heads", {
      value: [shape.width, shape.heads],
      place: "heads",
    });
  return shape;
}

/** Adds the weights of a stack: `${prefix}block.N.…`, and with norm "before" a last `${prefix}norm`. */
export function addEncoder(parameters: Parameters, prefix: string, shape: EncoderShape, random: Random): void {
  const { width, inner, blocks, norm } = checkEncoderShape(shape);
  const start = truncatedNormal(random, 0.02);
  for (let block = 0; block < blocks; block++) {
    const name = `${prefix}block.${block}.`;
    addDense(parameters, `${name}attention.input`, [width, 3 * width], start);
    addDense(parameters, `${name}attention.output`, [width, width], start);
    addNorm(parameters, `${name}attention.norm`, width);
    addDense(parameters, `${name}feed.input`, [width, inner], start);
    addDense(parameters, `${name}feed.output`, [inner, width], start);
    addNorm(parameters, `${name}feed.norm`, width);
  }
  if (norm === "before") addNorm(parameters, `${prefix}norm`, width);
}

/**
 * Runs a stack of transformer blocks (Vaswani et al. 2017).
 *
 * @param x [batch · length × width]
 * @returns the same shape
 */
export function encode(
  x: tf.Tensor2D,
  parameters: Parameters,
  prefix: string,
  shape: EncoderShape,
  call: EncoderCall,
): tf.Tensor2D {
  let flow = x;
  for (let block = 0; block < shape.blocks; block++) flow = wholeBlock(flow, parameters, prefix, shape, call, block);
  return finish(flow, parameters, prefix, shape);
}

/**
 * {@link encode} for one place of each sequence, behind which there is only what `padding` hides: the last block then
 * makes keys and values of every place, and everything else of that one alone, which is nearly half of the work in a
 * stack of two.
 *
 * @param rows the places' rows in [batch · length], one for each sequence
 * @returns [batch × width]
 */
export function encodeAt(
  x: tf.Tensor2D,
  parameters: Parameters,
  prefix: string,
  shape: EncoderShape,
  call: EncoderCall,
  rows: Int32Array,
): tf.Tensor2D {
  let flow = x;
  const last = shape.blocks - 1;
  // Where no event looks forwards, what is behind the last place needs no mask but in the last block, which takes all.
  const before = shape.causal ? { ...call, padding: undefined } : call;
  for (let block = 0; block < last; block++) flow = wholeBlock(flow, parameters, prefix, shape, before, block);
  const name = `${prefix}block.${last}.`;
  const { width, norm, epsilon } = shape;
  const places = tf.tensor1d(rows, "int32");
  const seen = norm === "before" ? normalise(flow, parameters, `${name}attention.norm`, epsilon) : flow;
  const queries = denseColumns(tf.gather(seen, places) as tf.Tensor2D, parameters, `${name}attention.input`, 0, width);
  const others = denseColumns(seen, parameters, `${name}attention.input`, width, 2 * width);
  const attended = attendOne(queries, others, { ...shape, ...call });
  const mixed = add(tf.gather(flow, places) as tf.Tensor2D, parameters, `${name}attention.norm`, shape, call, () =>
    dense(attended, parameters, `${name}attention.output`),
  );
  return finish(feed(mixed, parameters, name, shape, call), parameters, prefix, shape);
}

/**
 * How much each place looks at each other in a block of {@link encode}.
 *
 * @returns [batch × heads × length × length], each row summing to 1
 */
export function attentionAt(
  x: tf.Tensor2D,
  parameters: Parameters,
  prefix: string,
  shape: EncoderShape,
  call: EncoderCall,
  block: number,
): tf.Tensor4D {
  let flow = x;
  for (let before = 0; before < block; before++) flow = wholeBlock(flow, parameters, prefix, shape, call, before);
  const name = `${prefix}block.${block}.attention`;
  const seen = shape.norm === "before" ? normalise(flow, parameters, `${name}.norm`, shape.epsilon) : flow;
  return attentionOf(dense(seen, parameters, `${name}.input`), { ...shape, ...call });
}

type Rows = tf.Tensor2D;

function wholeBlock(
  flow: Rows,
  parameters: Parameters,
  prefix: string,
  shape: EncoderShape,
  call: EncoderCall,
  block: number,
): Rows {
  const name = `${prefix}block.${block}.`;
  const mixed = add(flow, parameters, `${name}attention.norm`, shape, call, (rows) =>
    dense(
      attend(dense(rows, parameters, `${name}attention.input`), { ...shape, ...call }),
      parameters,
      `${name}attention.output`,
    ),
  );
  return feed(mixed, parameters, name, shape, call);
}

/** A block's second part, row by row. */
function feed(flow: Rows, parameters: Parameters, name: string, shape: EncoderShape, call: EncoderCall): Rows {
  return add(flow, parameters, `${name}feed.norm`, shape, call, (rows) =>
    feedForward(rows, parameters, `${name}feed`, shape.activation),
  );
}

/** What goes in and what a layer makes of it, summed; normalised before the layer or after the sum. */
function add(
  rows: Rows,
  parameters: Parameters,
  norm: string,
  shape: EncoderShape,
  call: EncoderCall,
  layer: (rows: Rows) => Rows,
): Rows {
  const before = shape.norm === "before" ? normalise(rows, parameters, norm, shape.epsilon) : rows;
  const sum = tf.add(rows, dropout(layer(before), shape.dropout, call.noise)) as Rows;
  return shape.norm === "before" ? sum : normalise(sum, parameters, norm, shape.epsilon);
}

function finish(flow: Rows, parameters: Parameters, prefix: string, shape: EncoderShape): Rows {
  return shape.norm === "before" ? normalise(flow, parameters, `${prefix}norm`, shape.epsilon) : flow;
}

/** Adds `${name}.scale` (1) and `${name}.shift` (0), [width] each. */
export function addNorm(parameters: Parameters, name: string, width: number): void {
  addParameter(parameters, `${name}.scale`, [width], constant(1));
  addParameter(parameters, `${name}.shift`, [width], constant(0));
}

/** Layer normalisation with the weights of {@link addNorm}. */
export function normalise(x: tf.Tensor2D, parameters: Parameters, name: string, epsilon?: number): tf.Tensor2D {
  const scale = parameter(parameters, `${name}.scale`) as tf.Tensor as tf.Tensor1D;
  return layerNorm(x, scale, parameter(parameters, `${name}.shift`) as tf.Tensor as tf.Tensor1D, epsilon);
}

/** Noise for {@link EncoderCall}, re-exported where models are put together. */
export type { Noise };
