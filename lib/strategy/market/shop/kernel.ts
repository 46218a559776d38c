import { createChances } from "./attraction";
import { LEDGER_SIZE, ledgerIndex } from "./ledger";
import { checkAction, updateMask } from "./mask";
import { createOrders } from "./orders";
import { binomialQuantile, poissonQuantile } from "./quantiles";
import type { Shop } from "./shop";
import type { ShopState } from "./state";
import { createThreefry, unit } from "./threefry";

/** What random numbers are for; with the step, the first half of their Threefry counter. */
const PURPOSES = 16;
const [VISITORS, BUYERS, CHOICE, ORDER, WAIT, RETURN, RETURN_CHOICE, RETURN_ORDER] = [0, 1, 2, 3, 4, 5, 6, 7];
/** Indices of returners' numbers: kind · this + number. */
const POOL = 2 ** 20;

const column = ["visitors", "visits", "demanded", "buyers", "surplus", "leftovers"] as const;
const [A_VISITORS, A_VISITS, A_DEMANDED, A_BUYERS, A_SURPLUS, A_LEFTOVERS] = column.map(ledgerIndex);

/**
 * Makes the function that runs one step of one row. In order:
 *
 * 1. Units of the last step's cancelled orders are for sale again; the action's offers and slots are shown.
 * 2. Customers who waited come back, each with the kind's probability (all in the last step), and choose; then the
 *    step's visitors, Poisson in number, do. All choose by the logit among what has stock as the step begins.
 * 3. Orders are taken one by one (see {@link createOrders}): those of the customers who came back first, then the
 *    visitors' in an order drawn at random. Who finds nothing left is turned away and doesn't choose again.
 * 4. Visitors who chose to wait join those waiting.
 * 5. At the window's end, what is left is booked at its salvage value.
 *
 * Given the number of visitors V, the number who choose a product is Binomial(V, Σ chances), and each of these is of
 * kind k with product i in proportion to the chances: exact, and only buyers are drawn one by one.
 *
 * Common random numbers: V takes a number of its own, the count another, and the n-th buyer of a step further ones,
 * whatever was shown: see {@link Threefry}. Two policies meet the same visitors.
 *
 * @returns advance(row, step, actions, at): throws {@link InputError} for an action that the mask forbids.
 */
