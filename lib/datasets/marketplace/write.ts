import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { startMarket } from "./market";
import {
  EVENTS_HEADER,
  eventRows,
  OFFERS_HEADER,
  offerRow,
  productRows,
  TRUTH_HEADER,
  truthRow,
  userRows,
} from "./rows";
import { type MarketSettings, marketSettings } from "./settings";
import { TextSink } from "./sink";
import { ExperimentSums, type MarketTruth, marketTruth } from "./truth";

/** The files of a market. */
export const MARKET_FILES = {
  events: "events.csv",
  products: "products.csv",
  users: "users.csv",
  offers: "offers.csv",
  "offers-truth": "offers-truth.csv",
} as const;

/** What lies in a market's folder, as `manifest.json` says: the truth, and each file's size and digest. */
export interface MarketManifest {
  truth: MarketTruth;
  files: Record<keyof typeof MARKET_FILES, { path: string; bytes: number; sha256: string }>;
}

/** Options of {@link writeMarket}. */
export interface WriteMarketOptions {
  signal?: AbortSignal;
  /** Called with the count of events so far. */
  onEvents?(count: number): void;
}

/**
 * Makes a market and writes it into `folder` (which must not exist yet): events in the event schema, in time order, as
 * CSV; products; users; the coupon experiment's log and, apart from it, its truth; and manifest.json. Memory doesn't grow
 * with the number of events beyond the users' and products' columns: events pass in chunks of about 65,536.
 * The folder appears once everything is whole; a stopped or failed run leaves nothing.
 */
export async function writeMarket(
  folder: string,
  given: Partial<MarketSettings> = {},
  options: WriteMarketOptions = {},
): Promise<MarketManifest> {
  const settings = marketSettings(given);
  const temporary = join(dirname(folder), `.${basename(folder)}.${process.pid}-${randomBytes(6).toString("hex")}.part`);
  await mkdir(temporary, { recursive: true });
  try {
    const manifest = await writeFiles(temporary, settings, options);
    await writeFile(join(temporary, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    await rename(temporary, folder);
    return manifest;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeFiles(
  folder: string,
  settings: MarketSettings,
  options: WriteMarketOptions,
): Promise<MarketManifest> {
  const sinks: Partial<Record<keyof typeof MARKET_FILES, TextSink>> = {};
  const create = async (name: keyof typeof MARKET_FILES, header: string) => {
    const sink = await TextSink.create(join(folder, MARKET_FILES[name]));
    sinks[name] = sink;
    sink.add(header);
    return sink;
  };
  try {
    const events = await create("events", EVENTS_HEADER);
    const offers = await create("offers", OFFERS_HEADER);
    const truths = await create("offers-truth", TRUTH_HEADER);
    const sums = new ExperimentSums();
    const market = startMarket(settings, (offer) => {
      sums.add(offer);
      offers.add(offerRow(market.world, offer));
      truths.add(truthRow(offer));
    });
    let count = 0;
    let first = Number.NaN;
    let last = Number.NaN;
    for (const chunk of market.chunks(options.signal)) {
      if (count === 0) first = chunk.time[0];
      last = chunk.time[chunk.length - 1];
      for (let row = 0; row < chunk.length; row += 8192) {
        events.add(eventRows(market.world, chunk, row, Math.min(row + 8192, chunk.length)));
        await events.flush();
      }
      for (const sink of [offers, truths]) await sink.flush();
      count += chunk.length;
      options.onEvents?.(count);
    }
    (await create("products", "")).add(productRows(market.world));
    const users = await create("users", "");
    for (let user = 0; user < settings.users; user += 8192) {
      users.add(userRows(market.world, user, Math.min(user + 8192, settings.users)));
      await users.flush();
    }
    const files = {} as MarketManifest["files"];
    for (const [name, path] of Object.entries(MARKET_FILES) as [keyof typeof MARKET_FILES, string][]) {
      const sha256 = await sinks[name]!.finish();
      files[name] = { path, bytes: sinks[name]!.bytes, sha256 };
    }
    const { experiment, sale } = market;
    return {
      truth: marketTruth(settings, { first, last, sessions: market.sessions(), experiment, sums, sale }),
      files,
    };
  } catch (error) {
    for (const sink of Object.values(sinks)) await sink.abandon();
    throw error;
  }
}
