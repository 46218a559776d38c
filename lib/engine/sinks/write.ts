import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "../../errors";
import type { Engine, QueryOptions } from "../engine";
import { replacing } from "../parquet";
import { quoteIdentifier, quoteText } from "../quote";

/** Options of {@link writeParquet}. */
export interface WriteParquetOptions extends QueryOptions {
  /** SQL: the rows' order in the file. Default: the relation's own. */
  orderBy?: string;
  /** Default "zstd". */
  compression?: "zstd" | "snappy" | "gzip" | "none";
  /** Columns that become folders named `column=value` instead; the path is then a folder. */
  partitionBy?: readonly string[];
}

/** Options of {@link writeCsv}. */
export interface WriteCsvOptions extends QueryOptions {
  /** SQL: the rows' order in the file. Default: the relation's own. */
  orderBy?: string;
  /** Default: what the path ends in (`.gz`, `.zst`), else "none". */
  compression?: "gzip" | "zstd" | "none";
  /** Default ",". */
  delimiter?: string;
}

/**
 * Writes a relation as Parquet: one file, or with `partitionBy` a folder of folders. What is at the path is replaced in
 * one step when all is on the disk: a run that is killed, or a full disk (DiskFullError), leaves the old. The same rows in
 * the same order give the same bytes. Missing folders on the way are made.
 */
export async function writeParquet(
  engine: Engine,
  relation: string,
  path: string,
  { orderBy, compression = "zstd", partitionBy = [], ...options }: WriteParquetOptions = {},
): Promise<void> {
  requireDuckDb(engine);
  const settings = ["FORMAT parquet", `COMPRESSION ${compression === "none" ? "uncompressed" : compression}`];
  if (partitionBy.length > 0) settings.push(`PARTITION_BY (${partitionBy.map(quoteIdentifier).join(", ")})`);
  await mkdir(dirname(resolve(path)), { recursive: true });
  await replacing(path, (target) => engine.run(copySql(relation, orderBy, target, settings), undefined, options));
}

/**
 * Writes a relation as CSV (UTF-8, names in the first line, a text quoted where it must be, NULL as nothing, an empty text
 * as `""`, times in UTC). Atomic, and the same bytes for the same rows, as {@link writeParquet}.
 */
export async function writeCsv(
  engine: Engine,
  relation: string,
  path: string,
  { orderBy, compression, delimiter = ",", ...options }: WriteCsvOptions = {},
): Promise<void> {
  requireDuckDb(engine);
  if (delimiter.length !== 1 || /["\r\n\0]/.test(delimiter))
    throw new InputError("a delimiter is one character, no quote and no line break", {
      value: delimiter,
      place: "delimiter",
    });
  const packing = compression ?? (/\.gz$/i.test(path) ? "gzip" : /\.zst$/i.test(path) ? "zstd" : "none");
  const settings = ["FORMAT csv", "HEADER true", `DELIMITER ${quoteText(delimiter)}`, `COMPRESSION ${packing}`];
  await mkdir(dirname(resolve(path)), { recursive: true });
  await replacing(path, (target) => engine.run(copySql(relation, orderBy, target, settings), undefined, options));
}

/** COPY of a relation's rows to a file. */
export function copySql(
  relation: string,
  orderBy: string | undefined,
  target: string,
  settings: readonly string[],
): string {
  const order = orderBy === undefined ? "" : ` ORDER BY ${orderBy}`;
  return `COPY (SELECT * FROM ${relation}${order}) TO ${quoteText(target)} (${settings.join(", ")})`;
}

/** Throws InputError for an engine other than DuckDB. */
export function requireDuckDb(engine: Engine): void {
  if (engine.dialect.name === "duckdb") return;
  throw new InputError("files of this kind are written by DuckDB", {
    remedy: "Have Spark export Parquet (exportParquet), and import that into DuckDB.",
  });
}
