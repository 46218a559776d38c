import { tf } from "../../backend/index";
import { InputError, requireInteger, requireNumber } from "../../errors";
import type { Random } from "../../random";
import { type Activation, activate } from "../layers/activation";
import { type AttentionOptions, attend } from "../layers/attention";
import { addDense, dense } from "../layers/dense";
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
  for (let block = 0; block < shape.blocks; block++) {
    const name = `${prefix}block.${block}.`;
    flow = part(flow, `${name}attention.norm`, (rows) =>
      dense(
        attend(dense(rows, parameters, `${name}attention.input`), { ...shape, ...call }),
        parameters,
        `${name}attention.output`,
      ),
    );
    flow = part(flow, `${name}feed.norm`, (rows) =>
      dense(activate(dense(rows, parameters, `${name}feed.input`), shape.activation), parameters, `${name}feed.output`),
    );
  }
  return shape.norm === "before" ? normalise(flow, parameters, `${prefix}norm`, shape.epsilon) : flow;

  function part(rows: tf.Tensor2D, norm: string, layer: (rows: tf.Tensor2D) => tf.Tensor2D): tf.Tensor2D {
    const before = shape.norm === "before" ? normalise(rows, parameters, norm, shape.epsilon) : rows;
    const sum = tf.add(rows, dropout(layer(before), shape.dropout, call.noise)) as tf.Tensor2D;
    return shape.norm === "before" ? sum : normalise(sum, parameters, norm, shape.epsilon);
  }
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
