import { type DemandLearningOptions, learnDemand } from "../../lib/strategy/agents/demand-learning";
import { dqn } from "../../lib/strategy/agents/dqn";
import { bestFixedDiscount } from "../../lib/strategy/agents/fixed";
import { qLearning } from "../../lib/strategy/agents/q-learning";
import { ruleOfThumb } from "../../lib/strategy/agents/rule-of-thumb";
import { believedDemands, type DemandChange, wrongDemands } from "../../lib/strategy/demand-change";
import { constantElasticity } from "../../lib/strategy/market/demand";
import { FlashSale } from "../../lib/strategy/market/flash-sale";
import { createSale, type Sale } from "../../lib/strategy/market/sale";
import { type Contender, misspecification, recovery, toldAt } from "../../lib/strategy/misspecification";
import { evaluate, solve } from "../../lib/strategy/optimum/dynamic-programming";
import { openFluid } from "../../lib/strategy/optimum/fluid";
import { resolveTable } from "../../lib/strategy/optimum/resolve";
import { type PolicyTable, policyFromActions, policyFromAgent, tabulate } from "../../lib/strategy/policy";
import { type Bench, type BenchContext, type Metric, metric } from "./harness";

const PERIODS = 24;
const VISITORS = [340, 250, 240, 260, 240, 260, 275, 320, 390, 420, 450, 420];

/** Twelve hours in half-hours, 60 units a `scale`, demand changed by factors. */
function saleUnder({ elasticity, traffic }: DemandChange, scale: number): Sale {
  return createSale({
    ...{ stock: 60 * scale, listPrice: 29, unitCost: 18, salvage: 9 },
    discounts: [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35],
    arrivals: Float64Array.from({ length: PERIODS }, (_, t) => ((scale * VISITORS[t >> 1]) / 2) * traffic[t]),
    response: constantElasticity({ conversion: 0.0052, referencePrice: 29, elasticity: -4 * elasticity }),
  });
}

function marketsAt(scale: number): Record<string, Sale> {
  return Object.fromEntries(
    Object.entries(wrongDemands(PERIODS)).map(([name, change]) => [name, saleUnder(change, scale)]),
  );
}

/** A learner inside the sale; it is asked period by period, so one does for all seeds. */
function learner(scale: number, competitor: number, more: Partial<DemandLearningOptions> = {}): Contender {
  const { changes, prior } = believedDemands(PERIODS, { competitor });
  const { policy } = learnDemand({ hypotheses: changes.map((change) => saleUnder(change, scale)), prior, ...more });
  return () => policy;
}

/** Trains once for each seed; every market is shown the same result. */
function perSeed(tables: Map<number, PolicyTable>): Contender {
  return (seed) => tables.get(seed) as PolicyTable;
}

function bestRule(sale: Sale): PolicyTable {
  const rules = Array.from(sale.discounts, (_, start) => tabulate(sale, ruleOfThumb(sale, { start })));
  const values = rules.map((rule) => evaluate(sale, rule).value);
  return rules[values.indexOf(Math.max(...values))];
}

async function table(seeds: number[], { log }: BenchContext): Promise<Metric[]> {
  const markets = marketsAt(1);
  const believed = markets["as believed"];
  const fluid = await openFluid();
  const tabular = new Map<number, PolicyTable>();
  const deep = new Map<number, PolicyTable>();
  for (const seed of seeds) {
    const { greedy } = qLearning(new FlashSale(believed), { episodes: 150_000, seed });
    tabular.set(seed, policyFromActions(believed, greedy()));
    const agent = await dqn(new FlashSale(believed), {
      ...{ steps: 40_000, seed, discount: 1, rewardScale: 1 / 400, priority: 0, lookAhead: 1 },
    });
    deep.set(seed, policyFromAgent(believed, agent));
    log(`trained on the believed demand, seed ${seed}`);
  }
  const [plan, resolved, fixed] = [solve(believed).policy, resolveTable(believed, fluid), bestFixedDiscount(believed)];
  const rule = bestRule(believed);
  const contenders: Record<string, Contender> = {
    "exact plan": () => plan,
    "re-solved fluid plan": () => resolved,
    "best fixed discount": () => fixed.plan.policy,
    "rule of thumb at its best": () => rule,
    "tabular Q": perSeed(tabular),
    DQN: perSeed(deep),
    "demand learning": learner(1, 0),
    "demand learning, competitor possible": learner(1, 0.3),
    "told the truth half-way": toldAt(believed, PERIODS / 2),
  };
  const rows = misspecification(markets, contenders, { seeds, sales: 200 });
  return rows.market.map((market, row) => {
    const name = `${market}: ${rows.policy[row]}`;
    const [share, low, high] = [rows.share, rows.low, rows.high].map((values) => (100 * values[row]).toFixed(2));
    log(`${name} keeps ${share} %, 95 % ${low} to ${high}`);
    return metric(name, "% of the optimum", "higher", 100 * rows.share[row], null);
  });
}

function recoveries(scale: number, seeds: number[], { log }: BenchContext): Metric[] {
  const markets = marketsAt(scale);
  const believed = markets["as believed"];
  const plan = solve(believed).policy;
  const contenders: Record<string, Contender> = {
    "exact plan": () => plan,
    "demand learning": learner(scale, 0),
    "demand learning, change 5 % a period": learner(scale, 0, { change: 0.05 }),
    "demand learning, competitor possible": learner(scale, 0.3),
  };
  const metrics: Metric[] = [];
  for (const [market, truth] of Object.entries(markets)) {
    if (market === "as believed") continue;
    const from = market.startsWith("competitor") ? PERIODS / 2 : 0;
    for (const [name, contender] of Object.entries(contenders)) {
      const { share, recovered } = recovery(truth, contender, { seeds, sales: 100, from });
      const curve = Array.from(share, (kept) => (100 * kept).toFixed(1)).join(" ");
      const full = `${60 * scale} units, ${market}: ${name}`;
      log(
        `${full}, periods until within 2 % of an informed plan: ${recovered - from}; % kept of what is to come: ${curve}`,
      );
      metrics.push(metric(`${full}, until within 2 %`, "periods", "lower", recovered - from, null));
    }
  }
  return metrics;
}

export default {
  about: "What policies made for a wrong demand keep of the true optimum, and how fast demand learning recovers",
  async run(context) {
    const seeds = Array.from({ length: context.runs }, (_, run) => run + 1);
    const metrics = await table(seeds, context);
    for (const scale of [1, 4]) metrics.push(...recoveries(scale, seeds, context));
    return metrics;
  },
} satisfies Bench;
