import { test } from "uvu";
import * as assert from "uvu/assert";
import { campaignPrices, learnCampaignPrices, loadCampaignPrices } from "../../../lib/strategy/agents/campaign-prices";
import { drawCampaign } from "../../../lib/strategy/draw-campaign";
import { type Campaign, createCampaign } from "../../../lib/strategy/market/campaign";
import { solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { openFluid } from "../../../lib/strategy/optimum/fluid";
import { lagrangianBound } from "../../../lib/strategy/optimum/lagrangian";
import { openLinearSolver } from "../../../lib/strategy/optimum/linear-program";
import { priceGrid } from "../../../lib/strategy/optimum/price-grid";
import { resolvePolicy } from "../../../lib/strategy/optimum/resolve";
import { asPolicy } from "../../../lib/strategy/policy";
import { simulateCampaign } from "../../../lib/strategy/simulate-campaign";
import { jointValue } from "../optimum/joint";
import { exampleSale, tinySale } from "../sales";

const campaign = drawCampaign({ seed: 3, products: 8, periods: 6, slots: 3 });

/** What everything brings as salvage. */
const idle = ({ products }: Campaign) =>
  products.reduce((sum, sale) => sum + sale.stock * (sale.salvage - sale.unitCost), 0);

/** Mean and standard error of the differences of two policies' margins in the same campaigns. */
function paired(ours: Float64Array, theirs: Float64Array): { mean: number; error: number } {
  const differences = ours.map((margin, run) => margin - theirs[run]);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const square = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(square / (differences.length - 1) / differences.length) };
}

test("one product that shares nothing is sold at its optimum, in every state", async () => {
  const sale = exampleSale();
  const alone = createCampaign([sale]);
  const { act } = campaignPrices(alone, priceGrid(alone, await openLinearSolver()));
  const best = asPolicy(sale, solve(sale).policy);
  for (let period = 0; period < sale.periods; period++)
    for (let left = 1; left <= sale.stock; left++)
      assert.is(act({ period, stock: [left], budget: Infinity })[0], best(period, left, 0));
});

test("tiny campaigns with a slot and a budget, exactly: above the re-solved program, near the joint optimum", async () => {
  const linear = await openLinearSolver();
  const fluid = await openFluid();
  let [ours, resolved, best] = [0, 0, 0];
  for (const budget of [2, 6, 12]) {
    const tiny = createCampaign([tinySale(), tinySale({ listPrice: 9, stock: 2, arrivals: [9, 2, 4] })], {
      ...{ slots: 1, budget },
    });
    ours += jointValue(tiny, campaignPrices(tiny, priceGrid(tiny, linear)).act) - idle(tiny);
    resolved += jointValue(tiny, resolvePolicy(tiny, fluid)) - idle(tiny);
    best += jointValue(tiny) - idle(tiny);
  }
  assert.ok(ours > resolved && ours <= best && ours > 0.9 * best, `${resolved}, ${ours}, ${best}`);
});

test("8 products, 3 slots, a budget: the learned pace beats the re-solved program, keeps to the rules, and its bound holds", async () => {
  const linear = await openLinearSolver();
  const fluid = await openFluid();
  const grid = priceGrid(campaign, linear);
  const options = { seed: 1, grid, generations: 8, campaigns: 32 };
  const learned = learnCampaignPrices(campaign, linear, options);
  assert.equal(learnCampaignPrices(campaign, linear, options).pace, learned.pace, "one seed, one result");
  const examination = { campaigns: 300, seed: "examination" };
  // The simulation refuses more products than slots; its budget is hard.
  const ours = simulateCampaign(campaign, learned.act, examination);
  assert.ok(ours.spent.every((spent) => spent <= campaign.budget + 1e-6));
  const resolved = simulateCampaign(campaign, resolvePolicy(campaign, fluid), examination);
  const gain = paired(ours.margins, resolved.margins);
  assert.ok(gain.mean > 2 * gain.error, `${gain.mean} ± ${gain.error}`);
  const { bound } = lagrangianBound(campaign, linear);
  assert.ok(ours.mean < bound + 2 * ours.standardError);
  const share = (ours.mean - idle(campaign)) / (bound - idle(campaign));
  assert.ok(share > 0.95, `${share} of the bound's gain over salvage`);
});

test("from a pace that is plainly wrong, learning finds back to one as good as the plan's", async () => {
  const linear = await openLinearSolver();
  const grid = priceGrid(campaign, linear);
  const wrong = { spending: Float64Array.of(1), keeping: Float64Array.of(-0.7) };
  const learned = learnCampaignPrices(campaign, linear, {
    ...{ seed: 2, grid, start: wrong, knots: 1, generations: 10, campaigns: 24 },
  });
  const value = (act: typeof learned.act) => simulateCampaign(campaign, act, { campaigns: 400, seed: "again" }).margins;
  const over = paired(value(learned.act), value(campaignPrices(campaign, grid, wrong).act));
  const under = paired(value(learned.act), value(campaignPrices(campaign, grid).act));
  assert.ok(over.mean > 4 * over.error, `${over.mean} ± ${over.error}`);
  assert.ok(under.mean > -0.02 * campaign.budget - 2 * under.error, `${under.mean} ± ${under.error}`);
});

test("saved as JSON and loaded, it does the same", async () => {
  const linear = await openLinearSolver();
  const pace = { spending: Float64Array.of(0.1, -0.2), keeping: Float64Array.of(0, 0.05) };
  const agent = campaignPrices(campaign, priceGrid(campaign, linear, { points: 5 }), pace);
  const again = loadCampaignPrices(campaign, JSON.parse(JSON.stringify(agent.save())));
  const run = (act: typeof agent.act) => simulateCampaign(campaign, act, { campaigns: 20, seed: 5 }).margins;
  assert.equal(run(again.act), run(agent.act));
  assert.is(again.budgetPrice, agent.budgetPrice);
  assert.throws(() => loadCampaignPrices(drawCampaign({ seed: 1, products: 3 }), agent.save()), /not of this campaign/);
});

test("a stop is heard, progress is told", async () => {
  const linear = await openLinearSolver();
  const grid = priceGrid(campaign, linear, { points: 3 });
  const options = { seed: 1, grid, generations: 2, campaigns: 2 };
  assert.throws(() => learnCampaignPrices(campaign, linear, { ...options, signal: AbortSignal.abort() }), /stopped/);
  const scores: number[] = [];
  learnCampaignPrices(campaign, linear, { ...options, onProgress: (_, { meanScore }) => scores.push(meanScore) });
  assert.is(scores.length, 2);
});

test.run();
