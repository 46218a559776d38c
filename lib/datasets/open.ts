import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { type Engine, openEngine } from "../engine/index";
import { DataError, EnvironmentError, throwIfAborted } from "../errors";
import { noteProvenance } from "../provenance";
import { type Adapted, schemaName } from "./adapters/adapter";
import { ADAPTERS } from "./adapters/index";
import { type DownloadProgress, ensureFiles } from "./fetch/ensure";
import type { MarketSettings } from "./marketplace/index";
import { loadMarket, prepareMarket } from "./marketplace/open-market";
import type { MarketTruth } from "./marketplace/truth";
import { findEntry, type RegistryEntry, readRegistry } from "./registry";

/** Options of {@link open}. */
export interface OpenOptions {
  /** Where verified files are kept. Default: `datasets/cache` of the project. */
  cacheFolder?: string;
  /** A folder looked in before any source. Default: the environment's FLASHLAB_MIRROR; null: none. */
  mirror?: string | null;
  /** Stops the opening with an AbortedError; nothing half-fetched is left. */
  signal?: AbortSignal;
  /** Told how far a download is. */
  onProgress?(progress: DownloadProgress): void;
  /** The engine to open the data in; it stays open when the data set is closed. Default: one of its own. */
  engine?: Engine;
  /** Entries to choose from. Default: `datasets/registry.json`. */
  registry?: readonly RegistryEntry[];
}

/** An opened data set. */
export interface Dataset {
  readonly name: string;
  readonly entry: RegistryEntry;
  readonly engine: Engine;
  /** Absolute paths of the verified files, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The relation in the event schema; use it in SQL as it is. Absent where the data set has no events. */
  readonly events?: string;
  /** All relations, to use in SQL as they are. */
  readonly relations: readonly string[];
  /** SHA-256 of the file, or of the list of its files' digests. */
  readonly sha256: string;
  /** Drops the relations, and closes the engine if it is the data set's own. */
  close(): Promise<void>;
}

/** The project's own cache folder. */
export const CACHE_FOLDER = join(__dirname, "..", "..", "datasets", "cache");

/**
 * Opens a data set of the registry by name: finds its files (cache, mirror, source), verifies each one's SHA-256, and
 * makes its relations in an SQL engine. Notes `data NAME` in the provenance. Throws InputError for an unknown name,
 * DataError for a file that isn't what the registry says, EnvironmentError where a source can't be reached.
 * `open("marketplace", { events, seed })` makes a synthetic market, see {@link openMarket}.
 */
export function open(
  name: "marketplace",
  options?: OpenOptions & Partial<MarketSettings>,
): Promise<Dataset & { truth: MarketTruth }>;
export function open(name: string, options?: OpenOptions): Promise<Dataset>;
export async function open(name: string, options: OpenOptions & Partial<MarketSettings> = {}): Promise<Dataset> {
  if (name === "marketplace") {
    const { mirror: _, registry: __, ...market } = options;
    return openMarket(market);
  }
  const entry = findEntry(options.registry ?? readRegistry(), name, ["marketplace"]);
  const adapter = ADAPTERS[entry.name];
  if (!adapter) throw new DataError("no adapter reads this data set", { value: name, place: "lib/datasets/adapters" });
  const mirror =
    options.mirror === undefined ? process.env.FLASHLAB_MIRROR || undefined : (options.mirror ?? undefined);
  const files = await ensureFiles(entry, {
    cacheFolder: resolve(options.cacheFolder ?? CACHE_FOLDER),
    mirror: mirror === undefined ? undefined : resolve(mirror),
    signal: options.signal,
    onProgress: options.onProgress,
  });
  throwIfAborted(options.signal, `opening ${name}`);
  return openIn(entry, files, options, (engine, schema) => adapter({ engine, files, schema }));
}

/**
 * {@link open} for a part of a work that the rest can do without: undefined where the data is neither cached nor mirrored
 * and its source can't be reached. `tell` is given the reason and what to do about it. All other errors are thrown.
 */
export async function openIfReachable(
  name: string,
  tell: (why: string) => void,
  options: OpenOptions = {},
): Promise<Dataset | undefined> {
  try {
    return await open(name, options);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    tell(error.message);
    return undefined;
  }
}

/** Options of {@link openMarket}: those of any data set, and the market's settings. */
export type MarketOptions = Omit<OpenOptions, "mirror" | "registry"> & Partial<MarketSettings>;

/**
 * Opens a synthetic market of the given settings: `openMarket({ events: 100_000, seed: 1 })`. It is made on first use
 * and kept in the cache. `truth` says what is true of it. See {@link writeMarket} for its files.
 */
export async function openMarket(options: MarketOptions = {}): Promise<Dataset & { truth: MarketTruth }> {
  const cacheFolder = resolve(options.cacheFolder ?? CACHE_FOLDER);
  const { signal, onProgress, engine: _, cacheFolder: __, ...settings } = options;
  const prepared = await prepareMarket(settings, { cacheFolder, signal, onProgress });
  const opened = await openIn(prepared.entry, prepared.files, options, (engine, schema) =>
    loadMarket(engine, schema, prepared),
  );
  return { ...opened, truth: prepared.manifest.truth };
}

async function openIn(
  entry: RegistryEntry,
  files: Record<string, string>,
  options: { engine?: Engine },
  load: (engine: Engine, schema: string) => Promise<Adapted>,
): Promise<Dataset> {
  const engine = options.engine ?? (await openEngine());
  const schema = schemaName(entry.name);
  const drop = () => engine.run(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  try {
    await drop();
    await engine.run(`CREATE SCHEMA ${schema}`);
    const adapted = await load(engine, schema);
    const sha256 = digestOf(entry);
    noteProvenance(`data ${entry.name}`, `sha256:${sha256}`);
    const close = () => (options.engine ? drop() : engine.close());
    return { name: entry.name, entry, engine, files, ...adapted, sha256, close };
  } catch (error) {
    await (options.engine ? drop() : engine.close()).catch(() => undefined);
    throw error;
  }
}

/** One file's digest; of several, the digest of their list as `sha256sum` prints it. */
function digestOf({ files }: RegistryEntry): string {
  if (files.length === 1) return files[0].sha256;
  const list = files.map((file) => `${file.sha256}  ${file.path}\n`).sort();
  return createHash("sha256").update(list.join("")).digest("hex");
}
