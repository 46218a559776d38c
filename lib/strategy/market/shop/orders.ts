import { ledgerIndex } from "./ledger";
import { binomialQuantile } from "./quantiles";
import type { Shop } from "./shop";
import type { ShopState } from "./state";

const DEMANDED = ledgerIndex("demanded");
const ORDERS = ledgerIndex("orders");
const CANCELLED = ledgerIndex("cancelled");
const BUYERS = ledgerIndex("buyers");
const UNITS = ledgerIndex("units");
const RETURNED = ledgerIndex("returned");
const GMV = ledgerIndex("gmv");
const MARGIN = ledgerIndex("margin");
const PROMOTION = ledgerIndex("promotion");
const BORROWED = ledgerIndex("borrowed");
const RETURNS = ledgerIndex("returns");
const SPENT = ledgerIndex("spent");

/** Customers of a step who chose a product, in the order in which they are served; one buffer for all steps. */
export interface OrderQueue {
  /** How many wait in the buffer. */
  count: number;
  /** Product, kind of customer, and a uniform number in (0, 1), each [QUEUE]. */
  readonly products: Int32Array;
  readonly kinds: Int32Array;
  readonly luck: Float64Array;
}

/** Places in the buffer; it is served whenever it is full. */
export const QUEUE = 256;

/** An empty {@link OrderQueue}. */
export function createQueue(): OrderQueue {
  return { count: 0, products: new Int32Array(QUEUE), kinds: new Int32Array(QUEUE), luck: new Float64Array(QUEUE) };
}

/**
 * Makes the function that serves the queue of a row, one customer after the other, and empties it. A customer gets the
 * units wanted, or what is left of them, or what the promotion budget can still pay; with none of these the customer
 * is turned away.
 * An order is cancelled as a whole, its units wait for the next step and it costs and earns nothing; else it is paid,
 * and each unit may be returned after the sale.
 *
 * The customer's uniform number decides on the units wanted; what that leaves of it, which is uniform again, on
 * cancellation; and what that leaves, on returns.
 *
 * @param account what the step adds to the row's ledger, [LEDGER_SIZE].
 */
export function createOrders(shop: Shop, state: ShopState, account: Float64Array, queue: OrderQueue) {
  const { menu, paid, cost, gift, borrowed, units, most, saving, listPrice, unitCost, salvage } = shop;
  const { cancelled, returned, handling } = shop.spec.orders;
  const { stock, pending, last, sold, budget } = state;
  const { products, kinds, luck } = queue;
  const P = shop.stock.length;
  // Names of other modules are looked up at each use: not in the innermost loop.
  const quantile = binomialQuantile;
  const { floor, max, min } = Math;

  return (row: number): void => {
    const orders = queue.count;
    account[DEMANDED] += orders;
    for (let n = 0; n < orders; n++) {
      const i = products[n];
      const k = kinds[n];
      const place = row * P + i;
      const left = stock[place];
      if (left === 0) continue;
      const offer = last[place];
      const cell = (k * P + i) * menu + offer;
      let count = 1;
      let fate = luck[n];
      if (most > 1) {
        const from = (k * 2 + saving[i * menu + offer]) * most - 1;
        while (count < most && fate >= units[from + count]) count++;
        const below = count > 1 ? units[from + count - 1] : 0;
        fate = (fate - below) / (units[from + count] - below);
      }
      if (count > left) count = left;
      const price = cost[cell];
      if (price > 0 && count * price > budget[row]) {
        count = min(count, floor(budget[row] / price + 1e-9));
        if (count === 0) continue;
      }
      account[ORDERS]++;
      stock[place] -= count;
      sold[place] += count;
      if (fate < cancelled) {
        pending[place] += count;
        account[CANCELLED]++;
        continue;
      }
      let back = 0;
      if (returned > 0) {
        const chance = (fate - cancelled) / (1 - cancelled);
        back = count > 1 ? quantile(chance, count, returned) : chance > 1 - returned ? 1 : 0;
      }
      const kept = count - back;
      const margin = listPrice[i] - unitCost[i];
      if (price > 0) {
        budget[row] = max(0, budget[row] - count * price);
        account[SPENT] += count * price;
        account[PROMOTION] += count * price - back * (price - gift[cell]);
      }
      account[BUYERS]++;
      account[UNITS] += count;
      account[GMV] += count * paid[cell];
      account[MARGIN] += kept * margin;
      account[BORROWED] += kept * borrowed[cell] * margin;
      if (back > 0) {
        account[RETURNED] += back;
        account[RETURNS] += back * (handling + unitCost[i] - salvage[i]);
      }
    }
    queue.count = 0;
  };
}
