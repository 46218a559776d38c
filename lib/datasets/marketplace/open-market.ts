import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Engine, quoteText } from "../../engine/index";
import { DataError } from "../../errors";
import { EVENT_COLUMNS } from "../adapters/events";
import { temporaryName } from "../fetch/atomic";
import { verifyFile } from "../fetch/digest";
import type { DownloadProgress } from "../fetch/ensure";
import type { RegistryEntry } from "../registry";
import { type MarketSettings, marketSettings } from "./settings";
import { MARKET_FILES, type MarketManifest, writeMarket } from "./write";

/** Beyond this many events they are read from a Parquet file instead of kept as a table in memory. */
const IN_MEMORY = 1_000_000;

/** Where and how to make a market. */
export interface PrepareMarketOptions {
  cacheFolder: string;
  signal?: AbortSignal;
  onProgress?(progress: DownloadProgress): void;
}

/** A market on disk. */
export interface PreparedMarket {
  entry: RegistryEntry;
  files: Record<string, string>;
  manifest: MarketManifest;
}

/** Makes the market of these settings in the cache, or verifies the one that is there. */
export async function prepareMarket(
  given: Partial<MarketSettings>,
  options: PrepareMarketOptions,
): Promise<PreparedMarket> {
  const settings = marketSettings(given);
  const folder = join(options.cacheFolder, "marketplace", folderName(settings));
  const path = join(folder, "manifest.json");
  const tell = (bytes: number) => options.onProgress?.({ file: "marketplace events", bytes, total: settings.events });
  let manifest: MarketManifest;
  if (existsSync(path)) manifest = await readManifest(path, folder);
  else {
    try {
      manifest = await writeMarket(folder, settings, { signal: options.signal, onEvents: tell });
    } catch (error) {
      // Another process may have made the same market meanwhile: the same seed gives the same bytes.
      if (!existsSync(path)) throw error;
      manifest = await readManifest(path, folder);
    }
  }
  const files = Object.fromEntries(Object.entries(MARKET_FILES).map(([name, file]) => [name, join(folder, file)]));
  return { entry: entryOf(settings, manifest), files: { ...files, manifest: path }, manifest };
}

/** Makes the market's relations: events, products, users, offers (the log) and offers_truth. */
export async function loadMarket(engine: Engine, schema: string, { files, manifest }: PreparedMarket) {
  const events = `${schema}.events`;
  const types = Object.entries(EVENT_COLUMNS).map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`);
  const csv = `read_csv(${quoteText(files.events)}, auto_detect = false, header = true, nullstr = '', columns = {${types.join(", ")}})`;
  const shape = (source: string) => `SELECT row_number() OVER () AS source_row, *,
    CAST(NULL AS STRUCT(field VARCHAR, value VARCHAR, reason VARCHAR)) AS malformed FROM ${source}`;
  if (manifest.truth.settings.events <= IN_MEMORY) await engine.run(`CREATE TABLE ${events} AS ${shape(csv)}`);
  else {
    const parquet = `${files.events.slice(0, -4)}.parquet`;
    if (!existsSync(parquet)) await writeParquet(engine, csv, parquet);
    await engine.run(`CREATE VIEW ${events} AS ${shape(`read_parquet(${quoteText(parquet)})`)}`);
  }
  const tables = { products: "products", users: "users", offers: "offers", "offers-truth": "offers_truth" } as const;
  for (const [file, table] of Object.entries(tables))
    await engine.run(
      `CREATE TABLE ${schema}.${table} AS SELECT * FROM read_csv(${quoteText(files[file])}, header = true)`,
    );
  return { events, relations: [events, ...Object.values(tables).map((table) => `${schema}.${table}`)] };
}

/** Copies events to a Parquet file, in order, whole or not at all. */
async function writeParquet(engine: Engine, source: string, path: string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await engine.run(`COPY (SELECT * FROM ${source}) TO ${quoteText(temporary)} (FORMAT parquet, COMPRESSION zstd)`);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function readManifest(path: string, folder: string): Promise<MarketManifest> {
  const manifest = JSON.parse(await readFile(path, "utf8")) as MarketManifest;
  for (const file of Object.values(manifest.files))
    await verifyFile(join(folder, file.path), file).catch((cause) => {
      throw new DataError(`a cached market is damaged: ${cause.message}`, {
        place: folder,
        remedy: "Delete the folder; the next open makes it again.",
        cause,
      });
    });
  return manifest;
}

function folderName(settings: MarketSettings): string {
  const digest = createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 8);
  return `${settings.events}-events-seed-${settings.seed}-${digest}`;
}

function entryOf(settings: MarketSettings, { files }: MarketManifest): RegistryEntry {
  return {
    name: "marketplace",
    title: "Synthetic market",
    about:
      "A shop made from a seed: users with segments and tastes, products with cost, price and stock, visits with searches, views, carts and purchases, a coupon experiment whose effect is known for every visit, and a flash sale whose stock runs out.",
    rows: settings.events,
    columns: Object.keys(EVENT_COLUMNS),
    terms: "Made by this program; MIT, as the program",
    citation: "Flashlab, lib/datasets/marketplace",
    currency: "XXX",
    timeZone: "UTC",
    notes: [`Settings: ${JSON.stringify(settings)}.`, "Not real: nothing learned from it is a finding about people."],
    homepage: "",
    sources: {},
    files: Object.entries(files).map(([name, file]) => ({ name, ...file })),
  };
}
