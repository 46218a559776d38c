import { InputError } from "../../errors";
import { createRandom, type Random } from "../../random";
import type { DiscreteSpace, Environment, MultiDiscreteSpace, ResetResult, StepInfo, StepResult } from "../environment";
import { drawDemand, type Sale } from "./sale";

/** What a flash sale tells beside the observation. */
export interface FlashSaleInfo extends StepInfo {
  /** Buyers who came in the period, including those for whom nothing was left. */
  demand: number;
  /** Units sold in the period. */
  sales: number;
}

/**
 * A {@link Sale} as an environment: observation [period, units left] and, under the markdown-only rule, the level
 * before; action: the level of the ladder to show next; reward: the period's contribution margin, the last one with
 * what the units left bring.
 *
 * Common random numbers: every period of an episode takes exactly one uniform number u, whatever was done, and turns
 * it into demand by inverting the Poisson distribution at the price shown. Two policies under one seed therefore meet
 * the same customers: at a lower price never fewer of them buy, and differences between policies have the least noise.
 */
export class FlashSale implements Environment<Int32Array, FlashSaleInfo> {
  readonly observationSpace: MultiDiscreteSpace;
  readonly actionSpace: DiscreteSpace;
  private readonly sale: Sale;
  private readonly draws: Float64Array;
  private readonly observation: Int32Array;
  private readonly info: FlashSaleInfo;
  private readonly result: StepResult<Int32Array, FlashSaleInfo>;
  private random: Random;
  private running = false;

  /** @param seed of the first episode, if `reset` gives none. */
  constructor(sale: Sale, seed: number | string = 0) {
    this.sale = sale;
    const remembers = sale.memory > 1;
    this.observationSpace = {
      kind: "multi-discrete",
      counts: [sale.periods + 1, sale.stock + 1, ...(remembers ? [sale.memory] : [])],
      names: ["period", "units left", ...(remembers ? ["level before"] : [])],
    };
    this.actionSpace = { kind: "discrete", count: sale.levels };
    this.draws = new Float64Array(sale.periods);
    this.observation = new Int32Array(this.observationSpace.counts.length);
    this.info = { actionMask: new Uint8Array(sale.levels).fill(1), demand: 0, sales: 0 };
    this.result = { observation: this.observation, reward: 0, terminated: false, truncated: false, info: this.info };
    this.random = createRandom(seed);
  }

  reset(options: { seed?: number | string } = {}): ResetResult<Int32Array, FlashSaleInfo> {
    if (options.seed !== undefined) this.random = createRandom(options.seed);
    // All of the episode's randomness is drawn here, so that one that ends early leaves the generator in step.
    for (let period = 0; period < this.draws.length; period++) this.draws[period] = 1 - this.random.uniform();
    this.observation.fill(0);
    this.observation[1] = this.sale.stock;
    this.info.actionMask.fill(1);
    this.info.demand = 0;
    this.info.sales = 0;
    this.result.terminated = false;
    this.running = true;
    return this.result;
  }

  /** Throws {@link InputError} before the first reset, after the end, and for a level that the rules forbid. */
  step(action: number): StepResult<Int32Array, FlashSaleInfo> {
    const sale = this.sale;
    const observation = this.observation;
    const info = this.info;
    if (!this.running)
      throw new InputError("the sale is not running", { place: "step", remedy: "Call reset() to start the next one." });
    if (info.actionMask[action] !== 1)
      throw new InputError("the level can't be shown now", {
        value: action,
        place: "action",
        remedy: "Choose one whose actionMask is 1.",
      });
    const period = observation[0];
    const left = observation[1];
    info.demand = drawDemand(sale, period * sale.levels + action, this.draws[period]);
    info.sales = Math.min(info.demand, left);
    observation[0] = period + 1;
    observation[1] = left - info.sales;
    if (sale.memory > 1) {
      observation[2] = action;
      for (let level = 0; level < action; level++) info.actionMask[level] = 0;
    }
    this.result.terminated = observation[0] === sale.periods || observation[1] === 0;
    this.running = !this.result.terminated;
    this.result.reward = info.sales * (sale.prices[action] - sale.unitCost);
    if (this.result.terminated) this.result.reward += observation[1] * (sale.salvage - sale.unitCost);
    return this.result;
  }
}
