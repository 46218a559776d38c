import { test } from "uvu";
import * as assert from "uvu/assert";
import { dqn } from "../../../lib/strategy/agents/dqn";
import { ppo } from "../../../lib/strategy/agents/ppo";
import type { Actor } from "../../../lib/strategy/agents/returns";
import { CartPole } from "../../../lib/strategy/control/cart-pole";
import { balance } from "../../bench/balance";
import { CART_DQN, CART_PPO } from "../../bench/settings";

// One seed each, so that a broken agent is noticed within seconds; `npm run bench -- agents` has five.
const examine = { every: 1000, enough: 495, score: (agent: Actor) => balance(agent, 20, "practice") };

test("DQN solves CartPole-v1: a mean of 475 over 100 episodes that it has never met", async () => {
  const agent = await dqn(new CartPole(), { ...CART_DQN, seed: 3, examine });
  assert.ok(balance(agent, 100, "judgement") >= 475);
});

test("PPO solves CartPole-v1: a mean of 475 over 100 episodes that it has never met", async () => {
  const agent = await ppo(() => new CartPole(), { ...CART_PPO, seed: 1, examine });
  assert.ok(balance(agent, 100, "judgement") >= 475);
});

test("what the judgement is worth: pushing always one way falls within a second", () => {
  assert.ok(balance({ act: () => 1 }, 100, "judgement") < 12);
});

test.run();
