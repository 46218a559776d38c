import { createRandom } from "../../../random";
import { LEDGER_SIZE } from "./ledger";
import type { Shop } from "./shop";
import { createThreefry } from "./threefry";

/** N sales of one shop side by side, row by row in typed arrays. P products, M entries of a mask, W waiting kinds. */
export interface ShopState {
  readonly rows: number;
  /** Units for sale, [N × P]. */
  readonly stock: Int32Array;
  /** Units of cancelled orders that are for sale again in the next step, [N × P]. */
  readonly pending: Int32Array;
  /** Offer shown last, −1 for none yet, [N × P]. */
  readonly last: Int16Array;
  /** Units ordered in the last step, cancelled ones included, [N × P]. */
  readonly sold: Int32Array;
  /** Budget left, Infinity without one, [N]. */
  readonly budget: Float64Array;
  /** Step in which the sale opened, −1 before, [N]. */
  readonly opened: Int32Array;
  /** Customers who wait, by strategic kind, [N × W]. */
  readonly pools: Int32Array;
  /** The row's random numbers: a Threefry key for each sale, [N × 2]. */
  readonly keys: Int32Array;
  /** See {@link LEDGER}, [N × LEDGER_SIZE]. */
  readonly ledger: Float64Array;
  /** Reward of the last step, [N]. */
  readonly rewards: Float64Array;
  /** Choices that the rules allow now, [N × M]. */
  readonly mask: Uint8Array;
}

/** Allocates the state of `rows` sales; {@link startSale} fills a row. */
export function createState(shop: Shop, rows: number): ShopState {
  const products = shop.stock.length;
  return {
    rows,
    stock: new Int32Array(rows * products),
    pending: new Int32Array(rows * products),
    last: new Int16Array(rows * products),
    sold: new Int32Array(rows * products),
    budget: new Float64Array(rows),
    opened: new Int32Array(rows),
    pools: new Int32Array(rows * shop.strategic.length),
    keys: new Int32Array(rows * 2),
    ledger: new Float64Array(rows * LEDGER_SIZE),
    rewards: new Float64Array(rows),
    mask: new Uint8Array(rows * shop.staticMask.length),
  };
}

/** Brings a row to a sale's beginning; its key is left as it is. */
export function startSale(shop: Shop, state: ShopState, row: number): void {
  const products = shop.stock.length;
  const waiting = shop.strategic.length;
  state.stock.set(shop.stock, row * products);
  state.pending.fill(0, row * products, (row + 1) * products);
  state.last.fill(-1, row * products, (row + 1) * products);
  state.sold.fill(0, row * products, (row + 1) * products);
  state.budget[row] = shop.spec.rules.budget ?? Infinity;
  state.opened[row] = -1;
  state.pools.fill(0, row * waiting, (row + 1) * waiting);
  state.ledger.fill(0, row * LEDGER_SIZE, (row + 1) * LEDGER_SIZE);
  state.rewards[row] = 0;
  state.mask.set(shop.staticMask, row * shop.staticMask.length);
}

const threefry = createThreefry();

/** Hands out a key for each of a seed's sales: the e-th sale under a seed is the same whatever was played before. */
export interface SaleKeys {
  /** Starts the seed's sales from the first. */
  seed(seed: number | string): void;
  /** Writes the next sale's key into `keys` at `row`. */
  next(keys: Int32Array, row: number): void;
}

/** A {@link SaleKeys} that stands at the first sale of `seed`. */
export function createSaleKeys(seed: number | string): SaleKeys {
  let [k0, k1, sale] = [0, 0, 0];
  const keys: SaleKeys = {
    seed(value) {
      const random = createRandom(value);
      k0 = random.integer(2 ** 32);
      k1 = random.integer(2 ** 32);
      sale = 0;
    },
    next(into, row) {
      threefry.fill(k0, k1, sale++, 0);
      into[row * 2] = threefry.words[0];
      into[row * 2 + 1] = threefry.words[1];
    },
  };
  keys.seed(seed);
  return keys;
}
