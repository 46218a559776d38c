import { requireNumber } from "../../errors";

/** How the learning rate runs. */
export interface ScheduleOptions {
  /** The highest rate. */
  rate: number;
  /** Steps in all. */
  steps: number;
  /** Steps over which the rate rises from 0. Default 0. */
  warmUp?: number;
  /** Where the cosine ends, as a share of the highest rate; 1: the rate stays. Default 0. */
  last?: number;
}

/**
 * The rate of step 0, 1, …: a straight rise over the warm-up, then half a cosine down to its last share (Loshchilov and
 * Hutter 2017, eq. 5 without restarts).
 */
export function schedule({ rate, steps, warmUp = 0, last = 0 }: ScheduleOptions): (step: number) => number {
  requireNumber(rate, "rate", 0);
  requireNumber(last, "last", 0, 1);
  return (step) => {
    if (step < warmUp) return (rate * (step + 1)) / warmUp;
    const share = Math.min((step - warmUp) / Math.max(steps - warmUp, 1), 1);
    return rate * (last + (1 - last) * 0.5 * (1 + Math.cos(Math.PI * share)));
  };
}
