import { InputError, requireInteger } from "../../../errors";
import type { BoxSpace, MultiDiscreteSpace } from "../../environment";
import type { BatchedEnvironment, BatchResult } from "./factored";
import { createKernel, type ShopKernel } from "./kernel";
import { type Outcome, readLedger } from "./ledger";
import { actionSpace, requireRunning } from "./market";
import { createObserver, observationSize, observationSpace } from "./observation";
import type { Shop } from "./shop";
import { createSaleKeys, createState, type SaleKeys, type ShopState } from "./state";

/**
 * N sales of one shop side by side: {@link ShopMarket}, batched. A step allocates nothing; row r under seed s is, bit for bit, the
 * single market under seed s.
 */
export class ShopMarkets implements BatchedEnvironment {
  readonly shop: Shop;
  readonly count: number;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: MultiDiscreteSpace;
  /** The sales' arrays. */
  readonly state: ShopState;
  private readonly kernel: ShopKernel;
  private readonly observe: ReturnType<typeof createObserver>;
  private readonly keys: SaleKeys[];
  private readonly result: BatchResult;
  private readonly units: number;
  private readonly width: number;
  private step_ = -1;

  /** @param seed row r starts with the seed `seed + r`. Default 0. */
  constructor(shop: Shop, count: number, seed = 0) {
    this.shop = shop;
    this.count = requireInteger(count, "count", 1);
    this.observationSpace = observationSpace(shop);
    this.actionSpace = actionSpace(shop);
    this.state = createState(shop, count);
    this.kernel = createKernel(shop, this.state);
    this.observe = createObserver(shop, this.state);
    this.keys = Array.from({ length: count }, (_, row) => createSaleKeys(seed + row));
    this.units = shop.stock.reduce((sum, stock) => sum + stock, 0);
    this.width = observationSize(shop);
    this.result = {
      observations: new Float64Array(count * this.width),
      rewards: this.state.rewards,
      terminated: new Uint8Array(count),
      actionMasks: this.state.mask,
    };
  }

  reset(options: { seed?: number; seeds?: readonly (number | string)[] } = {}): BatchResult {
    const { state, result, width } = this;
    const { seed, seeds } = options;
    if (seeds !== undefined && seeds.length !== this.count)
      throw new InputError(`${this.count} sales take as many seeds`, { value: seeds.length, place: "seeds" });
    for (let row = 0; row < this.count; row++) {
      if (seeds !== undefined) this.keys[row].seed(seeds[row]);
      else if (seed !== undefined) this.keys[row].seed(seed + row);
      this.keys[row].next(state.keys, row);
      this.kernel.start(row);
      this.observe(row, 0, result.observations, row * width);
    }
    result.terminated.fill(0);
    this.step_ = 0;
    return result;
  }

  /** Throws {@link InputError} before the first reset, after the end, and for an action that a row's mask forbids. */
  step(actions: ArrayLike<number>): BatchResult {
    const { shop, result, width } = this;
    const { steps } = shop.spec.clock;
    requireRunning(this.step_, steps);
    const numbers = shop.counts.length;
    if (actions.length !== this.count * numbers)
      throw new InputError(`${this.count} sales take actions of ${numbers} numbers each`, {
        value: actions.length,
        place: "actions.length",
      });
    for (let row = 0; row < this.count; row++) {
      this.kernel.advance(row, this.step_, actions, row * numbers);
      this.observe(row, this.step_ + 1, result.observations, row * width);
    }
    this.step_++;
    if (this.step_ === steps) result.terminated.fill(1);
    return result;
  }

  /** The account of one row's sale so far. */
  outcome(row: number): Outcome {
    return readLedger(this.state.ledger, this.units, requireInteger(row, "row", 0, this.count - 1));
  }
}
