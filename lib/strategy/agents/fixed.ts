import { requireInteger } from "../../errors";
import type { Sale } from "../market/sale";
import { evaluate, type Plan } from "../optimum/dynamic-programming";
import type { SalePolicy } from "../policy";

/**
 * The policy that shows one level of the ladder from start to end. (In states that it never reaches, where a
 * markdown-only sale is past that level already, it stays where it is.)
 */
export function fixedDiscount(level: number): SalePolicy {
  requireInteger(level, "level", 0);
  return (_period, _stock, last) => Math.max(level, last);
}

/** The best {@link fixedDiscount}, found by valuing each exactly; of equal ones the shallowest. */
export function bestFixedDiscount(sale: Sale): { level: number; plan: Plan } {
  let best = { level: 0, plan: evaluate(sale, fixedDiscount(0)) };
  for (let level = 1; level < sale.levels; level++) {
    const plan = evaluate(sale, fixedDiscount(level));
    if (plan.value > best.plan.value) best = { level, plan };
  }
  return best;
}
