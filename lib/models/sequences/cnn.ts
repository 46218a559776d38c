import { tf } from "../../backend/index";
import { requireInteger, requireNumber } from "../../errors";
import { createRandom } from "../../random";
import { gelu } from "../layers/activation";
import { addConv1d, conv1d } from "../layers/conv1d";
import { addDense, dense } from "../layers/dense";
import { dropout } from "../layers/noise";
import { eventMask } from "../layers/padding";
import { glorot, type Parameters } from "../parameters";
import { addNorm, normalise } from "../transformer/encoder";
import {
  addEventEmbeddings,
  checkEventShape,
  type EventShape,
  embedEvents,
  eventShape,
  pickLast,
  type SequenceModel,
} from "./model";

/** The shape of a {@link createCnnModel}. */
export interface CnnShape extends EventShape {
  /** Places in each convolution's window. */
  kernel: number;
  /** Distance of the places in each block's window; as many blocks as there are numbers. */
  dilations: number[];
  /** Chance of dropout on the embeddings and after each block, in [0, 1). */
  dropout: number;
  /** An event's row doesn't see those after it. */
  causal: boolean;
}

/** A convolutional network over the events of a user. */
export interface CnnModel extends SequenceModel {
  readonly shape: CnnShape;
}

/** A sensible shape for some items, whose last row sees 46 events; change what you like. */
export function cnnShape(itemCount: number, changes: Partial<CnnShape> = {}): CnnShape {
  return { ...eventShape(itemCount), kernel: 4, dilations: [1, 2, 4, 8], dropout: 0.2, causal: true, ...changes };
}

/** How many events a row sees: 1 + (kernel − 1) · Σ dilations. */
export function receptiveField({ kernel, dilations }: Pick<CnnShape, "kernel" | "dilations">): number {
  return 1 + (kernel - 1) * dilations.reduce((sum, dilation) => sum + dilation, 0);
}

/**
 * A stack of dilated convolutions with shortcuts, as NextItNet (Yuan et al. 2019) and temporal convolutional networks (Bai et
 * al. 2018) have it: the embeddings of an event's fields, summed, and in each block
 *
 *   x ← x + dense(gelu(conv(norm(x)))).
 *
 * Differs from NextItNet: one convolution a block and not two, layer norm before it, and no masks drawn by hand: padding comes last.
 */
export function createCnnModel(shape: CnnShape, seed: number | string): CnnModel {
  checkEventShape(shape);
  requireInteger(shape.kernel, "kernel", 1);
  requireInteger(shape.dilations.length, "dilations.length", 1);
  for (const [block, dilation] of shape.dilations.entries()) requireInteger(dilation, `dilations[${block}]`, 1);
  requireNumber(shape.dropout, "dropout", 0, 0.999);
  const { width, kernel, dilations, causal } = shape;
  const random = createRandom(seed).fork("CNN");
  const parameters: Parameters = new Map();
  addEventEmbeddings(parameters, shape, random);
  for (const block of dilations.keys()) {
    const name = `block.${block}`;
    addNorm(parameters, `${name}.norm`, width);
    addConv1d(parameters, `${name}.conv`, { inputs: width, outputs: width, kernel }, glorot(random.fork(name)));
    addDense(parameters, `${name}.output`, [width, width], glorot(random.fork(`${name}.output`)));
  }
  addNorm(parameters, "norm", width);
  const model: CnnModel = {
    kind: "CNN",
    shape,
    parameters,
    states(events, noise) {
      const mask = causal ? undefined : eventMask(events);
      let flow = dropout(embedEvents(parameters, shape, events), shape.dropout, noise);
      for (const [block, dilation] of dilations.entries()) {
        const name = `block.${block}`;
        const seen = normalise(flow, parameters, `${name}.norm`);
        const { batch, length } = events;
        const options = { batch, length, kernel, dilation, causal };
        const found = gelu(conv1d(mask ? tf.mul(seen, mask) : seen, parameters, `${name}.conv`, options));
        flow = tf.add(flow, dropout(dense(found, parameters, `${name}.output`), shape.dropout, noise));
      }
      return normalise(flow, parameters, "norm");
    },
    last: (events, noise) => pickLast(model.states(events, noise), events),
  };
  return model;
}
