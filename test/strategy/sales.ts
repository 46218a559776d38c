import { constantElasticity } from "../../lib/strategy/market/demand";
import { createSale, type Sale, type SaleOptions } from "../../lib/strategy/market/sale";

/** A sale of 12 hours and 30 units, of the kind that the tests of this room run on; `changes` replace its parts. */
export function exampleSale(changes: Partial<SaleOptions> = {}): Sale {
  return createSale({
    stock: 30,
    listPrice: 29,
    discounts: [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35],
    arrivals: [200, 250, 300, 280, 260, 240, 260, 320, 380, 420, 380, 300],
    response: constantElasticity({ conversion: 0.0055, referencePrice: 29, elasticity: -4 }),
    unitCost: 18,
    salvage: 9,
    ...changes,
  });
}

/** A sale small enough to enumerate: 3 periods, 3 units, 3 levels. */
export function tinySale(changes: Partial<SaleOptions> = {}): Sale {
  return createSale({
    stock: 3,
    listPrice: 10,
    discounts: [0, 0.2, 0.5],
    arrivals: [3, 8, 5],
    response: (price) => 0.9 * Math.exp(-0.25 * price),
    unitCost: 4,
    salvage: 1,
    ...changes,
  });
}
