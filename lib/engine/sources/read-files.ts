import { DataError, InputError } from "../../errors";
import { type Engine, nameParts, type OnProgress, type QueryOptions } from "../engine";
import { quoteIdentifier, quoteText } from "../quote";
import { type CsvLayout, loadCsv } from "./csv";
import { csvHeader } from "./csv-header";
import { loadJsonLines } from "./json-lines";
import { type FileFormat, listFiles, literalPath } from "./list-files";

/** Options of {@link readFiles}. */
export interface ReadFilesOptions {
  /** Default: what the files' names end in (`.csv .tsv .txt`, `.jsonl .ndjson .json`, `.parquet`; also `.gz .zst`). */
  format?: FileFormat;
  /** CSV: how records are cut. Default: commas, double quotes, names in the first line of each file. */
  layout?: Partial<CsvLayout>;
  /** JSON Lines: the fields to read. Default: all that occur. */
  fields?: readonly string[];
  /** Parquet in folders named `column=value`: types of such columns. They are text otherwise. */
  partitionTypes?: Readonly<Record<string, string>>;
  /** Where records go that can't be read: (source_file, line, reason). Default: the relation's name with `_unreadable`. */
  unreadable?: string;
  signal?: AbortSignal;
  /** Told which share of the files is read. */
  onProgress?: OnProgress;
}

/** What was read. */
export interface FilesRead {
  format: FileFormat;
  /** The files, in the order in which they were read. */
  files: string[];
  rows: number;
  /** Records in `unreadable`. */
  unreadable: number;
}

/**
 * Reads files into `relation`: a path, a folder, a glob, or a list of these, all of one format, plain or compressed (gzip,
 * zstd). Each row has `source_row` (1, 2, … through all files in their order) and `source_file`. Every field of CSV and JSON Lines
 * is text; Parquet keeps its types, and its own `source_row` and `source_file` where it has them. Records that can't be
 * read go to the `unreadable` relation, one row each: rows + unreadable is the number of records, always.
 *
 * Throws InputError for options that don't fit, DataError for files that aren't there or whose columns differ from the
 * first file's, SqlError for a damaged Parquet file, AbortedError. Differs between formats: an `unreadable` line of CSV
 * is the line in its file, one of JSON Lines the record's number through all files.
 */
export async function readFiles(
  engine: Engine,
  relation: string,
  paths: string | readonly string[],
  options: ReadFilesOptions = {},
): Promise<FilesRead> {
  if (engine.dialect.name !== "duckdb")
    throw new InputError("files are read by DuckDB", { remedy: "Read them with DuckDB, and import Parquet." });
  const { files, format } = await listFiles(engine, paths, options.format);
  const unreadable = options.unreadable ?? beside(relation, "unreadable");
  const { signal, onProgress, fields, layout = {}, partitionTypes } = options;
  if (format === "csv") await readCsvFiles(engine, relation, files, layout, unreadable, { signal, onProgress });
  else if (format === "jsonl") await loadJsonLines(engine, relation, files, { fields, unreadable, signal, onProgress });
  else await readParquetFiles(engine, relation, files, unreadable, partitionTypes, { signal, onProgress });
  const counts = await engine.columns(
    `SELECT (SELECT count(*) FROM ${relation}) AS rows, (SELECT count(*) FROM ${unreadable}) AS unreadable`,
  );
  return { format, files, rows: Number(counts.rows[0]), unreadable: Number(counts.unreadable[0]) };
}

