import { DataError } from "../../../errors";
import type { Actor, StepPolicy } from "../../logs/step-policy";
import { maskedSoftmax } from "../masked-softmax";
import { type Encoding, type EncodingDocument, loadEncoding } from "../network/encoding";
import type { Network, NetworkDocument } from "../network/network";
import { bestAllowed, loadNetwork } from "./value-agent";

/** A saved {@link PolicyAgent}: plain JSON. */
export interface PolicyDocument {
  kind: "behaviour-cloning" | "implicit-q";
  encoding: EncodingDocument;
  actions: number;
  network: NetworkDocument;
}

/** An agent that gives every action a chance. */
export interface PolicyAgent extends Actor, StepPolicy {
  /** The likeliest allowed action; microseconds. */
  act(observation: ArrayLike<number>, mask: Uint8Array): number;
  save(): PolicyDocument;
}

/** The {@link PolicyAgent} of a network whose outputs are logits. */
export function policyAgent(...[kind, network, encoding]: [PolicyDocument["kind"], Network, Encoding]): PolicyAgent {
  const actions = network.sizes[network.sizes.length - 1];
  const input = new Float64Array(encoding.size);
  const forward = (observation: ArrayLike<number>) => {
    encoding.write(observation, input, 0);
    return network.forward(input, 1);
  };
  return {
    act: (observation, mask) => bestAllowed(forward(observation), 0, mask, 0, actions),
    probabilities(observation, mask, into) {
      maskedSoftmax(forward(observation), 0, mask, 0, into);
    },
    save: () => ({ kind, encoding: encoding.save(), actions, network: network.save() }),
  };
}

/** The agent that {@link PolicyAgent.save} wrote. Throws {@link DataError} where the document's parts don't fit together. */
export function loadPolicyAgent(document: PolicyDocument): PolicyAgent {
  const { kind } = document;
  if (kind !== "behaviour-cloning" && kind !== "implicit-q")
    throw new DataError("this document is not an agent of chances", { value: kind, place: "document.kind" });
  return policyAgent(kind, loadNetwork(document.network), loadEncoding(document.encoding));
}
