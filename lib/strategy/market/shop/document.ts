import { checkShape, readDocument, type Shape } from "./shape";
import { createShop, type Shop } from "./shop";
import type { ShopSpec } from "./spec";

const FORMAT = "flashlab-shop";
const VERSION = 1;

const SPEC: Shape = {
  currency: "string",
  clock: { start: "number", stepHours: "number", steps: "number", length: "number" },
  products: [
    {
      name: "string",
      listPrice: "number",
      unitCost: "number",
      stock: "number",
      salvage: "number",
      offers: [{ mechanic: "string", depth: "number" }],
    },
  ],
  segments: [
    {
      name: "string",
      arrivals: ["number"],
      taste: ["number"],
      sensitivity: "number",
      wants: ["number"],
      giftValue: "number",
      couponUse: "number",
      topUp: "number",
      countdown: "number",
      scarcity: "number",
      strategic: { share: "number", discount: "number", patience: "number", returns: "number" },
      pullForward: "number",
    },
  ],
  exposure: { lifts: ["number"], hidden: "boolean" },
  urgency: { countdownHours: "number", scarceBelow: "number" },
  orders: { cancelled: "number", returned: "number", handling: "number" },
  mechanics: { giftCost: "number", minimumUnits: "number" },
  rules: { noRise: "boolean", minimumMargin: "number?", budget: "number?", cap: "number?" },
  weights: {
    margin: "number",
    promotion: "number",
    borrowed: "number",
    returns: "number",
    leftovers: "number",
    gmv: "number",
    buyers: "number",
    surplus: "number",
  },
};

/** A shop as a JSON document, readable by {@link loadShop}. Numbers survive exactly. */
export function saveShop(shop: Shop): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, shop: shop.spec }, null, 1)}\n`;
}

/**
 * The shop that {@link saveShop} wrote. Throws {@link DataError} for text that isn't such a document, a field missing,
 * unknown or of another type; {@link InputError} for values that no shop can have. Both name the place.
 */
export function loadShop(text: string): Shop {
  const document = readDocument(text, FORMAT, VERSION);
  checkShape(document, { format: "string", version: "number", shop: SPEC }, "document");
  return createShop(document.shop as ShopSpec);
}
