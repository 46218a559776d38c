import { InputError } from "../../../errors";
import type { BoxSpace, MultiDiscreteSpace, ResetResult, StepInfo, StepResult } from "../../environment";
import type { FactoredEnvironment } from "./factored";
import { createKernel, type ShopKernel } from "./kernel";
import { type Outcome, readLedger } from "./ledger";
import { componentNames } from "./mask";
import { createObserver, observationSize, observationSpace } from "./observation";
import type { Shop } from "./shop";
import { createSaleKeys, createState, type SaleKeys, type ShopState } from "./state";

/** What a shop's sale tells beside the observation; arrays are the market's own. */
export interface ShopInfo extends StepInfo {
  /** Steps done. */
  step: number;
  /** The sale's arrays, of one row. */
  state: ShopState;
  /** The account of the sale so far. */
  outcome(): Outcome;
}

/**
 * A {@link Shop}'s sale as an environment with Gymnasium's interface.
 *
 * Action: [opening (0 wait, 1 open), offer of each product, product of each slot (0 nobody, i + 1)]; before the opening and
 * after the end the other numbers do nothing. Observation: see {@link observationSpace}. Reward: the step's incremental contribution
 * margin under the spec's weights; `info.outcome()` has its parts and the rest. An episode has the window's steps; it
 * doesn't end with the stock, so that visitors who find nothing count too.
 */
export class ShopMarket implements FactoredEnvironment<Float64Array, ShopInfo> {
  readonly shop: Shop;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: MultiDiscreteSpace;
  readonly state: ShopState;
  private readonly kernel: ShopKernel;
  private readonly observe: ReturnType<typeof createObserver>;
  private readonly keys: SaleKeys;
  private readonly result: StepResult<Float64Array, ShopInfo>;
  private readonly units: number;
  private step_ = -1;

  /** @param seed of the first sales, if `reset` gives none. */
  constructor(shop: Shop, seed: number | string = 0) {
    this.shop = shop;
    this.observationSpace = observationSpace(shop);
    this.actionSpace = actionSpace(shop);
    this.state = createState(shop, 1);
    this.kernel = createKernel(shop, this.state);
    this.observe = createObserver(shop, this.state);
    this.keys = createSaleKeys(seed);
    this.units = shop.stock.reduce((sum, stock) => sum + stock, 0);
    this.result = {
      observation: new Float64Array(observationSize(shop)),
      ...{ reward: 0, terminated: false, truncated: false },
      info: {
        actionMask: this.state.mask,
        step: 0,
        state: this.state,
        outcome: () => this.outcome(),
      },
    };
  }

  reset(options: { seed?: number | string } = {}): ResetResult<Float64Array, ShopInfo> {
    const { state, result } = this;
    if (options.seed !== undefined) this.keys.seed(options.seed);
    this.keys.next(state.keys, 0);
    this.kernel.start(0);
    this.step_ = 0;
    this.observe(0, 0, result.observation, 0);
    result.terminated = false;
    result.info.step = 0;
    return result;
  }

  /** Throws {@link InputError} before the first reset, after the end, and for an action that the mask forbids. */
  step(action: ArrayLike<number>): StepResult<Float64Array, ShopInfo> {
    const { shop, state, result } = this;
    const { steps } = shop.spec.clock;
    requireRunning(this.step_, steps);
    this.kernel.advance(0, this.step_, action, 0);
    this.step_++;
    this.observe(0, this.step_, result.observation, 0);
    result.reward = state.rewards[0];
    result.terminated = this.step_ === steps;
    result.info.step = this.step_;
    return result;
  }

  /** The account of the sale so far. */
  outcome(): Outcome {
    return readLedger(this.state.ledger, this.units);
  }
}

/** The numbers of an action, with their names. */
export function actionSpace(shop: Shop): MultiDiscreteSpace {
  return { kind: "multi-discrete", counts: Array.from(shop.counts), names: componentNames(shop) };
}

/** Throws {@link InputError} unless a sale is under way. */
export function requireRunning(step: number, steps: number): void {
  if (step < 0 || step >= steps)
    throw new InputError("the sale is not running", { place: "step", remedy: "Call reset() to start the next one." });
}
