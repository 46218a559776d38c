import { DataError } from "../../../errors";
import { createRandom } from "../../../random";
import type { Actor } from "../../logs/step-policy";
import { type Encoding, type EncodingDocument, loadEncoding } from "../network/encoding";
import { Network, type NetworkDocument } from "../network/network";

/** A saved {@link ValueAgent}: plain JSON. */
export interface ValueDocument {
  kind: "fitted-q" | "conservative-q";
  encoding: EncodingDocument;
  actions: number;
  rewardScale: number;
  network: NetworkDocument;
}

/** An agent that knows what each action is worth and takes the best. */
export interface ValueAgent<Saved = ValueDocument> extends Actor {
  /** The allowed action of highest value; microseconds. */
  act(observation: ArrayLike<number>, mask: Uint8Array): number;
  /** Q in the environment's unit, [actions]; overwritten by the next call. */
  values(observation: ArrayLike<number>): Float64Array;
  save(): Saved;
}

/** The {@link ValueAgent} of a network whose outputs are scaled values. */
export function valueAgent(
  ...[kind, network, encoding, rewardScale]: [ValueDocument["kind"], Network, Encoding, number]
): ValueAgent {
  const actions = network.sizes[network.sizes.length - 1];
  const input = new Float64Array(encoding.size);
  const values = new Float64Array(actions);
  const forward = (observation: ArrayLike<number>) => {
    encoding.write(observation, input, 0);
    return network.forward(input, 1);
  };
  return {
    act: (observation, mask) => bestAllowed(forward(observation), 0, mask, 0, actions),
    values(observation) {
      const outputs = forward(observation);
      for (let action = 0; action < actions; action++) values[action] = outputs[action] / rewardScale;
      return values;
    },
    save: () => ({ kind, encoding: encoding.save(), actions, rewardScale, network: network.save() }),
  };
}

/** The agent that {@link ValueAgent.save} wrote. Throws {@link DataError} where the document's parts don't fit together. */
export function loadValueAgent(document: ValueDocument): ValueAgent {
  const { kind, rewardScale } = document;
  if (kind !== "fitted-q" && kind !== "conservative-q")
    throw new DataError("this document is not an agent of values", { value: kind, place: "document.kind" });
  return valueAgent(kind, loadNetwork(document.network), loadEncoding(document.encoding), rewardScale);
}

/** The network of a document. Throws {@link DataError} where its parts don't fit together. */
export function loadNetwork(document: NetworkDocument): Network {
  const { sizes, activation } = document;
  const network = new Network({ sizes, activation, random: createRandom(0) });
  network.load(document);
  return network;
}

/** The allowed action of highest value, of equal ones the lowest; rows begin at `first` and `mask`. */
export function bestAllowed(
  ...[values, first, masks, mask, actions]: [Float64Array, number, Uint8Array, number, number]
): number {
  let best = -1;
  for (let action = 0; action < actions; action++)
    if (masks[mask + action] === 1 && (best < 0 || values[first + action] > values[first + best])) best = action;
  return Math.max(0, best);
}
