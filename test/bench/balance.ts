import { CartPole } from "../../lib/strategy/control/cart-pole";

/** What acts on an observation. */
export interface Actor {
  act(observation: ArrayLike<number>, mask: Uint8Array): number;
}

/** The mean of CartPole-v1's return over episodes in which an agent acts greedily. */
export function balance(agent: Actor, episodes: number, seed: number | string): number {
  const cart = new CartPole(seed);
  let steps = 0;
  for (let episode = 0; episode < episodes; episode++) {
    let { observation, info } = cart.reset();
    for (let ended = false; !ended; steps++) {
      const step = cart.step(agent.act(observation, info.actionMask));
      ({ observation, info } = step);
      ended = step.terminated || step.truncated;
    }
  }
  return steps / episodes;
}
