import { allowed, type Sale } from "../../../lib/strategy/market/sale";

/** A policy by enumeration: the level of each state that can be met, by name. */
type Choices = Map<string, number>;

const nameOf = (sale: Sale, period: number, left: number, last: number) =>
  `${period}/${left}/${sale.markdownOnly ? last : "any"}`;

/** Every deterministic policy of a small sale, over the states in which a choice matters. */
export function* everyPolicy(sale: Sale): Generator<Choices> {
  const states: { name: string; options: number[] }[] = [];
  for (let period = 0; period < sale.periods; period++)
    for (let left = 1; left <= sale.stock; left++)
      for (let last = 0; last < (sale.markdownOnly ? sale.levels : 1); last++) {
        if (period === 0 && (left < sale.stock || last > 0)) continue;
        const options = Array.from({ length: sale.levels }, (_, level) => level).filter((l) => allowed(sale, last, l));
        states.push({ name: nameOf(sale, period, left, last), options });
      }
  const choices: Choices = new Map();
  function* choose(index: number): Generator<Choices> {
    if (index === states.length) yield choices;
    else
      for (const level of states[index].options) {
        choices.set(states[index].name, level);
        yield* choose(index + 1);
      }
  }
  yield* choose(0);
}

/** A policy's margin by walking every path of sales, with the Poisson formula written out. */
export function valueByPaths(sale: Sale, choices: Choices, period = 0, left = sale.stock, last = 0): number {
  if (period === sale.periods || left === 0) return left * (sale.salvage - sale.unitCost);
  const level = choices.get(nameOf(sale, period, left, last)) as number;
  const mean = sale.rates[period * sale.levels + level];
  let value = 0;
  let rest = 1;
  let factorial = 1;
  for (let sold = 0; sold <= left; sold++) {
    if (sold > 0) factorial *= sold;
    const probability = sold === left ? rest : (Math.exp(-mean) * mean ** sold) / factorial;
    rest -= probability;
    const gain = sold * (sale.prices[level] - sale.unitCost);
    value += probability * (gain + valueByPaths(sale, choices, period + 1, left - sold, level));
  }
  return value;
}
