import type { Random } from "../../random";
import { ARMS, SEGMENTS } from "./settings";
import type { World } from "./world";

/** One visit to which the coupon experiment applied, and what would have happened under each arm. */
export interface Offer {
  /** Seconds since the market's start. */
  time: number;
  user: number;
  session: number;
  segment: number;
  /** Cents, before any coupon. */
  cartValue: number;
  /** The arm drawn. */
  arm: number;
  /** The chance with which each arm could be drawn. */
  propensities: number[];
  /** P(checkout | arm) for each arm: the truth. */
  checkoutChances: number[];
  /** 1 where the visit would have checked out under that arm: the potential outcomes. */
  outcomes: number[];
}

/** A cart of this many cents is of ordinary value. */
const TYPICAL_CART = 2500;

/** How far a cart's value is from the ordinary, on a log scale, within ±1.5. */
export function cartSize(cartValue: number): number {
  return Math.max(-1.5, Math.min(1.5, Math.log(cartValue / TYPICAL_CART)));
}

/**
 * P(checkout) of a visit with the given cart under a coupon of a depth:
 * σ(checkout of the segment + mood of the user − 0.5 · cart size + coupon effect of the segment · depth).
 */
export function checkoutChance(world: World, user: number, cartValue: number, depth: number): number {
  const segment = SEGMENTS[world.users.segment[user]];
  const logOdds = segment.checkout + world.users.mood[user] - 0.5 * cartSize(cartValue) + segment.couponEffect * depth;
  return 1 / (1 + Math.exp(-logOdds));
}

/**
 * The shop's own habit of giving coupons: softmax of (0, 0.3 − 0.4 z, −0.2 + 0.6 z) for cart size z. Full carts get deeper
 * coupons and check out less often anyway, so arms compared as they are mislead, and weighting by these chances doesn't.
 */
export function assignmentChances(cartValue: number): number[] {
  const z = cartSize(cartValue);
  const weights = [1, Math.exp(0.3 - 0.4 * z), Math.exp(-0.2 + 0.6 * z)];
  const total = weights[0] + weights[1] + weights[2];
  return weights.map((weight) => weight / total);
}

/** Runs the experiment on one visit: draws the arm, and with one draw for all arms the potential outcomes. */
export function makeOffer(
  world: World,
  visit: { time: number; user: number; session: number; cartValue: number },
  random: Random,
): Offer {
  const propensities = assignmentChances(visit.cartValue);
  const arm = random.categorical(propensities);
  const draw = random.uniform();
  const checkoutChances = ARMS.map(({ depth }) => checkoutChance(world, visit.user, visit.cartValue, depth));
  return {
    ...visit,
    segment: world.users.segment[visit.user],
    arm,
    propensities,
    checkoutChances,
    outcomes: checkoutChances.map((chance) => (draw < chance ? 1 : 0)),
  };
}
