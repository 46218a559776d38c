import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError, InputError } from "../../errors";
import type { Engine } from "../engine";

/** Kinds of files that are read. */
export type FileFormat = "csv" | "jsonl" | "parquet";

const ENDINGS: Record<FileFormat, RegExp> = {
  csv: /\.(csv|tsv|txt)(\.gz|\.zst)?$/i,
  jsonl: /\.(jsonl|ndjson|json)(\.gz|\.zst)?$/i,
  parquet: /\.parquet$/i,
};

/** The format that a path's ending tells; undefined where it tells none. */
export function formatOf(path: string): FileFormat | undefined {
  return (Object.keys(ENDINGS) as FileFormat[]).find((format) => ENDINGS[format].test(path));
}

/**
 * The files that paths mean, each once, a list's in its order and a folder's or glob's sorted by name (code unit by code
 * unit, on every machine alike). A folder means all files of the format in it and below, but for hidden ones and those
 * that start with `_`. A path that is a file is that file, even if it could be a glob.
 *
 * Throws DataError for a path that means no file, InputError where no format is said and none can be told.
 */
export async function listFiles(
  engine: Engine,
  paths: string | readonly string[],
  format?: FileFormat,
): Promise<{ files: string[]; format: FileFormat }> {
  const given = typeof paths === "string" ? [paths] : paths;
  if (given.length === 0) throw new InputError("no file is given", { place: "paths" });
  const files = new Set<string>();
  for (const path of given) {
    const found = await expand(engine, path, format);
    if (found.length === 0)
      throw new DataError(`there is no ${format === undefined ? "such" : `${format}`} file`, {
        value: path,
        remedy: "Check the path; relative paths start at the process's folder.",
      });
    for (const file of found) files.add(file);
  }
  const all = [...files];
  const formats = new Set(format === undefined ? all.map(formatOf) : [format]);
  const [told] = formats;
  if (formats.size === 1 && told !== undefined) return { files: all, format: told };
  throw new InputError("the format of the files can't be told from their names, or they are of several", {
    value: all.slice(0, 3),
    place: "format",
    remedy: 'Say which it is: "csv", "jsonl" or "parquet".',
  });
}

async function expand(engine: Engine, path: string, format: FileFormat | undefined): Promise<string[]> {
  if (existsSync(path)) {
    if (!(await stat(path)).isDirectory()) return [path];
    return (await below(path)).filter((file) => (format === undefined ? formatOf(file) : ENDINGS[format].test(file)));
  }
  if (!/[*?[]/.test(path)) return [];
  const found = await engine.columns("SELECT file FROM glob($path)", { path });
  return sorted(found.file as string[]);
}

async function below(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (/^[._]/.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await below(path)));
    else files.push(path);
  }
  return sorted(files);
}

function sorted(paths: readonly string[]): string[] {
  return [...paths].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A file's path as DuckDB takes it, where `*`, `?` and `[` in it stand for themselves. */
export function literalPath(path: string): string {
  return path.replace(/[*?[]/g, (sign) => `[${sign}]`);
}
