import type { Shop } from "./shop";
import type { ShopState } from "./state";

/** Who would choose what in a step: chances of one visitor. Overwritten by each step. */
export interface Chances {
  /** That a visitor is of kind k and chooses product i, [K × P]. */
  readonly cells: Float64Array;
  /** Chooses product i, [P]. */
  readonly products: Float64Array;
  /** Is of kind k and waits, [K]. */
  readonly waits: Float64Array;
  /** Weight of each product to a visitor of kind k, before the division: [K × P]; and their sum, [K]. */
  readonly weights: Float64Array;
  readonly sums: Float64Array;
  /** Expected surplus of one new visitor, in money. */
  surplus: number;
  /** Chooses any product. */
  any: number;
}

/**
 * Makes the function that computes a step's {@link Chances} for a row, from the stock and the offers that its customers
 * find when the step begins. The logit's closed form, and with it the expected surplus
 *
 *   (1 − P(wait)) · ln(1 + Σ weights + W) ÷ sensitivity    (Small and Rosen 1981, eq. 5.5; that of waiting comes later).
 *
 * A kind's weights are products of tabulated factors: no exponential is computed.
 */
export function createChances(shop: Shop, state: ShopState) {
  const { attraction, waiting, segments, shares, sensitivity, menu, countdown, scarcity, stockOffsets } = shop;
  const { lifts, unseen, spec } = shop;
  const P = shop.stock.length;
  const K = shop.kinds.length;
  const G = spec.segments.length;
  const length = spec.clock.length;
  const width = stockOffsets[P];
  const factors = new Float64Array(G * P);
  const seen = new Float64Array(P);
  const strategic = Uint8Array.from(shop.kinds, (kind) => (kind.strategic ? 1 : 0));
  const chances: Chances = {
    cells: new Float64Array(K * P),
    products: new Float64Array(P),
    waits: new Float64Array(K),
    weights: new Float64Array(K * P),
    sums: new Float64Array(K),
    surplus: 0,
    any: 0,
  };
  const { cells, products, waits, weights, sums } = chances;
  const { stock, last } = state;

  const compute = (row: number, step: number, since: number, actions: ArrayLike<number>, slotsAt: number): void => {
    seen.fill(unseen);
    for (let s = 0; s < lifts.length; s++) {
      const shown = actions[slotsAt + s] - 1;
      if (shown >= 0 && (lifts[s] > seen[shown] || seen[shown] === unseen)) seen[shown] = lifts[s];
    }
    const first = row * P;
    for (let g = 0; g < G; g++) {
      const urgency = countdown[g * length + since];
      for (let i = 0; i < P; i++)
        factors[g * P + i] = urgency * scarcity[g * width + stockOffsets[i] + stock[first + i]] * seen[i];
    }
    products.fill(0);
    let surplus = 0;
    const mayWait = since < length - 1;
    for (let k = 0; k < K; k++) {
      const factorRow = segments[k] * P;
      let sum = 0;
      let wait = 0;
      for (let i = 0; i < P; i++) {
        const weight = attraction[(k * P + i) * menu + last[first + i]] * factors[factorRow + i];
        weights[k * P + i] = weight;
        sum += weight;
      }
      if (mayWait && strategic[k] === 1)
        for (let i = 0; i < P; i++) if (stock[first + i] > 0) wait += waiting[(k * P + i) * menu + last[first + i]];
      sums[k] = sum;
      const share = shares[step * K + k];
      const scale = share / (1 + sum + wait);
      for (let i = 0; i < P; i++) {
        const chance = weights[k * P + i] * scale;
        cells[k * P + i] = chance;
        products[i] += chance;
      }
      waits[k] = wait * scale;
      surplus += ((share - wait * scale) * Math.log(1 + sum + wait)) / sensitivity[k];
    }
    let any = 0;
    for (let i = 0; i < P; i++) any += products[i];
    chances.any = any;
    chances.surplus = surplus;
  };
  return { chances, compute };
}
