import { EVENT_TYPES, type EventColumns, FLASH, PURCHASE, SEARCH } from "./event-buffer";
import type { Offer } from "./offers";
import { ARMS, CATEGORIES, CHANNELS, REGIONS, SEGMENTS } from "./settings";
import type { World } from "./world";

/** Header of the events' file: the event schema's columns. */
export const EVENTS_HEADER =
  "event_time,user_id,item_id,event_type,category_id,price,quantity,cost,session_id,query,channel,region,promotion_id\n";

const TWO = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));
const dates = new Map<number, string>();

/** Seconds since 1970 as `2025-03-03 20:15:00`, UTC. */
export function timeText(seconds: number): string {
  const day = Math.floor(seconds / 86400);
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day * 86400000).toISOString().slice(0, 10);
    if (dates.size > 10_000) dates.clear();
    dates.set(day, date);
  }
  const rest = seconds - day * 86400;
  return `${date} ${TWO[Math.floor(rest / 3600)]}:${TWO[Math.floor(rest / 60) % 60]}:${TWO[rest % 60]}`;
}

/** Cents as `12.99`. */
export function money(cents: number): string {
  const whole = Math.floor(cents / 100);
  const rest = cents - 100 * whole;
  return rest < 10 ? `${whole}.0${rest}` : `${whole}.${rest}`;
}

/** A promotion's name; "" for none. */
export function promotionName(promotion: number): string {
  return promotion === 0 ? "" : promotion === FLASH ? "flash-sale" : ARMS[promotion].name;
}

/** Rows `from` to `to` of a chunk as CSV. */
export function eventRows(world: World, events: EventColumns, from: number, to: number): string {
  const { products, users, settings } = world;
  let text = "";
  for (let row = from; row < to; row++) {
    const type = events.type[row];
    const user = events.user[row];
    const item = events.item[row];
    const quantity = events.quantity[row];
    const search = type === SEARCH;
    const what = search
      ? `,search,${CATEGORIES[item]},,,`
      : `p${item + 1},${EVENT_TYPES[type]},${CATEGORIES[products.category[item]]},${money(events.price[row])},${
          quantity === 0 ? "" : quantity
        },${type >= PURCHASE ? money(products.cost[item]) : ""}`;
    text += `${timeText(settings.start + events.time[row])},u${user + 1},${what},s${events.session[row] + 1},${
      search ? CATEGORIES[item] : ""
    },${CHANNELS[users.channel[user]]},${REGIONS[users.region[user]]},${promotionName(events.promotion[row])}\n`;
  }
  return text;
}

/** Header of the experiment's log, what an analyst of the shop sees. */
export const OFFERS_HEADER = `event_time,user_id,session_id,cart_value,arm,${ARMS.map((arm) => `propensity_${column(arm.name)}`).join(",")},converted,spend\n`;

/** One visit of the experiment, as the shop logged it; `spend` is what was paid, after the coupon. */
export function offerRow({ settings }: World, offer: Offer): string {
  const converted = offer.outcomes[offer.arm];
  const spend = converted * Math.round(offer.cartValue * (1 - ARMS[offer.arm].depth));
  return `${timeText(settings.start + offer.time)},u${offer.user + 1},s${offer.session + 1},${money(offer.cartValue)},${
    ARMS[offer.arm].name
  },${offer.propensities.map((chance) => chance.toFixed(8)).join(",")},${converted},${money(spend)}\n`;
}

/** Header of the truth beside the log: chances and potential outcomes under every arm. */
export const TRUTH_HEADER = `session_id,user_id,segment,${ARMS.map((arm) => `chance_${column(arm.name)}`).join(",")},${ARMS.map((arm) => `outcome_${column(arm.name)}`).join(",")}\n`;

/** What would have happened to one visit of the experiment. */
export function truthRow(offer: Offer): string {
  return `s${offer.session + 1},u${offer.user + 1},${SEGMENTS[offer.segment].name},${offer.checkoutChances
    .map((chance) => chance.toFixed(8))
    .join(",")},${offer.outcomes.join(",")}\n`;
}

/** The products as CSV, header included. */
export function productRows({ products }: World): string {
  let text = "item_id,category_id,price,cost,stock\n";
  for (let item = 0; item < products.price.length; item++)
    text += `p${item + 1},${CATEGORIES[products.category[item]]},${money(products.price[item])},${money(products.cost[item])},${products.stock[item]}\n`;
  return text;
}

/** Users `from` to `to` as CSV: what the shop knows, and the segment, which it doesn't. */
export function userRows({ users }: World, from: number, to: number): string {
  let text = from === 0 ? "user_id,region,channel,true_segment\n" : "";
  for (let user = from; user < to; user++)
    text += `u${user + 1},${REGIONS[users.region[user]]},${CHANNELS[users.channel[user]]},${SEGMENTS[users.segment[user]].name}\n`;
  return text;
}

function column(name: string): string {
  return name.replace(/[^a-z0-9]/g, "_");
}
