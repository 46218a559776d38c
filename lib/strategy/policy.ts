import { InputError } from "../errors";
import { allowed, type Sale } from "./market/sale";

/**
 * Which level of the ladder to show: a function of the period (0 first), the units left, and the level shown in the
 * period before (0 at the start, and always 0 where the sale is not markdown-only: the past doesn't matter there).
 */
export type SalePolicy = (period: number, stock: number, last: number) => number;

/** A {@link SalePolicy} written out: the level of every state, [periods × (stock + 1) × memory], row by row. */
export interface PolicyTable {
  readonly levels: Uint8Array;
}

/** A state's place in a {@link PolicyTable} and in a value table. */
export function stateOf(sale: Sale, period: number, stock: number, last: number): number {
  return (period * (sale.stock + 1) + stock) * sale.memory + last;
}

/**
 * Writes a policy out. Throws {@link InputError} where it names a level that the ladder lacks or that the
 * markdown-only rule forbids.
 */
export function tabulate(sale: Sale, policy: SalePolicy): PolicyTable {
  const levels = new Uint8Array(sale.periods * (sale.stock + 1) * sale.memory);
  for (let period = 0; period < sale.periods; period++)
    for (let stock = 0; stock <= sale.stock; stock++)
      for (let last = 0; last < sale.memory; last++) {
        const level = policy(period, stock, last);
        if (!Number.isInteger(level) || level < 0 || level >= sale.levels || !allowed(sale, last, level))
          throw new InputError("the policy chose a level that can't be shown", {
            value: level,
            place: `period ${period}, stock ${stock}, last level ${last}`,
            remedy: `Choose a whole number from ${sale.markdownOnly ? last : 0} to ${sale.levels - 1}.`,
          });
        levels[stateOf(sale, period, stock, last)] = level;
      }
  return { levels };
}

/** The {@link SalePolicy} that a table stands for. */
export function asPolicy(sale: Sale, table: PolicyTable): SalePolicy {
  return (period, stock, last) => table.levels[stateOf(sale, period, stock, sale.memory === 1 ? 0 : last)];
}

/**
 * The table of an agent that learned on a sale's environment: its action in each state, in the order of `stateIndex`.
 * Where the agent names a level that the markdown-only rule forbids (states it never met), the last one stays.
 */
export function policyFromActions(sale: Sale, actions: ArrayLike<number>): PolicyTable {
  return tabulate(sale, (period, stock, last) => {
    const level = actions[stateOf(sale, period, stock, last)];
    return allowed(sale, last, level) ? level : last;
  });
}

/**
 * The table of an agent that acts on observations of a sale's environment, asked in every state; so that its value can
 * be had exactly. Without units left the sale is over: the level before stays.
 */
export function policyFromAgent(
  sale: Sale,
  agent: { act(observation: ArrayLike<number>, mask: Uint8Array): number },
): PolicyTable {
  const mask = new Uint8Array(sale.levels);
  return tabulate(sale, (period, stock, last) => {
    if (stock === 0) return last;
    for (let level = 0; level < sale.levels; level++) mask[level] = allowed(sale, last, level) ? 1 : 0;
    return agent.act(sale.memory > 1 ? [period, stock, last] : [period, stock], mask);
  });
}
