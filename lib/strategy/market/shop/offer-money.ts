import type { Offer, Segment, ShopProduct, ShopSpec } from "./spec";

/** What one unit sold with an offer means in money, to one kind of customer. */
export interface OfferMoney {
  /** What the offer is worth to the customer. */
  benefit: number;
  /** What the customer pays. */
  paid: number;
  /** What the promotion costs the shop: money off and gift. */
  cost: number;
  /** The gift's part of `cost`, which a return doesn't bring back. */
  gift: number;
}

/** How a customer takes offers. */
export interface OfferTaker {
  /** Redeems coupons. */
  coupon: boolean;
  /** Reaches the units that spend-and-save asks for. */
  qualifies: boolean;
  giftValue: Segment["giftValue"];
}

/** One who takes all that there is: what an offer can cost at most. */
export const TAKES_ALL: OfferTaker = { coupon: true, qualifies: true, giftValue: 1 };

/** The cost rule of each mechanic, for one unit: see {@link Offer}. */
export function offerMoney(
  offer: Offer,
  product: ShopProduct,
  mechanics: ShopSpec["mechanics"],
  taker: OfferTaker,
): OfferMoney {
  const { listPrice } = product;
  const value = offer.depth * listPrice;
  if (offer.mechanic === "gift") {
    const gift = mechanics.giftCost * value;
    return { benefit: taker.giftValue * value, paid: listPrice, cost: gift, gift };
  }
  const takes =
    offer.mechanic === "coupon" ? taker.coupon : offer.mechanic === "spend-and-save" ? taker.qualifies : true;
  const off = takes ? value : 0;
  return { benefit: off, paid: listPrice - off, cost: off, gift: 0 };
}

/** The lowest price at which the offer lets a unit go: what "may not rise again" is about. */
export function netPrice(offer: Offer, product: ShopProduct): number {
  return offer.mechanic === "gift" ? product.listPrice : product.listPrice * (1 - offer.depth);
}

/** Whether an offer leaves at least the share `minimum` of the price as margin, if the customer takes all of it. */
export function keepsMargin(
  offer: Offer,
  product: ShopProduct,
  mechanics: ShopSpec["mechanics"],
  minimum: number,
): boolean {
  const { paid, gift } = offerMoney(offer, product, mechanics, TAKES_ALL);
  return paid - product.unitCost - gift >= minimum * paid - 1e-9 * product.listPrice;
}

/** An offer in a few words: "20 % off", "gift 15 %", "list price". */
export function offerName({ mechanic, depth }: Offer): string {
  if (depth === 0) return "list price";
  const share = `${Math.round(1000 * depth) / 10} %`;
  return mechanic === "price-cut" ? `${share} off` : `${mechanic} ${share}`;
}
