import { requireNumber } from "../../errors";
import type { Sale } from "../market/sale";
import type { SalePolicy } from "../policy";

/** What picks one allowed action for an observation. */
export interface Actor {
  act(observation: ArrayLike<number>, mask: Uint8Array): number;
}

/** What gives every allowed action a chance. */
export interface StepPolicy {
  /** Writes the chances, which sum to 1 and are 0 where the mask is: [actions]. */
  probabilities(observation: ArrayLike<number>, mask: Uint8Array, into: Float64Array): void;
}

/** A rule for a sale as an {@link Actor} on the observations of its environment. */
export function saleActor(sale: Sale, policy: SalePolicy): Actor {
  return {
    act: (observation) => policy(observation[0], observation[1], sale.memory > 1 ? observation[2] : 0),
  };
}

/**
 * What an actor does, save that with chance ε it takes any allowed action, all alike: so the action of its own choice has
 * the propensity 1 − ε + ε / allowed, every other ε / allowed. With ε = 0 it is the actor itself.
 */
export function exploring(actor: Actor, epsilon: number): StepPolicy {
  requireNumber(epsilon, "epsilon", 0, 1);
  return {
    probabilities(observation, mask, into) {
      let allowed = 0;
      for (let action = 0; action < mask.length; action++) allowed += mask[action];
      for (let action = 0; action < mask.length; action++) into[action] = (mask[action] * epsilon) / allowed;
      into[actor.act(observation, mask)] += 1 - epsilon;
    },
  };
}

/** An actor as a {@link StepPolicy}: all the chance on its action. */
export function deterministic(actor: Actor): StepPolicy {
  return exploring(actor, 0);
}
