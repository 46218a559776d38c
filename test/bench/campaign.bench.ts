import { performance } from "node:perf_hooks";
import { normalInterval } from "../../lib/statistics/interval";
import { meanInterval } from "../../lib/statistics/student";
import { campaignPrices, learnCampaignPrices } from "../../lib/strategy/agents/campaign-prices";
import { campaignFixed, campaignRuleOfThumb } from "../../lib/strategy/agents/campaign-rules";
import { drawCampaign } from "../../lib/strategy/draw-campaign";
import type { Campaign, CampaignPolicy } from "../../lib/strategy/market/campaign";
import { type FluidSolver, openFluid } from "../../lib/strategy/optimum/fluid";
import { lagrangianBound } from "../../lib/strategy/optimum/lagrangian";
import { type LinearSolver, openLinearSolver } from "../../lib/strategy/optimum/linear-program";
import { priceGrid } from "../../lib/strategy/optimum/price-grid";
import { fluidPolicy, resolvePolicy } from "../../lib/strategy/optimum/resolve";
import { meanAndError } from "../../lib/strategy/simulate";
import { simulateCampaign } from "../../lib/strategy/simulate-campaign";
import { type Bench, type BenchContext, type Metric, metric } from "./harness";

/** About 10 and 80 units a product: chance matters much, and little. */
const SCALES = [1, 8];
/** Runs in which every policy of a seed is examined; a policy that solves a program in each period meets the first of them. */
const CAMPAIGNS = 400;
const FIRST = 60;
const RESOLVED = "fluid plan, re-solved";
const PLANNED = "prices of the bound, planned";
const LEARNED = "prices of the bound, pace learned";

/** The best of several rules, chosen on campaigns of their own. */
function bestOf(campaign: Campaign, rule: (level: number) => CampaignPolicy): CampaignPolicy {
  const rules = Array.from(campaign.products[0].discounts, (_, level) => rule(level));
  const means = rules.map((one) => simulateCampaign(campaign, one, { campaigns: 100, seed: "choice" }).mean);
  return rules[means.indexOf(Math.max(...means))];
}

/** One seed draws a campaign, trains the agent and examines all policies in the same runs of that campaign. */
function trial(seed: number, scale: number, fluid: FluidSolver, linear: LinearSolver) {
  const campaign = drawCampaign({ seed, scale });
  const wide = fluid(campaign).bound;
  const { bound, prices, plans } = lagrangianBound(campaign, linear);
  const grid = priceGrid(campaign, linear);
  const start = performance.now();
  const learned = learnCampaignPrices(campaign, linear, { seed, grid, generations: 20, campaigns: 48 });
  const training = (performance.now() - start) / 1000;
  const policies: Record<string, CampaignPolicy> = {
    "best fixed discount": bestOf(campaign, (level) => campaignFixed(campaign, level)),
    "rule of thumb at its best": bestOf(campaign, (level) => campaignRuleOfThumb(campaign, { start: level })),
    "fluid plan, solved once": fluidPolicy(campaign, fluid),
    [RESOLVED]: resolvePolicy(campaign, fluid),
    [PLANNED]: campaignPrices(campaign, grid).act,
    [LEARNED]: learned.act,
  };
  // Margins freed of luck: the same mean, a fraction of the noise.
  const means = Object.entries(policies).map(([name, policy]) => {
    const from = performance.now();
    const campaigns = name === RESOLVED ? FIRST : CAMPAIGNS;
    const run = { campaigns, seed: `examination ${seed}`, baseline: { prices, plans } };
    const { margins, luck } = simulateCampaign(campaign, policy, run);
    const milliseconds = (performance.now() - from) / campaigns / campaign.periods;
    const values = margins.map((margin, at) => margin - luck[at]);
    return [name, { values, mean: meanAndError(values).mean, milliseconds }] as const;
  });
  return {
    ...{ wide, bound, training, results: Object.fromEntries(means) },
    units: campaign.products.reduce((sum, { stock }) => sum + stock, 0),
    idle: campaign.products.reduce((sum, sale) => sum + sale.stock * (sale.salvage - sale.unitCost), 0),
  };
}

