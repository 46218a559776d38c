import { performance } from "node:perf_hooks";
import { qLearning } from "../../lib/strategy/agents/q-learning";
import { constantElasticity } from "../../lib/strategy/market/demand";
import { FlashSale } from "../../lib/strategy/market/flash-sale";
import { createSale, type SaleOptions } from "../../lib/strategy/market/sale";
import { evaluate, solve } from "../../lib/strategy/optimum/dynamic-programming";
import { policyFromActions } from "../../lib/strategy/policy";
import { alternate, type Bench, metric } from "./harness";
import { Peer } from "./peer";

/** The sale of notebook 03, in round numbers; and a longer one with more stock. */
const AFTERNOON: SaleOptions = {
  stock: 60,
  listPrice: 29,
  discounts: [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35],
  arrivals: [340, 250, 240, 260, 240, 260, 275, 320, 390, 420, 450, 420],
  response: constantElasticity({ conversion: 0.0052, referencePrice: 29, elasticity: -4 }),
  unitCost: 18,
  salvage: 9,
};
const WEEK: SaleOptions = { ...AFTERNOON, stock: 500, arrivals: new Float64Array(168).fill(200) };

const EPISODES = 20_000;

/** Gives the peer a sale to work on. */
function ask(peer: Peer, task: string, options: SaleOptions, more: object = {}) {
  const sale = createSale(options);
  return peer.ask<{ seconds: number; result: number }>({
    ...{ task, stock: sale.stock, prices: [...sale.prices], rates: [...sale.rates], cost: sale.unitCost },
    ...{ salvage: sale.salvage, ...more },
  });
}

/** Milliseconds of our plan, demand tables included as in the peer's time; repeated, since one takes few. */
function planTime(options: SaleOptions, repeats: number): number {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) solve(createSale(options));
  return (performance.now() - start) / repeats;
}

async function plans(peer: Peer, name: string, options: SaleOptions, repeats: number, runs: number) {
  const ours = solve(createSale(options)).value;
  const theirs = (await ask(peer, "solve", options)).result;
  if (!(Math.abs(ours - theirs) < 1e-8 * Math.abs(ours))) throw new Error(`two optima: ${ours} and NumPy's ${theirs}`);
  const times = await alternate(
    { ours: () => planTime(options, repeats), numpy: async () => 1000 * (await ask(peer, "solve", options)).seconds },
    runs,
  );
  return metric(name, "ms", "lower", times.ours, { name: "NumPy and SciPy", value: times.numpy });
}

const bench: Bench = {
  about: "Planning a flash sale exactly, against NumPy; Q-learning in the market, against plain Python",
  async run({ python, runs, log }) {
    const peer = new Peer(python, "strategy");
    try {
      log("exact plans, and that both sides find the same optimum");
      const metrics = [
        await plans(peer, "exact plan: 12 hours, 60 units, 8 prices", AFTERNOON, 20, runs),
        await plans(peer, "exact plan: 168 hours, 500 units, 8 prices", WEEK, 1, runs),
      ];
      log(`Q-learning, ${EPISODES} sales`);
      const speeds = await alternate(
        {
          ours() {
            const start = performance.now();
            const { visits } = qLearning(new FlashSale(createSale(AFTERNOON)), { episodes: EPISODES, seed: 1 });
            const steps = visits.reduce((sum, count) => sum + count, 0);
            return (1000 * steps) / (performance.now() - start);
          },
          async python() {
            const { seconds, result } = await ask(peer, "learn", AFTERNOON, { episodes: EPISODES, seed: 1 });
            return result / seconds;
          },
        },
        runs,
      );
      metrics.push(
        metric("Q-learning", "steps/s", "higher", speeds.ours, { name: "plain Python", value: speeds.python }),
      );
      log("what Q-learning reaches: the worst of five seeds");
      const sale = createSale(AFTERNOON);
      const shares = [1, 2, 3, 4, 5].map((seed) => {
        const { greedy } = qLearning(new FlashSale(sale), { episodes: 300_000, seed });
        return evaluate(sale, policyFromActions(sale, greedy())).value / solve(sale).value;
      });
      metrics.push(metric("Q-learning, share of the exact optimum", "share", "higher", Math.min(...shares), null));
      return metrics;
    } finally {
      peer.close();
    }
  },
};

export default bench;
