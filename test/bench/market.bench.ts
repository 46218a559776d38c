import { performance } from "node:perf_hooks";
import { type LedgerColumn, readLedger } from "../../lib/strategy/market/shop/ledger";
import { ShopMarket } from "../../lib/strategy/market/shop/market";
import { ShopMarkets } from "../../lib/strategy/market/shop/markets";
import { createShop } from "../../lib/strategy/market/shop/shop";
import type { Offer, ShopOptions } from "../../lib/strategy/market/shop/spec";
import { meanAndError } from "../../lib/strategy/simulate";
import { alternate, type Bench, metric } from "./harness";
import { Peer } from "./peer";

const OFFERS: Offer[] = [
  ...[0, 0.1, 0.2, 0.3, 0.4].map((depth): Offer => ({ mechanic: "price-cut", depth })),
  { mechanic: "coupon", depth: 0.2 },
];
const HOURS = 24;
const profile = Array.from({ length: HOURS }, (_, hour) => 60 + 50 * Math.sin((Math.PI * hour) / HOURS));

/** Five products, two segments one of which waits, coupons, urgency, two slots, budget, cancellations and returns. */
const SHOP: ShopOptions = {
  clock: { steps: HOURS },
  products: [25, 30, 40, 50, 80].map((listPrice, i) => ({
    ...{ name: `product ${i}`, listPrice, unitCost: 0.55 * listPrice, salvage: 0.3 * listPrice, offers: OFFERS },
    stock: 60 - 8 * i,
  })),
  segments: [
    {
      ...{ name: "regulars", arrivals: profile, taste: [-4, -4.2, -4.4, -4.6, -5], sensitivity: 0.06 },
      ...{ wants: [0.8, 0.15, 0.05], couponUse: 0.4, countdown: 0.3, scarcity: 0.4, pullForward: 0.3 },
    },
    {
      ...{
        name: "hunters",
        arrivals: profile.map((rate) => rate / 2),
        taste: [-5, -5, -5, -5.5, -6],
        sensitivity: 0.12,
      },
      ...{ couponUse: 0.9, scarcity: 0.6, strategic: { share: 0.4, discount: 0.3, patience: 0.6, returns: 0.2 } },
    },
  ],
  exposure: { lifts: [0.5, 0.25] },
  urgency: { countdownHours: 4, scarceBelow: 12 },
  orders: { cancelled: 0.05, returned: 0.08, handling: 2 },
  rules: { budget: 700, minimumMargin: 0.02 },
};
const PLAN = Array.from({ length: HOURS }, (_, hour) => (hour < 6 ? 1 : hour < 12 ? 5 : hour < 18 ? 2 : 3));
const SLOTS = [1, 2];
const COMPARED: (LedgerColumn | "contribution")[] = [
  ...(["contribution", "visitors", "visits", "demanded", "orders", "buyers", "units", "surplus"] as const),
];

type Outcomes = Record<string, number[]>;
const shop = createShop(SHOP);
const units = shop.stock.reduce((sum, stock) => sum + stock, 0);

/** Writes the benchmark's action of one row. */
function act(step: number, mask: Uint8Array, row: number, actions: Int32Array): void {
  const at = row * shop.counts.length;
  const base = row * shop.staticMask.length;
  for (let i = 0; i < shop.stock.length; i++)
    actions[at + 1 + i] = mask[base + shop.maskOffsets[1 + i] + PLAN[step]] === 1 ? PLAN[step] : 0;
}

function rows(count: number): Int32Array {
  const actions = new Int32Array(count * shop.counts.length);
  for (let row = 0; row < count; row++) {
    actions[row * shop.counts.length] = 1;
    actions.set(SLOTS, row * shop.counts.length + 1 + shop.stock.length);
  }
  return actions;
}

