import { tf } from "../../backend/index";
import { requireInteger } from "../../errors";
import { createRandom } from "../../random";
import { addAdapter, addDense, dense } from "../layers/dense";
import { dropout } from "../layers/noise";
import { glorot, type Parameters } from "../parameters";
import { type Bert, meanState, tokenStates } from "./bert";
import type { TextNetwork } from "./network";

/** A pre-trained encoder that has learned, or will learn, to label texts. */
export interface BertClassifier extends TextNetwork {
  /** True for the weights that are the classifier's own: adapters and the labels' layer. */
  isOwn(name: string): boolean;
  /** Frees the classifier's own weights; the encoder's stay. */
  dispose(): void;
}

/** Settings of {@link createBertClassifier}. */
export interface BertClassifierOptions {
  seed: number | string;
  /** Rank of the adapters; 0: none, so that the encoder stays as it is. Default 8. */
  rank?: number;
  /** Labels of each text, each 0 or 1, such as praise and several needs. Default 1. */
  labels?: number;
}

/** The dense layers of a block. */
const LAYERS = ["attention.input", "attention.output", "feed.input", "feed.output"];

/**
 * Gives an encoder a layer for labels of two values over the mean of its tokens' states, and low-rank adapters (LoRA, Hu
 * et al. 2022) in every dense layer. The encoder's weights are shared and don't change when only what `isOwn` says is
 * trained: one encoder serves several classifiers, a megabyte each. Train with `labelTask`.
 */
export function createBertClassifier(model: Bert, options: BertClassifierOptions): BertClassifier {
  const rank = requireInteger(options.rank ?? 8, "rank", 0, model.shape.width);
  const labels = requireInteger(options.labels ?? 1, "labels", 1);
  const random = createRandom(options.seed).fork("classifier");
  const parameters: Parameters = new Map(model.parameters);
  if (rank > 0)
    for (let block = 0; block < model.shape.blocks; block++)
      for (const layer of LAYERS) {
        const name = `block.${block}.${layer}`;
        addAdapter(parameters, name, rank, random.fork(name));
      }
  addDense(parameters, "label", [model.shape.width, labels], glorot(random.fork("label")));
  const isOwn = (name: string) => !model.parameters.has(name);
  return {
    parameters,
    labels,
    isOwn,
    score(texts, noise) {
      const states = tokenStates({ shape: model.shape, parameters }, texts, noise);
      const mean = dropout(meanState(states, texts), model.shape.dropout, noise);
      return tf.reshape(dense(mean, parameters, "label"), [-1]);
    },
    dispose() {
      for (const [name, variable] of parameters) if (isOwn(name)) variable.dispose();
      parameters.clear();
    },
  };
}