type Trial = ReturnType<typeof trial>;

async function atScale(scale: number, { runs, log }: BenchContext): Promise<Metric[]> {
  const fluid = await openFluid();
  const linear = await openLinearSolver();
  const trials: Trial[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const one = trial(seed, scale, fluid, linear);
    trials.push(one);
    const shares = Object.entries(one.results).map(
      ([name, { mean }]) => `${name} ${((100 * mean) / one.wide).toFixed(1)}`,
    );
    log(
      `campaign ${seed}, ${one.units} units: bound ${((100 * one.bound) / one.wide).toFixed(1)}; ${shares.join("; ")}`,
    );
  }
  const metrics: Metric[] = [];
  const units = Math.round(trials.reduce((sum, one) => sum + one.units / runs / 20, 0));
  const place = `20 products of ${units} units:`;
  const mean = (value: (one: Trial) => number) => trials.reduce((sum, one) => sum + value(one) / runs, 0);
  const add = (name: string, unit: string, share: (one: Trial) => number) => {
    const { estimate, low, high } = meanInterval(trials.map((one) => 100 * share(one)));
    const full = `${place} ${name}`;
    log(`${full}: ${estimate.toFixed(2)} % ${unit}, 95 % ${low.toFixed(2)} to ${high.toFixed(2)}`);
    metrics.push(metric(full, `% ${unit}`, "higher", estimate, null));
  };
  add("Lagrangian bound", "of the fluid bound", ({ bound, wide }) => bound / wide);
  for (const name of Object.keys(trials[0].results))
    add(name, "of the fluid bound", ({ results, wide }) => results[name].mean / wide);
  add("learned", "of the Lagrangian bound", ({ results, bound }) => results[LEARNED].mean / bound);
  const gain = (top: number, { results, idle }: Trial) => (results[LEARNED].mean - idle) / (top - idle);
  add("learned, gain over salvage", "of the fluid bound's", (one) => gain(one.wide, one));
  add("learned, gain over salvage", "of the Lagrangian bound's", (one) => gain(one.bound, one));
  for (const other of [RESOLVED, PLANNED]) {
    const name = `learned less ${other}`;
    // The same runs, in pairs.
    const pairs = trials.map(({ results, wide }) =>
      meanAndError(results[other].values.map((value, run) => (results[LEARNED].values[run] - value) / wide)),
    );
    add(name, "of the fluid bound", (one) => pairs[trials.indexOf(one)].mean);
    const within = normalInterval(
      100 * mean((one) => pairs[trials.indexOf(one)].mean),
      100 * Math.sqrt(pairs.reduce((sum, { standardError }) => sum + (standardError / runs) ** 2, 0)),
    );
    const above = pairs.filter((pair) => pair.mean > 1.96 * pair.standardError).length;
    log(
      `  in these campaigns, 95 % over their runs ${within.low.toFixed(2)} to ${within.high.toFixed(2)}; above 0 in ${above} of ${runs}`,
    );
    metrics.push(
      metric(
        `${place} ${name}, low end of 95 % in these campaigns`,
        "% of the fluid bound",
        "higher",
        within.low,
        null,
      ),
      metric(`${place} ${name}, campaigns with a 95 % interval above 0`, `of ${runs}`, "higher", above, null),
    );
  }
  const step = (name: string) => mean(({ results }) => results[name].milliseconds);
  return [
    ...metrics,
    metric(`${place} a campaign's step, learned against ${RESOLVED}`, "ms", "lower", step(LEARNED), {
      ...{ name: RESOLVED, value: step(RESOLVED) },
    }),
    metric(
      `${place} learning`,
      "s a seed",
      "lower",
      mean(({ training }) => training),
      null,
    ),
  ];
}

export default {
  about: "Campaigns of 20 products, shared slots and budget: shares of the fluid and the Lagrangian bound, over seeds",
  async run(context) {
    const metrics: Metric[] = [];
    for (const scale of SCALES) metrics.push(...(await atScale(scale, context)));
    return metrics;
  },
} satisfies Bench;
