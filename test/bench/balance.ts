import { type Actor, returnsOf } from "../../lib/strategy/agents/returns";
import { CartPole } from "../../lib/strategy/control/cart-pole";

/** The mean of CartPole-v1's return over episodes in which an agent acts greedily. */
export function balance(agent: Actor, episodes: number, seed: number | string): number {
  return returnsOf(new CartPole(), agent, { episodes, seed }).reduce((sum, steps) => sum + steps / episodes, 0);
}