/** Seconds that sales one at a time take. */
function single(sales: number, seed: number, outcomes?: Outcomes): number {
  const market = new ShopMarket(shop, seed);
  const action = rows(1);
  const start = performance.now();
  for (let sale = 0; sale < sales; sale++) {
    const { info } = market.reset();
    for (let step = 0; step < HOURS; step++) {
      act(step, info.actionMask, 0, action);
      market.step(action);
    }
    if (outcomes) keep(outcomes, market.state.ledger, 1);
  }
  return (performance.now() - start) / 1000;
}

/** Seconds that `rounds` of sales side by side take. */
function batched(market: ShopMarkets, rounds: number): number {
  const actions = rows(market.count);
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    const { actionMasks } = market.reset();
    for (let step = 0; step < HOURS; step++) {
      for (let row = 0; row < market.count; row++) act(step, actionMasks, row, actions);
      market.step(actions);
    }
  }
  return (performance.now() - start) / 1000;
}

function keep(outcomes: Outcomes, ledger: Float64Array, count: number): void {
  for (let row = 0; row < count; row++) {
    const outcome = readLedger(ledger, units, row);
    for (const name of COMPARED) {
      outcomes[name] ??= [];
      outcomes[name].push(outcome[name]);
    }
  }
}

/** Throws where a mean differs by more than the error of both explains (4.5 standard errors). Returns the largest. */
function compare(ours: Outcomes, theirs: Outcomes, peer: string, log: (text: string) => void): void {
  for (const name of COMPARED) {
    const [a, b] = [meanAndError(Float64Array.from(ours[name])), meanAndError(Float64Array.from(theirs[name]))];
    const z = (a.mean - b.mean) / Math.hypot(a.standardError, b.standardError);
    log(`  ${name}: ${a.mean.toFixed(3)}, ${peer} ${b.mean.toFixed(3)} (${z.toFixed(1)} standard errors apart)`);
    if (!(Math.abs(z) < 4.5)) throw new Error(`two markets: mean ${name} is ${a.mean}, and ${b.mean} in ${peer}`);
  }
}

const [SINGLE_SALES, PEER_SALES, ROWS] = [2000, 60, 1024];

const bench: Bench = {
  about: "Steps of the flash-sale market, against the same market for Gymnasium and in NumPy",
  async run({ python, runs, log }) {
    const peer = new Peer(python, "market");
    const ask = (task: string, sales: number, rounds: number, outcomes: boolean) =>
      peer.ask<{ seconds: number; outcome: Outcomes }>({
        ...{ task, spec: shop.spec, plan: PLAN, slots: SLOTS, sales, seed: 1, rounds, outcomes },
      });
    try {
      const rate = (sales: number, seconds: number) => (sales * HOURS) / seconds;
      // First, while the process has made one market only, as one that trains an agent would: V8 compiles such a market more
      // tightly than one of several.
      log("speed, side by side");
      const market = new ShopMarkets(shop, ROWS, 1);
      const together = await alternate(
        {
          ours: () => rate(4 * ROWS, batched(market, 4)),
          numpy: async () => rate(2 * ROWS, (await ask("batched", ROWS, 2, false)).seconds),
        },
        runs,
      );
      log("that all three are the same market");
      const ours: Outcomes = {};
      single(8000, 1, ours);
      compare(ours, (await ask("batched", ROWS, 8, true)).outcome, "NumPy", log);
      compare(ours, (await ask("single", 1000, 1, true)).outcome, "Gymnasium", log);
      log("speed, one sale at a time");
      const alone = await alternate(
        {
          ours: () => rate(SINGLE_SALES, single(SINGLE_SALES, 2)),
          gymnasium: async () => rate(PEER_SALES, (await ask("single", PEER_SALES, 1, false)).seconds),
        },
        runs,
      );
      return [
        metric("market, one sale at a time", "steps/s", "higher", alone.ours, {
          ...{ name: "Gymnasium, Python", value: alone.gymnasium },
        }),
        metric(`market, ${ROWS} sales side by side`, "steps/s", "higher", together.ours, {
          ...{ name: "NumPy", value: together.numpy },
        }),
      ];
    } finally {
      peer.close();
    }
  },
};

export default bench;
