import { performance } from "node:perf_hooks";
import { dqn } from "../../lib/strategy/agents/dqn";
import { bestFixedDiscount } from "../../lib/strategy/agents/fixed";
import { ppo } from "../../lib/strategy/agents/ppo";
import { ruleOfThumb } from "../../lib/strategy/agents/rule-of-thumb";
import { CartPole } from "../../lib/strategy/control/cart-pole";
import type { Environment } from "../../lib/strategy/environment";
import { FlashSale } from "../../lib/strategy/market/flash-sale";
import { evaluate, solve } from "../../lib/strategy/optimum/dynamic-programming";
import { policyFromAgent } from "../../lib/strategy/policy";
import { exampleSale } from "../strategy/sales";
import { type Bench, type BenchContext, type Metric, median, metric } from "./harness";

type Agent = { act(observation: ArrayLike<number>, mask: Uint8Array): number };
type Make = () => Environment<Float64Array | Int32Array>;

/** What the figures below were reached with; the sale is undiscounted, its rewards of the order of 1. */
const SALE = {
  DQN: { steps: 40_000, discount: 1, rewardScale: 1 / 200, priority: 0, lookAhead: 1 },
  PPO: {
    ...{ steps: 200_000, discount: 1, rewardScale: 1 / 100 },
    ...{ learningRate: 0.003, horizon: 256, batch: 512, epochs: 6 },
  },
};
const CART = {
  DQN: { steps: 50_000 },
  PPO: { steps: 100_000, discount: 0.98, lambda: 0.9, learningRate: 0.0015, epochs: 10 },
};

/** Mean steps over 100 episodes of an agent that acts greedily. */
function balance(agent: Agent): number {
  const cart = new CartPole("examination");
  let steps = 0;
  for (let episode = 0; episode < 100; episode++) {
    let { observation, info } = cart.reset();
    for (let ended = false; !ended; steps++) {
      const step = cart.step(agent.act(observation, info.actionMask));
      ({ observation, info } = step);
      ended = step.terminated || step.truncated;
    }
  }
  return steps / 100;
}

async function overSeeds(
  ...[name, unit, learn, examine, { runs, log }]: [
    name: string,
    unit: string,
    learn: (seed: number) => Promise<Agent>,
    examine: (agent: Agent) => number,
    context: BenchContext,
  ]
): Promise<Metric[]> {
  const scores: number[] = [];
  const seconds: number[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const start = performance.now();
    const agent = await learn(seed);
    seconds.push((performance.now() - start) / 1000);
    scores.push(examine(agent));
    log(`${name}, seed ${seed}: ${scores[seed - 1].toFixed(4)} in ${seconds[seed - 1].toFixed(1)} s`);
  }
  return [
    metric(`${name}, worst of ${runs} seeds`, unit, "higher", Math.min(...scores), null),
    metric(`${name}, median of ${runs} seeds`, unit, "higher", median(scores), null),
    metric(`${name}, training`, "s", "lower", median(seconds), null),
  ];
}

export default {
  about: "DQN and PPO over seeds: share of a sale's exact optimum, CartPole-v1, seconds of training",
  async run(context) {
    const sale = exampleSale();
    const optimum = solve(sale).value;
    const share = (agent: Agent) => evaluate(sale, policyFromAgent(sale, agent)).value / optimum;
    const market: Make = () => new FlashSale(sale);
    const cart: Make = () => new CartPole();
    const metrics = [
      metric("best fixed discount", "of the optimum", "higher", bestFixedDiscount(sale).plan.value / optimum, null),
      metric("rule of thumb", "of the optimum", "higher", evaluate(sale, ruleOfThumb(sale)).value / optimum, null),
    ];
    const seeds = (name: string, unit: string, learn: (seed: number) => Promise<Agent>, grade: typeof share) =>
      overSeeds(name, unit, learn, grade, context);
    return [
      ...metrics,
      ...(await seeds("DQN, sale", "of the optimum", (seed) => dqn(market(), { ...SALE.DQN, seed }), share)),
      ...(await seeds("PPO, sale", "of the optimum", (seed) => ppo(market, { ...SALE.PPO, seed }), share)),
      ...(await seeds("DQN, CartPole-v1", "steps", (seed) => dqn(cart(), { ...CART.DQN, seed }), balance)),
      ...(await seeds("PPO, CartPole-v1", "steps", (seed) => ppo(cart, { ...CART.PPO, seed }), balance)),
    ];
  },
} satisfies Bench;
