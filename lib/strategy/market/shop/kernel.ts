import { createChances } from "./attraction";
import { LEDGER_SIZE, ledgerIndex } from "./ledger";
import { createMask } from "./mask";
import { createOrders, createQueue, QUEUE } from "./orders";
import { binomialQuantile, poissonQuantile } from "./quantiles";
import type { Shop } from "./shop";
import { type ShopState, startSale } from "./state";
import { createThreefry } from "./threefry";

/** What random numbers are for; with the step, the first half of their Threefry counter. */
const PURPOSES = 8;
const [ARRIVAL, CHOICE, WAIT, RETURN, RETURN_CHOICE] = [0, 1, 2, 3, 4];
/** Indices of returners' numbers: kind · this + number. */
const POOL = 2 ** 20;

const columns = ["visitors", "visits", "demanded", "buyers", "surplus", "leftovers", "spent"] as const;
const [VISITORS, VISITS, DEMANDED, BUYERS, SURPLUS, LEFTOVERS, SPENT] = columns.map(ledgerIndex);

/** Runs the rows of a {@link ShopState}. */
export interface ShopKernel {
  /** Brings a row, whose key is set, to a sale's beginning. */
  start(row: number): void;
  /** One step of one row. Throws {@link InputError} for an action, at `at` of `actions`, that the mask forbids. */
  advance(row: number, step: number, actions: ArrayLike<number>, at: number): void;
}

/**
 * Makes the functions that run a shop's sales. A step, in order:
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
 * kind k with product i in proportion to the chances: exact, and only buyers are drawn one by one. Kind, product, units,
 * cancellation and returns of a buyer come from one 32-bit number, by cutting (0, 1) into one piece for each combination:
 * no combination's probability is off by more than 2^-32.
 *
 * Common random numbers: V takes a number of its own, the count another, and the n-th buyer of a step further ones,
 * whatever was shown: see {@link Threefry}. Two policies meet the same visitors.
 */
