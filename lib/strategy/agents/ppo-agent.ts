import { DataError } from "../../errors";
import { maskedSoftmax } from "./masked-softmax";
import { type Encoding, type EncodingDocument, loadEncoding } from "./network/encoding";
import { Network, type NetworkDocument } from "./network/network";

/** A saved {@link PpoAgent}: plain JSON. */
export interface PpoDocument {
  kind: "ppo";
  encoding: EncodingDocument;
  rewardScale: number;
  policy: NetworkDocument;
  value: NetworkDocument;
}

/** What `ppo` learned. */
export interface PpoAgent {
  /** The allowed action of highest chance; microseconds. */
  act(observation: ArrayLike<number>, mask: Uint8Array): number;
  /** Each action's chance, 0 for forbidden ones: [actions]; overwritten by the next call. */
  chances(observation: ArrayLike<number>, mask: Uint8Array): Float64Array;
  /** Value of a state in the environment's unit. */
  value(observation: ArrayLike<number>): number;
  save(): PpoDocument;
}

/** The agent that {@link PpoAgent.save} wrote. Throws {@link DataError} where the document's parts don't fit together. */
export function loadPpo(document: PpoDocument): PpoAgent {
  const policy = Network.from(document.policy);
  const value = Network.from(document.value);
  const encoding = loadEncoding(document.encoding);
  const { kind, rewardScale } = document;
  const fits =
    kind === "ppo" &&
    encoding.size === policy.sizes[0] &&
    encoding.size === value.sizes[0] &&
    value.sizes[value.sizes.length - 1] === 1 &&
    Number.isFinite(rewardScale) &&
    rewardScale > 0;
  if (!fits)
    throw new DataError("the parts of the saved PPO agent don't fit together", {
      value: { kind, rewardScale, inputs: encoding.size, policy: policy.sizes, value: value.sizes },
      place: "document",
      remedy: "Give it what save() of such an agent wrote, whole.",
    });
  return ppoAgent(policy, value, encoding, rewardScale);
}

/** An agent of these parts; it acts by the networks' parameters as they are when it is asked. */
export function ppoAgent(policy: Network, value: Network, encoding: Encoding, rewardScale: number): PpoAgent {
  const input = new Float64Array(encoding.size);
  const chances = new Float64Array(policy.sizes[policy.sizes.length - 1]);
  const agent: PpoAgent = {
    act(observation, mask) {
      agent.chances(observation, mask);
      return chances.reduce((best, chance, action) => (chance > chances[best] ? action : best), 0);
    },
    chances(observation, mask) {
      encoding.write(observation, input, 0);
      maskedSoftmax(policy.forward(input, 1), 0, mask, 0, chances);
      return chances;
    },
    value(observation) {
      encoding.write(observation, input, 0);
      return value.forward(input, 1)[0] / rewardScale;
    },
    save: () => ({
      ...{ kind: "ppo", encoding: encoding.save(), rewardScale },
      ...{ policy: policy.save(), value: value.save() },
    }),
  };
  return agent;
}
