import { throwIfAborted } from "../../errors";
import { createRandom } from "../../random";
import { EventBuffer, type EventColumns } from "./event-buffer";
import { type FlashSale, planFlashSale } from "./flash-sale";
import type { Offer } from "./offers";
import { type MarketState, playSession } from "./session";
import { FLASH_SALE, type MarketSettings } from "./settings";
import { makeWorld, type World } from "./world";

/** Visits by hour of the day, relative to the mean hour. */
const HOURS = [
  0.3, 0.2, 0.1, 0.1, 0.1, 0.2, 0.4, 0.7, 0.9, 1, 1.1, 1.2, 1.4, 1.2, 1, 1, 1.1, 1.2, 1.4, 1.8, 2.2, 2.1, 1.6, 0.8,
];

/** Visits by day of the period's week (the first day is a Monday), relative to the mean day. */
const WEEKDAYS = [0.9, 0.9, 0.9, 0.95, 1.05, 1.2, 1.1];

/** Events made at a time: what is in memory beside the world is about this many. */
const CHUNK = 65_536;

/** A market that is running. */
export interface Market {
  world: World;
  sale: FlashSale;
  /** First and last second of the coupon experiment. */
  experiment: { begins: number; ends: number };
  /** Visits so far. */
  sessions(): number;
  /** The events, exactly as many as asked for, in the order of time, in chunks; may be run through once. */
  chunks(signal?: AbortSignal): Generator<EventColumns>;
}

/** Sets a market up. `onOffer` receives each visit of the coupon experiment with its potential outcomes. */
export function startMarket(settings: MarketSettings, onOffer: (offer: Offer) => void = () => {}): Market {
  const world = makeWorld(settings);
  const random = createRandom(settings.seed).fork("marketplace").fork("sessions");
  const perSession = eventsPerSession(world);
  let weight = 0;
  for (let hour = 0; hour < 24 * settings.days; hour++) weight += hourWeight(hour, settings.days);
  /** Visits in an hour of weight 1. */
  const rate = settings.events / perSession / weight;
  const saleHour = Math.floor(0.75 * settings.days) * 24 + FLASH_SALE.hour;
  let saleVisits = 0;
  for (let hour = saleHour; hour < saleHour + FLASH_SALE.hours; hour++)
    saleVisits += rate * hourWeight(hour, settings.days);
  const state: MarketState = {
    random,
    events: new EventBuffer(),
    stock: world.products.stock.slice(),
    sale: planFlashSale(world, saleVisits),
    experiment: experimentOf(settings),
    onOffer,
    sessions: 0,
  };
  return {
    world,
    sale: state.sale,
    experiment: state.experiment,
    sessions: () => state.sessions,
    chunks: (signal) => run(world, state, rate, signal),
  };
}

/** The experiment runs from a quarter to half of the period. */
function experimentOf({ days, users }: MarketSettings): MarketState["experiment"] {
  return {
    begins: Math.floor(days / 4) * 86400,
    ends: Math.floor(days / 2) * 86400,
    taken: new Uint8Array(users),
  };
}

function* run(world: World, state: MarketState, rate: number, signal?: AbortSignal): Generator<EventColumns> {
  const { events: wanted, days } = world.settings;
  // A chunk ends on a full hour, so that its length in time is known beforehand.
  const hoursPerChunk = Math.max(1, Math.min(24 * days, Math.round((24 * days * CHUNK) / wanted)));
  let made = 0;
  for (let first = 0; made < wanted; first += hoursPerChunk) {
    throwIfAborted(signal, "making the market");
    const end = first + hoursPerChunk;
    for (let hour = first; hour < end; hour++) playHour(world, state, rate, hour);
    const chunk = state.events.take(first * 3600, end * 3600);
    chunk.length = Math.min(chunk.length, wanted - made);
    made += chunk.length;
    if (chunk.length > 0) yield chunk;
  }
}

/** Visits begin as a Poisson process whose rate is constant within an hour. */
function playHour(world: World, state: MarketState, rate: number, hour: number): void {
  const perSecond = (rate * hourWeight(hour, world.settings.days)) / 3600;
  if (hour % 24 === 0) refill(state.stock, world.products.stock);
  let time = hour * 3600 + state.random.exponential() / perSecond;
  for (; time < (hour + 1) * 3600; time += state.random.exponential() / perSecond)
    playSession(world, state, Math.floor(time));
}

function refill(stock: Int32Array, full: Int32Array): void {
  for (let item = 0; item < stock.length; item++) stock[item] = Math.max(stock[item], full[item]);
}

function hourWeight(hour: number, days: number): number {
  const begins = Math.floor(0.75 * days) * 24 + FLASH_SALE.hour;
  const crowd = hour >= begins && hour < begins + FLASH_SALE.hours ? FLASH_SALE.crowd : 1;
  return HOURS[hour % 24] * WEEKDAYS[Math.floor(hour / 24) % 7] * crowd;
}

/** Mean events of a visit, from 4,000 visits played apart from the market. */
function eventsPerSession(world: World): number {
  const state: MarketState = {
    random: createRandom(world.settings.seed).fork("marketplace").fork("pilot"),
    events: new EventBuffer(),
    stock: new Int32Array(world.settings.products).fill(1_000_000),
    sale: { begins: -1, ends: -1, items: [] },
    experiment: { begins: -1, ends: -1, taken: new Uint8Array(world.settings.users) },
    onOffer: () => {},
    sessions: 0,
  };
  const visits = 4000;
  for (let visit = 0; visit < visits; visit++) playSession(world, state, 0);
  return state.events.length / visits;
}