async function readCsvFiles(
  engine: Engine,
  relation: string,
  files: readonly string[],
  given: Partial<CsvLayout>,
  unreadable: string,
  { signal, onProgress }: QueryOptions,
): Promise<void> {
  const header = given.header ?? true;
  const columns = given.columns ?? (header ? await csvHeader(engine, files[0], given) : []);
  if (columns.length === 0)
    throw new DataError("the columns have no names", {
      value: files[0],
      remedy: "Give their names in layout.columns; a file with header: true and no line has none.",
    });
  if (header) await checkHeaders(engine, files, columns, given);
  const layout: CsvLayout = { ...given, columns, header };
  const [part, partUnreadable] = [beside(relation, "part"), beside(relation, "part_unreadable")];
  let rows = 0;
  for (const [index, file] of files.entries()) {
    const target = index === 0 ? relation : part;
    await loadCsv(engine, target, literalPath(file), layout, {
      unreadable: partUnreadable,
      select: `source_row + ${rows} AS source_row, ${quoteText(file)} AS source_file, * EXCLUDE (source_row)`,
      signal,
      onProgress: onProgress && ((share) => onProgress((index + share) / files.length)),
    });
    const found = `SELECT ${quoteText(file)} AS source_file, line, reason FROM ${partUnreadable}`;
    if (index === 0) await engine.createTable(unreadable, found);
    else {
      await engine.insert(relation, `SELECT * FROM ${part}`, undefined, { signal });
      await engine.insert(unreadable, found);
      await engine.drop(part);
    }
    await engine.drop(partUnreadable);
    rows = Number((await engine.columns(`SELECT count(*) AS n FROM ${relation}`)).n[0]);
  }
}

/** Columns in another order would be read under the wrong names. */
async function checkHeaders(
  engine: Engine,
  files: readonly string[],
  columns: readonly string[],
  layout: Partial<CsvLayout>,
): Promise<void> {
  for (const file of layout.columns === undefined ? files.slice(1) : []) {
    const names = await csvHeader(engine, file, layout);
    if (names.length === columns.length && names.every((name, index) => name === columns[index])) continue;
    throw new DataError(`the columns (${names.join(", ")}) aren't those of the first file (${columns.join(", ")})`, {
      value: file,
      remedy: "Read files of one layout at a time.",
    });
  }
}

async function readParquetFiles(
  engine: Engine,
  relation: string,
  files: readonly string[],
  unreadable: string,
  partitionTypes: Readonly<Record<string, string>> = {},
  options: QueryOptions,
): Promise<void> {
  const hive = files.every((file) => /(^|[\\/])[^\\/=]+=[^\\/]*[\\/]/.test(file));
  const types = Object.entries(partitionTypes).map(([name, type]) => `${quoteText(name)}: ${type}`);
  const settings = hive
    ? `hive_partitioning = true, hive_types_autocast = false${types.length > 0 ? `, hive_types = {${types.join(", ")}}` : ""}`
    : "hive_partitioning = false";
  const list = files.map((file) => quoteText(literalPath(file))).join(", ");
  const rows = `read_parquet([${list}], ${settings})`;
  const known = (await engine.columns(`DESCRIBE SELECT * FROM ${rows}`)).column_name as string[];
  const own = (name: string) => known.find((column) => column.toLowerCase() === name);
  const first = [
    own("source_row") === undefined ? "row_number() OVER () AS source_row" : "source_row",
    own("source_file") === undefined ? "filename AS source_file" : "source_file",
  ];
  const twice = ["source_row", "source_file"].flatMap((name) => own(name) ?? []);
  const rest = `* EXCLUDE (${["filename", ...twice.map(quoteIdentifier)].join(", ")})`;
  const from = `read_parquet([${list}], ${settings}, filename = true)`;
  await engine.createTable(relation, `SELECT ${first.join(", ")}, ${rest} FROM ${from}`, undefined, options);
  await engine.createTable(
    unreadable,
    "SELECT NULL::VARCHAR AS source_file, NULL::BIGINT AS line, NULL::VARCHAR AS reason WHERE false",
  );
}

/** The relation's name with an ending. */
function beside(relation: string, ending: string): string {
  const parts = nameParts(relation);
  return [...parts.slice(0, -1), `${parts[parts.length - 1]}_${ending}`].map(quoteIdentifier).join(".");
}
