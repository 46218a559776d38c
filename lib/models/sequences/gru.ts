import { requireInteger, requireNumber } from "../../errors";
import { createRandom } from "../../random";
import { addDense, dense } from "../layers/dense";
import { addGru, gru } from "../layers/gru";
import { dropout } from "../layers/noise";
import { glorot, type Parameters } from "../parameters";
import {
  addEventEmbeddings,
  checkEventShape,
  type EventShape,
  embedEvents,
  eventShape,
  pickLast,
  type SequenceModel,
} from "./model";

/** The shape of a {@link createGruModel}. */
export interface GruShape extends EventShape {
  /** Numbers in a layer's state. */
  hidden: number;
  layers: number;
  /** Chance of dropout on what goes into each layer and out of the last, in [0, 1). */
  dropout: number;
}

/** A GRU over the events of a user. */
export interface GruModel extends SequenceModel {
  readonly shape: GruShape;
}

/** A sensible shape for some items; change what you like. */
export function gruShape(itemCount: number, changes: Partial<GruShape> = {}): GruShape {
  return { ...eventShape(itemCount), hidden: 128, layers: 1, dropout: 0.2, ...changes };
}

/**
 * GRU4Rec (Hidasi et al. 2016): the embeddings of an event's fields, summed, through gated recurrent units, and a dense
 * layer back to the embeddings' width. It looks backwards only.
 *
 * Differs from the paper: the output layer shares the items' embeddings, and with `nextItemTask` every item is a negative, where
 * the paper samples the batch's others.
 */
export function createGruModel(shape: GruShape, seed: number | string): GruModel {
  checkEventShape(shape);
  requireInteger(shape.hidden, "hidden", 1);
  requireInteger(shape.layers, "layers", 1);
  requireNumber(shape.dropout, "dropout", 0, 0.999);
  const { width, hidden, layers } = shape;
  const random = createRandom(seed).fork("GRU");
  const parameters: Parameters = new Map();
  addEventEmbeddings(parameters, shape, random);
  for (let layer = 0; layer < layers; layer++)
    addGru(parameters, `gru.${layer}`, [layer === 0 ? width : hidden, hidden], random.fork(layer));
  addDense(parameters, "output", [hidden, width], glorot(random.fork("output")));
  const model: GruModel = {
    kind: "GRU",
    shape,
    parameters,
    states(events, noise) {
      let flow = dropout(embedEvents(parameters, shape, events), shape.dropout, noise);
      for (let layer = 0; layer < layers; layer++)
        flow = dropout(gru(flow, parameters, `gru.${layer}`, events), shape.dropout, noise);
      return dense(flow, parameters, "output");
    },
    last: (events, noise) => pickLast(model.states(events, noise), events),
  };
  return model;
}