export function createKernel(shop: Shop, state: ShopState): ShopKernel {
  const { spec, arrivals, visitors, sensitivity, returning, strategic, unitCost, salvage } = shop;
  const { stock, pending, last, sold, opened, pools, keys, ledger, rewards } = state;
  const P = shop.stock.length;
  const K = shop.kinds.length;
  const W = strategic.length;
  const { length, steps } = spec.clock;
  const { chances, compute } = createChances(shop, state);
  const { buys, waits, weights, sums, tastes } = chances;
  const account = new Float64Array(LEDGER_SIZE);
  const queue = createQueue();
  const { products: queuedProducts, kinds: queuedKinds, luck } = queue;
  const serve = createOrders(shop, state, account, queue);
  const mask = createMask(shop, state);
  const { words, fill } = createThreefry();
  const weight = rewardWeights(spec.weights);
  // Names of other modules are looked up at each use: not in the innermost loop.
  const [quantile, poisson, size, full, { log, min }] = [binomialQuantile, poissonQuantile, LEDGER_SIZE, QUEUE, Math];

  /** Queues a buyer of kind k, whose product is the one at `point` of the weights laid end to end. */
  function order(row: number, k: number, point: number): void {
    const first = tastes[k] * P;
    let left = point;
    let i = 0;
    while (i < P - 1 && left >= weights[first + i]) left -= weights[first + i++];
    if (queue.count === full) serve(row);
    const place = queue.count++;
    queuedProducts[place] = i;
    queuedKinds[place] = k;
    // Rounding may leave as much as the whole weight.
    luck[place] = min(left / weights[first + i], 1 - 2 ** -33);
  }

  /** The customers who come back, and their orders. Returns the surplus that they expect. */
  function comeBack(row: number, step: number, isLast: boolean): number {
    const k0 = keys[row * 2];
    const k1 = keys[row * 2 + 1];
    let surplus = 0;
    for (let w = 0; w < W; w++) {
      const waiting = pools[row * W + w];
      if (waiting === 0) continue;
      const k = strategic[w];
      fill(k0, k1, step * PURPOSES + RETURN, w);
      const back = isLast ? waiting : quantile(unit(words[0]), waiting, returning[k]);
      if (back === 0) continue;
      pools[row * W + w] -= back;
      account[VISITS] += back;
      surplus += (back * log(1 + sums[k])) / sensitivity[k];
      const buyers = quantile(unit(words[1]), back, sums[k] / (1 + sums[k]));
      for (let n = 0; n < buyers; n++) {
        if ((n & 1) === 0) fill(k0, k1, step * PURPOSES + RETURN_CHOICE, w * POOL + n);
        order(row, k, unit(words[n & 1]) * sums[k]);
      }
    }
    return surplus;
  }

  /** New visitors: their orders, and those who wait. Returns the surplus that they expect. */
  function arrive(row: number, step: number): number {
    if (arrivals[step] === 0) return 0;
    const k0 = keys[row * 2];
    const k1 = keys[row * 2 + 1];
    const any = chances.any;
    fill(k0, k1, step * PURPOSES + ARRIVAL, 0);
    const came = poisson(visitors[step], unit(words[0]));
    account[VISITORS] += came;
    account[VISITS] += came;
    const buyers = quantile(unit(words[1]), came, any);
    for (let n = 0; n < buyers; n++) {
      if ((n & 1) === 0) fill(k0, k1, step * PURPOSES + CHOICE, n);
      let point = unit(words[n & 1]) * any;
      let k = 0;
      while (k < K - 1 && point >= buys[k]) point -= buys[k++];
      order(row, k, (point / buys[k]) * sums[k]);
    }
    let others = came - buyers;
    let rest = 1 - any;
    for (let w = 0; w < W && others > 0; w++) {
      const share = waits[strategic[w]];
      if (share === 0) continue;
      fill(k0, k1, step * PURPOSES + WAIT, w);
      const stay = quantile(unit(words[0]), others, share / rest);
      pools[row * W + w] += stay;
      others -= stay;
      rest -= share;
    }
    return came * chances.surplus;
  }

  function advance(row: number, step: number, actions: ArrayLike<number>, at: number): void {
    mask.check(row, actions, at);
    const first = row * P;
    for (let c = 0; c < size; c++) account[c] = 0;
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
      serve(row);
      const demanded = account[DEMANDED];
      account[SURPLUS] = demanded > 0 ? (surplus * account[BUYERS]) / demanded : surplus;
    }
    if (step === steps - 1)
      for (let i = 0; i < P; i++) {
        stock[first + i] += pending[first + i];
        pending[first + i] = 0;
        account[LEFTOVERS] += stock[first + i] * (salvage[i] - unitCost[i]);
      }
    let reward = 0;
    for (let c = 0, place = row * size; c < size; c++, place++) {
      ledger[place] += account[c];
      reward += weight[c] * account[c];
    }
    rewards[row] = reward;
    mask.update(row, step + 1, account[SPENT] > 0);
  }

  return {
    advance,
    start(row) {
      startSale(shop, state, row);
      mask.update(row, 0, true);
    },
  };
}

/** A Threefry word as a number in (0, 1); here, since a local function is inlined. */
function unit(word: number): number {
  return ((word >>> 0) + 0.5) * 2 ** -32;
}

/** What each ledger column adds to the reward: [LEDGER_SIZE]. */
function rewardWeights(weights: Shop["spec"]["weights"]): Float64Array {
  const by = new Float64Array(LEDGER_SIZE);
  for (const name of ["margin", "leftovers", "gmv", "buyers", "surplus"] as const)
    by[ledgerIndex(name)] = weights[name];
  for (const name of ["promotion", "borrowed", "returns"] as const) by[ledgerIndex(name)] = -weights[name];
  return by;
}