export function createKernel(shop: Shop, state: ShopState) {
  const { spec, arrivals, visitors, sensitivity, returning, strategic, unitCost, salvage } = shop;
  const { stock, pending, last, sold, opened, pools, keys, ledger, rewards } = state;
  const P = shop.stock.length;
  const K = shop.kinds.length;
  const W = strategic.length;
  const { length, steps } = spec.clock;
  const { chances, compute } = createChances(shop, state);
  const { cells, products, waits, weights, sums } = chances;
  const account = new Float64Array(LEDGER_SIZE);
  const take = createOrders(shop, state, account);
  const { words, fill } = createThreefry();
  // Names of other modules are looked up at each use: not in the innermost loop.
  const [chance, quantile, size] = [unit, binomialQuantile, LEDGER_SIZE];
  const weight = rewardWeights(spec.weights);

  /** The customers who come back, and their orders. Returns the surplus that they expect. */
  function comeBack(row: number, step: number, isLast: boolean): number {
    let surplus = 0;
    for (let w = 0; w < W; w++) {
      const waiting = pools[row * W + w];
      if (waiting === 0) continue;
      const k = strategic[w];
      fill(keys[row * 2], keys[row * 2 + 1], step * PURPOSES + RETURN, w);
      const back = isLast ? waiting : quantile(chance(words[0]), waiting, returning[k]);
      pools[row * W + w] -= back;
      account[A_VISITS] += back;
      surplus += (back * Math.log(1 + sums[k])) / sensitivity[k];
      const buyers = quantile(chance(words[1]), back, sums[k] / (1 + sums[k]));
      for (let n = 0; n < buyers; n++) {
        fill(keys[row * 2], keys[row * 2 + 1], step * PURPOSES + RETURN_CHOICE, w * POOL + n);
        const i = pick(weights, k * P, 1, P, chance(words[0]) * sums[k]);
        take(row, i, k, chance(words[1]), step * PURPOSES + RETURN_ORDER, w * POOL + n);
      }
    }
    return surplus;
  }

  /** New visitors: their orders, and those who wait. Returns the surplus that they expect. */
  function arrive(row: number, step: number): number {
    if (arrivals[step] === 0) return 0;
    fill(keys[row * 2], keys[row * 2 + 1], step * PURPOSES + VISITORS, 0);
    const came = poissonQuantile(visitors[step], chance(words[0]));
    account[A_VISITORS] += came;
    account[A_VISITS] += came;
    fill(keys[row * 2], keys[row * 2 + 1], step * PURPOSES + BUYERS, 0);
    const any = chances.any;
    const buyers = quantile(chance(words[0]), came, any);
    for (let n = 0; n < buyers; n++) {
      fill(keys[row * 2], keys[row * 2 + 1], step * PURPOSES + CHOICE, n);
      let point = chance(words[0]) * any;
      let i = 0;
      while (i < P - 1 && point >= products[i]) point -= products[i++];
      const k = K === 1 ? 0 : pick(cells, i, P, K, point);
      take(row, i, k, chance(words[1]), step * PURPOSES + ORDER, n);
    }
    let others = came - buyers;
    let rest = 1 - any;
    for (let w = 0; w < W && others > 0; w++) {
      const share = waits[strategic[w]];
      if (share === 0) continue;
      fill(keys[row * 2], keys[row * 2 + 1], step * PURPOSES + WAIT, w);
      const stay = quantile(chance(words[0]), others, share / rest);
      pools[row * W + w] += stay;
      others -= stay;
      rest -= share;
    }
    return came * chances.surplus;
  }

  return (row: number, step: number, actions: ArrayLike<number>, at: number): void => {
    checkAction(shop, state, row, actions, at);
    const first = row * P;
    account.fill(0);
    for (let i = first; i < first + P; i++) {
      stock[i] += pending[i];
      pending[i] = 0;
      sold[i] = 0;
    }
    if (opened[row] < 0 && actions[at] === 1) opened[row] = step;
    const since = step - opened[row];
    if (opened[row] >= 0 && since < length) {
      for (let i = 0; i < P; i++) last[first + i] = actions[at + 1 + i];
      compute(row, step, since, actions, at + 1 + P);
      let surplus = W > 0 ? comeBack(row, step, since === length - 1) : 0;
      surplus += arrive(row, step);
      const demanded = account[A_DEMANDED];
      account[A_SURPLUS] = demanded > 0 ? (surplus * account[A_BUYERS]) / demanded : surplus;
    }
    if (step === steps - 1)
      for (let i = 0; i < P; i++) {
        stock[first + i] += pending[first + i];
        pending[first + i] = 0;
        account[A_LEFTOVERS] += stock[first + i] * (salvage[i] - unitCost[i]);
      }
    let reward = 0;
    for (let c = 0, place = row * size; c < size; c++, place++) {
      ledger[place] += account[c];
      reward += weight[c] * account[c];
    }
    rewards[row] = reward;
    updateMask(shop, state, row, step + 1);
  };
}

/** The place n at which the running sum of weights[from + n · stride] first exceeds `point`; the last at most. */
function pick(weights: Float64Array, from: number, stride: number, count: number, point: number): number {
  let left = point;
  for (let n = 0; n < count - 1; n++) {
    left -= weights[from + n * stride];
    if (left < 0) return n;
  }
  return count - 1;
}

/** What each ledger column adds to the reward: [LEDGER_SIZE]. */
function rewardWeights(weights: Shop["spec"]["weights"]): Float64Array {
  const by = new Float64Array(LEDGER_SIZE);
  for (const name of ["margin", "leftovers", "gmv", "buyers", "surplus"] as const)
    by[ledgerIndex(name)] = weights[name];
  for (const name of ["promotion", "borrowed", "returns"] as const) by[ledgerIndex(name)] = -weights[name];
  return by;
}
