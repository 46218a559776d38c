import { performance } from "node:perf_hooks";
import { meanInterval } from "../../lib/statistics/student";
import { dqn } from "../../lib/strategy/agents/dqn";
import { bestFixedDiscount } from "../../lib/strategy/agents/fixed";
import { myopicGreedy } from "../../lib/strategy/agents/greedy";
import { ppo } from "../../lib/strategy/agents/ppo";
import { qLearning } from "../../lib/strategy/agents/q-learning";
import type { Actor } from "../../lib/strategy/agents/returns";
import { ruleOfThumb } from "../../lib/strategy/agents/rule-of-thumb";
import { CartPole } from "../../lib/strategy/control/cart-pole";
import { FlashSale } from "../../lib/strategy/market/flash-sale";
import { evaluate, solve } from "../../lib/strategy/optimum/dynamic-programming";
import { type PolicyTable, policyFromActions, policyFromAgent, type SalePolicy } from "../../lib/strategy/policy";
import { exampleSale } from "../strategy/sales";
import { balance } from "./balance";
import { type Bench, type BenchContext, type Metric, median, metric } from "./harness";
import { CART_DQN, CART_PPO, SALE_DQN, SALE_PPO, SALE_TABLE } from "./settings";

/** Episodes that a CartPole agent is examined on as it learns, and judged on in the end: others, and more. */
const PRACTICE = { every: 1000, enough: 495, episodes: 30 };
const JUDGED = 100;

/** Learns with each seed, and says what each reached: the worst, the mean with Student's 95 % interval, the time. */
async function overSeeds<Agent>(
  ...[name, unit, most, learn, grade, { runs, log }]: [
    name: string,
    unit: string,
    /** The best that can be: the interval ends there. */
    most: number,
    learn: (seed: number) => Promise<Agent> | Agent,
    grade: (agent: Agent, seed: number) => number,
    context: BenchContext,
  ]
): Promise<Metric[]> {
  const scores: number[] = [];
  const seconds: number[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const start = performance.now();
    const agent = await learn(seed);
    seconds.push((performance.now() - start) / 1000);
    scores.push(grade(agent, seed));
    log(`${name}, seed ${seed}: ${scores[seed - 1].toFixed(4)} in ${seconds[seed - 1].toFixed(1)} s`);
  }
  const all = runs > 1 ? meanInterval(scores) : { estimate: scores[0], low: Number.NaN, high: Number.NaN };
  return [
    metric(`${name}: worst of ${runs} seeds`, unit, "higher", Math.min(...scores), null),
    metric(`${name}: mean`, unit, "higher", all.estimate, null),
    metric(`${name}: 95 % interval of the mean, low`, unit, "higher", all.low, null),
    metric(`${name}: 95 % interval of the mean, high`, unit, "higher", Math.min(most, all.high), null),
    metric(`${name}: training, longest`, "s", "lower", Math.max(...seconds), null),
  ];
}

/** Milliseconds that an agent takes to act, by the thousand. */
function actingTime(agent: Actor, observation: ArrayLike<number>, actions: number, runs: number): number {
  const mask = new Uint8Array(actions).fill(1);
  const times = Array.from({ length: runs + 1 }, () => {
    const start = performance.now();
    for (let i = 0; i < 1000; i++) agent.act(observation, mask);
    return (performance.now() - start) / 1000;
  });
  return median(times.slice(1));
}

export default {
  about: "Q-learning, DQN and PPO over seeds: share of a sale's exact optimum, CartPole-v1, seconds of training",
  async run(context) {
    const sale = exampleSale();
    const optimum = solve(sale).value;
    const share = (policy: SalePolicy | PolicyTable) => evaluate(sale, policy).value / optimum;
    const exact = (name: string, value: number) => metric(`${name}, exactly`, "of the optimum", "higher", value, null);
    const metrics = [
      exact("best fixed discount", bestFixedDiscount(sale).plan.value / optimum),
      exact("rule of thumb", share(ruleOfThumb(sale))),
      exact("myopic greedy", share(myopicGreedy(sale))),
    ];
    const onSale = async <Agent extends Actor>(name: string, learn: (seed: number) => Promise<Agent>) => {
      let last: Agent | undefined;
      const grade = (agent: Agent) => {
        last = agent;
        return share(policyFromAgent(sale, agent));
      };
      metrics.push(...(await overSeeds(`${name}, sale`, "of the optimum", 1, learn, grade, context)));
      const time = actingTime(last as Agent, [3, 20], sale.levels, context.runs);
      metrics.push(metric(`${name}: one action`, "ms", "lower", time, null));
    };
    const table = (seed: number) => qLearning(new FlashSale(sale), { ...SALE_TABLE, seed });
    const worth = ({ greedy }: ReturnType<typeof table>) => share(policyFromActions(sale, greedy()));
    metrics.push(...(await overSeeds("Q-learning, sale", "of the optimum", 1, table, worth, context)));
    await onSale("DQN", (seed) => dqn(new FlashSale(sale), { ...SALE_DQN, seed }));
    await onSale("PPO", (seed) => ppo(() => new FlashSale(sale), { ...SALE_PPO, seed }));

    const examine = (seed: number) => ({
      ...PRACTICE,
      score: (agent: Actor) => balance(agent, PRACTICE.episodes, `practice ${seed}`),
    });
    const judge = (agent: Actor, seed: number) => balance(agent, JUDGED, `judgement ${seed}`);
    const cart = <Agent extends Actor>(name: string, learn: (seed: number) => Promise<Agent>) =>
      overSeeds(`${name}, CartPole-v1`, "steps", 500, learn, judge, context);
    const carts = [
      ...(await cart("DQN", (seed) => dqn(new CartPole(), { ...CART_DQN, seed, examine: examine(seed) }))),
      ...(await cart("PPO", (seed) => ppo(() => new CartPole(), { ...CART_PPO, seed, examine: examine(seed) }))),
    ];
    return [...metrics, ...carts];
  },
} satisfies Bench;
