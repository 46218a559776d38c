import { InputError } from "../../errors";

/** How likely a user is to leave. */
export type Risk = "high" | "middle" | "low";

/** What the shop does for users of each risk: a reminder, an offer for members, or nothing out of the ordinary. */
export const ACTIONS: Readonly<Record<Risk, string>> = {
  high: "remind",
  middle: "member offer",
  low: "leave alone",
};

/** From which probability on a risk is high, and middle. */
export interface RiskLimits {
  high: number;
  middle: number;
}

/** The users of one risk. */
export interface RiskBand {
  risk: Risk;
  action: string;
  /** Row numbers, [members]. */
  rows: Uint32Array;
  /** Mean probability; NaN without members. */
  meanProbability: number;
}

/**
 * Users by risk from calibrated probabilities: high from `limits.high` on, middle from `limits.middle` on, low below. The
 * limits mean what they say only if the probabilities are calibrated. 0.7 and 0.4 unless said.
 * Throws {@link InputError} unless 0 < middle < high < 1.
 */
export function riskBands(
  probabilities: ArrayLike<number>,
  { high, middle }: RiskLimits = { high: 0.7, middle: 0.4 },
): RiskBand[] {
  if (!(middle > 0 && middle < high && high < 1))
    throw new InputError("limits are 0 < middle < high < 1", { value: { high, middle }, place: "limits" });
  const members: Record<Risk, number[]> = { high: [], middle: [], low: [] };
  for (let row = 0; row < probabilities.length; row++) members[riskOf(probabilities[row], { high, middle })].push(row);
  return (["high", "middle", "low"] as const).map((risk) => ({
    risk,
    action: ACTIONS[risk],
    rows: Uint32Array.from(members[risk]),
    meanProbability: members[risk].reduce((sum, row) => sum + probabilities[row], 0) / members[risk].length,
  }));
}

/** The risk of one probability. */
export function riskOf(probability: number, { high, middle }: RiskLimits = { high: 0.7, middle: 0.4 }): Risk {
  if (!(probability >= 0 && probability <= 1))
    throw new InputError("a probability is in [0, 1]", { value: probability, place: "probability" });
  return probability >= high ? "high" : probability >= middle ? "middle" : "low";
}
