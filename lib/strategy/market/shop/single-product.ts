import { InputError } from "../../../errors";
import type {
  DiscreteSpace,
  Environment,
  MultiDiscreteSpace,
  ResetResult,
  StepInfo,
  StepResult,
} from "../../environment";
import type { Outcome } from "./ledger";
import { ShopMarket } from "./market";
import type { Shop } from "./shop";

/** What a sale of one product tells beside the observation. */
export interface SingleProductInfo extends StepInfo {
  outcome(): Outcome;
}

/**
 * A shop with one product as an environment of one discrete action, for agents that choose a level of a ladder (tabular Q-learning,
 * DQN, PPO): observation [step, units left], then [offer shown last, 0 before any] where prices may not rise, then [steps since the opening + 1]
 * where the opening is free; action: the offer to show, or, where the opening is free, the menu's length to wait.
 *
 * What the observation leaves out (the budget left, customers who wait, units of cancelled orders) is there all the same: with these
 * switched off the process is Markov, else the agent sees part of it.
 * Throws {@link InputError} for a shop of several products. One slot, if there is one, shows the product.
 */
export class SingleProductMarket implements Environment<Int32Array, SingleProductInfo> {
  readonly observationSpace: MultiDiscreteSpace;
  readonly actionSpace: DiscreteSpace;
  private readonly market: ShopMarket;
  private readonly remembers: boolean;
  private readonly waits: boolean;
  private readonly action: Int32Array;
  private readonly observation: Int32Array;
  private readonly info: SingleProductInfo;
  private readonly result: StepResult<Int32Array, SingleProductInfo>;

  /** @param seed of the first sales, if `reset` gives none. */
  constructor(shop: Shop, seed: number | string = 0) {
    if (shop.stock.length !== 1)
      throw new InputError("this environment is for a shop of one product", {
        value: shop.stock.length,
        place: "number of products",
        remedy: "Use ShopMarket for several.",
      });
    const { clock, rules } = shop.spec;
    this.market = new ShopMarket(shop, seed);
    this.remembers = rules.noRise;
    this.waits = clock.length < clock.steps;
    const counts = [clock.steps + 1, shop.stock[0] + 1];
    const names = ["step", "units left"];
    if (this.remembers) {
      counts.push(shop.menu);
      names.push("offer before");
    }
    if (this.waits) {
      counts.push(clock.length + 2);
      names.push("steps since the opening");
    }
    this.observationSpace = { kind: "multi-discrete", counts, names };
    this.actionSpace = { kind: "discrete", count: shop.menu + (this.waits ? 1 : 0) };
    this.action = new Int32Array(shop.counts.length).fill(1);
    this.observation = new Int32Array(counts.length);
    this.info = { actionMask: new Uint8Array(this.actionSpace.count), outcome: () => this.market.outcome() };
    this.result = { observation: this.observation, reward: 0, terminated: false, truncated: false, info: this.info };
  }

  reset(options: { seed?: number | string } = {}): ResetResult<Int32Array, SingleProductInfo> {
    this.market.reset(options);
    this.result.terminated = false;
    this.look(0);
    return this.result;
  }

  /** Throws {@link InputError} before the first reset, after the end, and for an action that the mask forbids. */
  step(action: number): StepResult<Int32Array, SingleProductInfo> {
    const { menu } = this.market.shop;
    const waiting = this.waits && action === menu;
    this.action[0] = waiting ? 0 : 1;
    // An offer beside waiting does nothing: one that is allowed.
    this.action[1] = waiting ? this.info.actionMask.indexOf(1) : action;
    const { reward, terminated, info } = this.market.step(this.action);
    this.result.reward = reward;
    this.result.terminated = terminated;
    this.look(info.step);
    return this.result;
  }

  private look(step: number): void {
    const { shop, state } = this.market;
    const { length } = shop.spec.clock;
    const opened = state.opened[0];
    let at = 2;
    this.observation[0] = step;
    this.observation[1] = state.stock[0];
    if (this.remembers) this.observation[at++] = Math.max(0, state.last[0]);
    if (this.waits) this.observation[at] = opened < 0 ? 0 : Math.min(length, step - opened) + 1;
    for (let offer = 0; offer < shop.menu; offer++)
      this.info.actionMask[offer] = state.mask[shop.maskOffsets[1] + offer];
    if (this.waits) this.info.actionMask[shop.menu] = state.mask[0];
  }
}
