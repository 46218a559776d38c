import { InputError } from "../../errors";
import type { Sale } from "../market/sale";
import { type PolicyTable, type SalePolicy, stateOf, tabulate } from "../policy";

/** The best that can be done in a sale, or what a given policy does. */
export interface Plan {
  /** Expected contribution margin from the start of the sale. */
  value: number;
  /** Expected contribution margin still to come in each state, [(periods + 1) × (stock + 1) × memory]. */
  values: Float64Array;
  policy: PolicyTable;
}

/**
 * The exact optimum of a sale by backward induction on Bellman's equation
 *
 *   V(t, n, l) = max over allowed a of Σ_k P(min(D, n) = k) · (k · (price_a − cost) + V(t + 1, n − k, a)),
 *   V(T, n, ·) = n · (salvage − cost),   D ~ Poisson(rates[t, a]);
 *
 * all demand at or above n sells n, with its exact mass; only terms too small to change a sum of doubles are skipped.
 * l is the level before: it limits a under the markdown-only rule and is absent otherwise. Of equal levels the
 * shallowest discount is kept.
 * At most periods · levels · stock² / 2 multiplications, under either rule.
 */
export function solve(sale: Sale): Plan {
  const { periods, stock, levels, memory } = sale;
  const values = terminalValues(sale);
  const best = new Uint8Array(periods * (stock + 1) * memory);
  const gains = new Float64Array(levels);
  for (let period = periods - 1; period >= 0; period--) {
    for (let left = 0; left <= stock; left++) {
      for (let level = 0; level < levels; level++) gains[level] = lookAhead(sale, values, period, left, level);
      const state = stateOf(sale, period, left, 0);
      if (memory === 1) {
        let choice = 0;
        for (let level = 1; level < levels; level++) if (gains[level] > gains[choice]) choice = level;
        values[state] = gains[choice];
        best[state] = choice;
      } else {
        // From the deepest level up, each level adds one choice to those that remained.
        let choice = levels - 1;
        for (let last = levels - 1; last >= 0; last--) {
          if (gains[last] >= gains[choice]) choice = last;
          values[state + last] = gains[choice];
          best[state + last] = choice;
        }
      }
    }
  }
  return { value: values[stateOf(sale, 0, stock, 0)], values, policy: { levels: best } };
}

/**
 * The exact value of any policy, by the same recursion without the maximum: no sampling, so no noise.
 * Throws {@link InputError} for a policy that breaks the sale's rules or a table of another sale's shape.
 */
export function evaluate(sale: Sale, policy: SalePolicy | PolicyTable): Plan {
  const table = typeof policy === "function" ? tabulate(sale, policy) : policy;
  const size = sale.periods * (sale.stock + 1) * sale.memory;
  if (table.levels.length !== size)
    throw new InputError(`a policy table of this sale has ${size} states`, {
      value: table.levels.length,
      place: "policy",
    });
  const values = terminalValues(sale);
  for (let period = sale.periods - 1; period >= 0; period--)
    for (let left = 0; left <= sale.stock; left++)
      for (let last = 0; last < sale.memory; last++) {
        const state = stateOf(sale, period, left, last);
        values[state] = lookAhead(sale, values, period, left, table.levels[state]);
      }
  return { value: values[stateOf(sale, 0, sale.stock, 0)], values, policy: table };
}

function terminalValues(sale: Sale): Float64Array {
  const values = new Float64Array((sale.periods + 1) * (sale.stock + 1) * sale.memory);
  for (let left = 0; left <= sale.stock; left++)
    for (let last = 0; last < sale.memory; last++)
      values[stateOf(sale, sale.periods, left, last)] = left * (sale.salvage - sale.unitCost);
  return values;
}

/**
 * The bracket of Bellman's equation, the value of an action: one period at `level` with `left` units, then what
 * `values` (of a {@link Plan}) says of the next period.
 */
export function lookAhead(sale: Sale, values: Float64Array, period: number, left: number, level: number): number {
  const { stock, memory, probabilities } = sale;
  const cell = period * sale.levels + level;
  const row = cell * (stock + 1) + left;
  const margin = sale.prices[level] - sale.unitCost;
  // V(t + 1, left − k, level) as k rises is read backwards through the table, `memory` numbers a unit.
  const next = stateOf(sale, period + 1, left, memory === 1 ? 0 : level);
  let expected = margin * sale.expectedSales[row] + sale.survival[row] * values[next - left * memory];
  const counts = Math.min(left, sale.reach[cell]);
  for (let k = 0, at = cell * stock, to = next; k < counts; k++, at++, to -= memory)
    expected += probabilities[at] * values[to];
  return expected;
}
