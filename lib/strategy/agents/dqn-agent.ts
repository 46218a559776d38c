import { DataError } from "../../errors";
import { type Encoding, type EncodingDocument, loadEncoding } from "./network/encoding";
import { Network, type NetworkDocument } from "./network/network";

/** A saved {@link DqnAgent}: plain JSON. */
export interface DqnDocument {
  kind: "dqn";
  encoding: EncodingDocument;
  actions: number;
  duelling: boolean;
  rewardScale: number;
  network: NetworkDocument;
}

/** What `dqn` learned. */
export interface DqnAgent {
  /** The allowed action of highest value; microseconds. */
  act(observation: ArrayLike<number>, mask: Uint8Array): number;
  /** Q in the environment's unit, [actions]; overwritten by the next call. */
  values(observation: ArrayLike<number>): Float64Array;
  save(): DqnDocument;
}

/** The agent that {@link DqnAgent.save} wrote. Throws {@link DataError} where the document's parts don't fit together. */
export function loadDqn(document: DqnDocument): DqnAgent {
  const network = Network.from(document.network);
  const encoding = loadEncoding(document.encoding);
  const { kind, actions, duelling, rewardScale } = document;
  const outputs = network.sizes[network.sizes.length - 1];
  const fits =
    kind === "dqn" &&
    encoding.size === network.sizes[0] &&
    typeof duelling === "boolean" &&
    outputs === actions + (duelling ? 1 : 0) &&
    Number.isFinite(rewardScale) &&
    rewardScale > 0;
  if (!fits)
    throw new DataError("the parts of the saved DQN agent don't fit together", {
      value: { kind, actions, duelling, rewardScale, inputs: encoding.size, sizes: network.sizes },
      place: "document",
      remedy: "Give it what save() of such an agent wrote, whole.",
    });
  return dqnAgent(network, encoding, { actions, duelling, rewardScale });
}

/** An agent of these parts; it acts by the network's parameters as they are when it is asked. */
export function dqnAgent(
  network: Network,
  encoding: Encoding,
  settings: { actions: number; duelling: boolean; rewardScale: number },
): DqnAgent {
  const { actions, duelling, rewardScale } = settings;
  const input = new Float64Array(encoding.size);
  const values = new Float64Array(actions);
  const q = new Duel(actions, duelling);
  return {
    act(observation, mask) {
      encoding.write(observation, input, 0);
      return q.best(network.forward(input, 1), 0, mask, 0);
    },
    values(observation) {
      encoding.write(observation, input, 0);
      const outputs = network.forward(input, 1);
      for (let action = 0; action < actions; action++) values[action] = q.value(outputs, 0, action) / rewardScale;
      return values;
    },
    save: () => ({
      ...{ kind: "dqn", encoding: encoding.save(), actions, duelling, rewardScale },
      network: network.save(),
    }),
  };
}

/** Reads Q from outputs: Q = A, or for a duelling network, whose last output is V, Q = V + A − mean A. */
export class Duel {
  private readonly width: number;
  constructor(
    private readonly actions: number,
    private readonly duelling: boolean,
  ) {
    this.width = actions + (duelling ? 1 : 0);
  }

  value(outputs: Float64Array, row: number, action: number): number {
    const first = row * this.width;
    if (!this.duelling) return outputs[first + action];
    let sum = 0;
    for (let i = 0; i < this.actions; i++) sum += outputs[first + i];
    return outputs[first + this.actions] + outputs[first + action] - sum / this.actions;
  }

  /** V and mean A are the same for all actions, so the highest A has the highest Q. */
  best(outputs: Float64Array, row: number, masks: Uint8Array, mask: number): number {
    const first = row * this.width;
    let best = -1;
    for (let i = 0; i < this.actions; i++)
      if (masks[mask + i] === 1 && (best < 0 || outputs[first + i] > outputs[first + best])) best = i;
    return Math.max(0, best);
  }

  addSlope(slopes: Float64Array, row: number, action: number, slope: number): void {
    const first = row * this.width;
    slopes[first + action] += slope;
    if (!this.duelling) return;
    for (let i = 0; i < this.actions; i++) slopes[first + i] -= slope / this.actions;
    slopes[first + this.actions] += slope;
  }
}
