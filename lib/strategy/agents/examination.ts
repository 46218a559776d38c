import { requireInteger } from "../../errors";
import type { Network } from "./network/network";

/** Examines an agent while it learns, so that what it knew at its best is kept. */
export interface Examination<Agent> {
  /** Steps in the environment from one examination to the next. */
  every: number;
  /**
   * How good the agent is: higher is better. Examine it on episodes of their own, apart from those that it learns from
   * and from those that judge it in the end, since the best of many scores is a lucky one.
   */
  score(agent: Agent): number | Promise<number>;
  /** A score that is good enough to stop learning. Default: none is. */
  enough?: number;
}

/** Carries an {@link Examination} out: remembers the parameters of the best score so far. */
export class Examiner<Agent> {
  /** The last score; NaN before the first. */
  score = Number.NaN;
  private best = -Infinity;
  private readonly kept: Float32Array[] = [];
  private due: number;

  /** @param networks whose parameters are what the agent knows. */
  constructor(
    private readonly examination: Examination<Agent> | undefined,
    private readonly networks: readonly Network[],
  ) {
    this.due = examination ? requireInteger(examination.every, "examine.every", 1) : Infinity;
  }

  /** Examines where it is time to. @returns whether the score is good enough to stop. */
  async visit(agent: Agent, steps: number, last: boolean): Promise<boolean> {
    if (!this.examination || (steps < this.due && !last)) return false;
    const { every, score, enough = Infinity } = this.examination;
    while (this.due <= steps) this.due += every;
    this.score = await score(agent);
    if (this.score > this.best) {
      this.best = this.score;
      this.networks.forEach((network, i) => {
        this.kept[i] = network.parameters.slice();
      });
    }
    return this.score >= enough;
  }

  /** Gives the networks the parameters of the best score back, the earliest of equal ones. */
  restore(): void {
    this.kept.forEach((parameters, i) => {
      this.networks[i].parameters.set(parameters);
    });
  }
}
