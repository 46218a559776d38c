import type { Sale } from "../market/sale";

/** What a campaign's shared resources cost a product, in the currency's major unit; all at least 0. */
export interface ResourcePrices {
  /** Rent of a slot in each period, [periods]. */
  slots: Float64Array;
  /** What one unit of money in the budget is worth elsewhere. */
  budget: number;
}

/** The best plan of one product that pays for what it shares. */
export interface PricedPlan {
  /** Expected gain over salvage, less rent and budget paid, from t on with n units: [(periods + 1) × (stock + 1)]. */
  gains: Float64Array;
  /** The level of each state, −1 where it isn't worth its rent: [periods × (stock + 1)]. */
  levels: Int16Array;
}

/** What a plan uses, in expectation. */
export interface ResourceUse {
  /** Gain over salvage, Σ units · (price − salvage), before rent and budget are paid. */
  gain: number;
  /** Probability of being shown in each period, [periods]. */
  shown: Float64Array;
  /** Budget spent, Σ units · (list price − price). */
  spent: number;
}

/**
 * A product's own dynamic program where a slot in period t costs μ[t] and each unit of money in the budget ν:
 *
 *   G(t, n) = max(G(t + 1, n), max_a −μ[t] + E[max over k ≤ min(D, n) of k · r_a + G(t + 1, n − k)]),   G(T, ·) = 0,
 *
 * with r_a = price_a − salvage − ν · (list price − price_a). The inner maximum lets the shop turn buyers away. No shop
 * wants to; but a hard budget does so, and a bound has to allow whatever a policy can come to.
 */
export function planPriced(sale: Sale, prices: ResourcePrices): PricedPlan {
  const { stock, periods, levels, probabilities, survival, reach } = sale;
  const width = stock + 1;
  const gains = new Float64Array((periods + 1) * width);
  const chosen = new Int16Array(periods * width).fill(-1);
  const unit = unitGains(sale, prices.budget);
  for (let period = periods - 1; period >= 0; period--) {
    const next = (period + 1) * width;
    gains[period * width] = gains[next];
    for (let left = 1; left <= stock; left++) {
      let highest = gains[next + left];
      let choice = -1;
      for (let level = 0; level < levels; level++) {
        const cell = period * levels + level;
        const counts = Math.min(left, reach[cell]);
        let best = -Infinity;
        let expected = -prices.slots[period];
        for (let k = 0; k < counts; k++) {
          best = Math.max(best, k * unit[level] + gains[next + left - k]);
          expected += probabilities[cell * stock + k] * best;
        }
        best = Math.max(best, counts * unit[level] + gains[next + left - counts]);
        expected += survival[cell * width + counts] * best;
        if (expected > highest) {
          highest = expected;
          choice = level;
        }
      }
      gains[period * width + left] = highest;
      chosen[period * width + left] = choice;
    }
  }
  return { gains, levels: chosen };
}

/** Carries the exact distribution of the units left forward through a {@link planPriced} plan made at `prices`. */
export function useOf(
  sale: Sale,
  plan: PricedPlan,
  prices: ResourcePrices,
  start: { period: number; stock: number },
): ResourceUse {
  const { stock, periods, levels, probabilities, survival, reach } = sale;
  const width = stock + 1;
  const unit = unitGains(sale, prices.budget);
  const use = { gain: 0, shown: new Float64Array(periods), spent: 0 };
  let now = new Float64Array(width);
  now[start.stock] = 1;
  for (let period = start.period; period < periods; period++) {
    const then = new Float64Array(width);
    for (let left = 0; left <= stock; left++) {
      const mass = now[left];
      const level = plan.levels[period * width + left];
      if (level < 0) then[left] += mass;
      if (level < 0 || mass === 0) continue;
      use.shown[period] += mass;
      const cell = period * levels + level;
      const counts = Math.min(left, reach[cell]);
      let best = -Infinity;
      let sold = 0;
      for (let k = 0; k <= counts; k++) {
        const value = k * unit[level] + plan.gains[(period + 1) * width + left - k];
        if (value > best) {
          best = value;
          sold = k;
        }
        const chance = mass * (k < counts ? probabilities[cell * stock + k] : survival[cell * width + counts]);
        then[left - sold] += chance;
        use.gain += chance * sold * (sale.prices[level] - sale.salvage);
        use.spent += chance * sold * (sale.listPrice - sale.prices[level]);
      }
    }
    now = then;
  }
  return use;
}

/** Budget that a plan will spend from each state on, in expectation, no buyer turned away: [(periods + 1) × (stock + 1)]. */
export function spendingOf(sale: Sale, plan: PricedPlan): Float64Array {
  const { stock, periods, levels, probabilities, survival, reach } = sale;
  const width = stock + 1;
  const spending = new Float64Array((periods + 1) * width);
  for (let period = periods - 1; period >= 0; period--) {
    const next = (period + 1) * width;
    for (let left = 0; left <= stock; left++) {
      const level = plan.levels[period * width + left];
      let expected = spending[next + left];
      if (level >= 0) {
        const cell = period * levels + level;
        const counts = Math.min(left, reach[cell]);
        expected = (sale.listPrice - sale.prices[level]) * sale.expectedSales[cell * width + left];
        for (let k = 0; k < counts; k++) expected += probabilities[cell * stock + k] * spending[next + left - k];
        expected += survival[cell * width + counts] * spending[next + left - counts];
      }
      spending[period * width + left] = expected;
    }
  }
  return spending;
}

/** What a unit brings at each level, above salvage and after its discount is paid for: [levels]. */
function unitGains(sale: Sale, budget: number): Float64Array {
  return sale.prices.map((price) => price - sale.salvage - budget * (sale.listPrice - price));
}
