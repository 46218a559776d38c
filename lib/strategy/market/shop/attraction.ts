import type { Shop } from "./shop";
import type { ShopState } from "./state";

/** Who would choose what in a step: chances of one visitor. Overwritten by each step. */
export interface Chances {
  /** That a visitor is of kind k and chooses some product, [K]. */
  readonly buys: Float64Array;
  /** Is of kind k and waits, [K]. */
  readonly waits: Float64Array;
  /** Chooses some product. */
  any: number;
  /** e^utility of each product, [K × P]: a customer of kind k chooses among row tastes[k] in proportion. */
  readonly weights: Float64Array;
  /** Sum of each row of `weights` that is in use, [K]. */
  readonly sums: Float64Array;
  /** The first kind with the same tastes: kinds that differ only in being strategic have one row of weights. [K] */
  readonly tastes: Int32Array;
  /** Expected surplus of one new visitor, in money. */
  surplus: number;
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
  const S = lifts.length;
  const length = spec.clock.length;
  const width = stockOffsets[P];
  const factors = new Float64Array(G * P);
  const seen = new Float64Array(P);
  const shown = new Int32Array(P);
  const strategic = Uint8Array.from(shop.kinds, (kind) => (kind.strategic ? 1 : 0));
  const buys = new Float64Array(K);
  const waits = new Float64Array(K);
  const weights = new Float64Array(K * P);
  const sums = new Float64Array(K);
  const tastes = Int32Array.from(shop.kinds, (kind) =>
    shop.kinds.findIndex(
      (other) => other.segment === kind.segment && other.coupon === kind.coupon && other.qualifies === kind.qualifies,
    ),
  );
  const chances: Chances = { buys, waits, any: 0, weights, sums, tastes, surplus: 0 };
  const perUtility = sensitivity.map((utility) => 1 / utility);
  const { stock, last } = state;

  const compute = (row: number, step: number, since: number, actions: ArrayLike<number>, slotsAt: number): void => {
    const first = row * P;
    for (let i = 0; i < P; i++) {
      seen[i] = unseen;
      shown[i] = i * menu + last[first + i];
    }
    for (let s = 0; s < S; s++) {
      const item = actions[slotsAt + s] - 1;
      if (item >= 0 && (lifts[s] > seen[item] || seen[item] === unseen)) seen[item] = lifts[s];
    }
    for (let g = 0, at = 0; g < G; g++) {
      const urgency = countdown[g * length + since];
      for (let i = 0; i < P; i++, at++)
        factors[at] = urgency * scarcity[g * width + stockOffsets[i] + stock[first + i]] * seen[i];
    }
    const mayWait = since < length - 1;
    let surplus = 0;
    let any = 0;
    for (let k = 0; k < K; k++) {
      const from = k * P;
      const table = from * menu;
      const factor = segments[k] * P;
      let sum = 0;
      if (tastes[k] === k)
        for (let i = 0; i < P; i++) {
          const weight = attraction[table + shown[i]] * factors[factor + i];
          weights[from + i] = weight;
          sum += weight;
        }
      else sum = sums[tastes[k]];
      let wait = 0;
      if (mayWait && strategic[k] === 1)
        for (let i = 0; i < P; i++) if (stock[first + i] > 0) wait += waiting[table + shown[i]];
      sums[k] = sum;
      const share = shares[step * K + k];
      const scale = share / (1 + sum + wait);
      buys[k] = sum * scale;
      any += sum * scale;
      waits[k] = wait * scale;
      surplus += (share - wait * scale) * logOnePlus(sum + wait) * perUtility[k];
    }
    chances.any = any;
    chances.surplus = surplus;
  };
  return { chances, compute };
}

/**
 * ln(1 + x) for x >= 0, to 1e-15 relative: 2 artanh(x / (2 + x)) by its series, where most markets are and where it
 * takes a third of the time of Math.log1p; beyond, that.
 */
function logOnePlus(x: number): number {
  if (x > 0.25) return Math.log1p(x);
  const z = x / (2 + x);
  const q = z * z;
  return (
    2 * z * (1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q * (1 / 15))))))))
  );
}
