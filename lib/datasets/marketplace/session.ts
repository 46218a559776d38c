import type { Random } from "../../random";
import { CART, type EventBuffer, FAVOURITE, FLASH, PURCHASE, REFUND, SEARCH, VIEW } from "./event-buffer";
import type { FlashSale, SaleItem } from "./flash-sale";
import { checkoutChance, makeOffer, type Offer } from "./offers";
import { ARMS, FLASH_SALE, SEGMENTS } from "./settings";
import type { World } from "./world";

/** What changes while the market runs. */
export interface MarketState {
  random: Random;
  events: EventBuffer;
  /** Units on the shelf. */
  stock: Int32Array;
  sale: FlashSale;
  /** The coupon experiment's first and last second; a user takes part once. */
  experiment: { begins: number; ends: number; taken: Uint8Array };
  onOffer(offer: Offer): void;
  sessions: number;
}

/** A product in a cart, with the price it was put there at. */
interface CartLine {
  item: number;
  price: number;
  quantity: number;
  sale?: SaleItem;
}

/** Plays one visit that begins at `start` (whole seconds since the market's start). */
export function playSession(world: World, state: MarketState, start: number): void {
  const { random, events, sale } = state;
  const user = world.visitors.draw(random);
  const segment = SEGMENTS[world.users.segment[user]];
  const session = state.sessions++;
  const cart: CartLine[] = [];
  let time = start;
  let views = 1 + random.poisson(segment.views - 1);
  if (time >= sale.begins && time < sale.ends && random.uniform() < FLASH_SALE.drawn) {
    const offered = sale.items[random.integer(sale.items.length)];
    events.push(time, user, offered.item, VIEW, offered.salePrice, 0, session, FLASH);
    time += 5 + random.integer(60);
    const line = takeFromSale(world, state, user, offered, time);
    if (line) {
      cart.push(line);
      events.push(time, user, line.item, CART, line.price, 1, session, FLASH);
    }
    views = Math.ceil(views / 2);
  }
  for (; views > 0; views--) {
    time += 5 + Math.floor(40 * random.exponential());
    let category = chooseCategory(world, random, user);
    if (random.uniform() < 0.15) {
      category = random.uniform() < 0.5 ? category : world.categories.draw(random);
      events.push(time, user, category, SEARCH, 0, 0, session, 0);
      time += 3 + random.integer(20);
    }
    const shelf = world.shelves[category];
    const item = shelf.items[shelf.table.draw(random)];
    const price = world.products.price[item];
    events.push(time, user, item, VIEW, price, 0, session, 0);
    const chance = wanting(world, user, item, 0);
    if (random.uniform() < chance) {
      if (state.stock[item] > 0) {
        const quantity = Math.min(state.stock[item], 1 + (random.uniform() < 0.15 ? 1 + random.integer(3) : 0));
        state.stock[item] -= quantity;
        time += 2 + random.integer(30);
        putIn(cart, item, price, quantity);
        events.push(time, user, item, CART, price, quantity, session, 0);
      }
    } else if (random.uniform() < 0.3 * chance) {
      time += 1 + random.integer(10);
      events.push(time, user, item, FAVOURITE, price, 0, session, 0);
    }
  }
  if (cart.length > 0) checkOut(world, state, user, session, cart, time + 10 + random.integer(120));
}

/** A product that is in the cart already gets more units: one line a product. */
function putIn(cart: CartLine[], item: number, price: number, quantity: number): void {
  const line = cart.find((each) => each.item === item && each.price === price);
  if (line) line.quantity += quantity;
  else cart.push({ item, price, quantity });
}

/** P(cart) of a viewed product: a logistic function of segment, appeal and price. `discount` is off the usual price. */
function wanting(world: World, user: number, item: number, discount: number): number {
  const segment = SEGMENTS[world.users.segment[user]];
  const { appeal, relativePrice } = world.products;
  const relative = (1 + relativePrice[item]) * (1 - discount) - 1;
  return 1 / (1 + Math.exp(-(segment.cart + appeal[item] - segment.priceSensitivity * relative)));
}

function chooseCategory(world: World, random: Random, user: number): number {
  const draw = random.uniform();
  if (draw < 0.7) return world.users.tastes[2 * user + (draw < 0.45 ? 0 : 1)];
  return world.categories.draw(random);
}

/** A flash sale's visitor is eager: the log odds of the cart are 2 above those of an ordinary view at that price. */
function takeFromSale(
  world: World,
  state: MarketState,
  user: number,
  offered: SaleItem,
  time: number,
): CartLine | null {
  const chance = wanting(world, user, offered.item, FLASH_SALE.depth);
  const eager = 1 / (1 + Math.exp(-(Math.log(chance / (1 - chance)) + 2)));
  if (state.random.uniform() >= eager) return null;
  offered.wanted++;
  if (offered.taken === offered.stock) return null;
  offered.taken++;
  if (offered.taken === offered.stock) offered.soldOutAt = time;
  return { item: offered.item, price: offered.salePrice, quantity: 1, sale: offered };
}

/** The end of a visit with something in the cart: the coupon experiment where it applies, and whether it is paid for. */
function checkOut(
  world: World,
  state: MarketState,
  user: number,
  session: number,
  cart: CartLine[],
  time: number,
): void {
  const { random, events, experiment } = state;
  const cartValue = cart.reduce((sum, line) => sum + line.price * line.quantity, 0);
  const onSale = cart.some((line) => line.sale !== undefined);
  let arm = 0;
  let pays: boolean;
  if (time >= experiment.begins && time < experiment.ends && !onSale && experiment.taken[user] === 0) {
    experiment.taken[user] = 1;
    const offer = makeOffer(world, { time, user, session, cartValue }, random);
    arm = offer.arm;
    pays = offer.outcomes[arm] === 1;
    state.onOffer(offer);
  } else pays = random.uniform() < (onSale ? 0.85 : checkoutChance(world, user, cartValue, 0));
  for (const line of cart) {
    if (!pays) {
      if (!line.sale) state.stock[line.item] += line.quantity;
      continue;
    }
    const promotion = line.sale ? FLASH : arm;
    const price = Math.round(line.price * (1 - ARMS[arm].depth));
    if (line.sale) line.sale.sold++;
    events.push(time, user, line.item, PURCHASE, price, line.quantity, session, promotion);
    if (random.uniform() < 0.03)
      events.push(
        time + 86400 + random.integer(9 * 86400),
        user,
        line.item,
        REFUND,
        price,
        line.quantity,
        session,
        promotion,
      );
  }
}
