import { open } from "node:fs/promises";
import { DataError } from "../../errors";
import type { Engine, OnProgress } from "../engine";
import { quoteIdentifier, quoteText } from "../quote";
import { type BrokenRecord, countRecords } from "./csv-records";
import { withRepaired } from "./csv-repair";

/** How a text file is cut into records and fields. Given, never guessed, so that contents can't change their meaning. */
export interface CsvLayout {
  /** The fields' names, in the file's order. */
  columns: readonly string[];
  /** Does the first line hold names? Default true. */
  header?: boolean;
  /** Between two fields. Default ",". */
  delimiter?: string;
  /** Around a field that holds delimiters, line breaks or quotes (doubled inside). Default '"'; "": none. */
  quote?: string;
}

/** The column that holds a record's first surplus field, for records with more fields than the layout has. */
export const OVERFLOW = "surplus_field";

/** Options of {@link loadCsv}. */
export interface LoadCsvOptions {
  /** Where records go that can't be cut into fields. Default: the relation's name with `_unreadable`. */
  unreadable?: string;
  /** What is made of `source_row` and the fields while they are read: an SQL select list. Default: all of them. */
  select?: string;
  /** Values that `select` uses more than once, by name: SQL over the fields, computed once a record. Default: none. */
  computed?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Told which share of the file is read. */
  onProgress?: OnProgress;
}

/**
 * Reads a CSV file into `relation`: `source_row` (the record's number from 1), every field as text, and
 * {@link OVERFLOW}. A field that is missing at a record's end is NULL, an empty one is ''. CRLF, quoted line breaks and
 * a byte-order mark are understood; blank lines are no records.
 *
 * Records that can't be cut into text at all go to `unreadable` (line, reason), one row each: bytes that aren't UTF-8,
 * lines of more than 2 MB, text between a closing quote and the end of its field, and lines that open a quote which
 * nothing closes (the lines after such a one are read as records of their own). No record is lost: those of a local file, plain or `.gz`, are counted apart from the reader
 * while it reads, and a DataError says if the reader found another number.
 *
 * Throws DataError also for UTF-16 and for a header whose quotes can't be right.
 */
export async function loadCsv(
  engine: Engine,
  relation: string,
  path: string,
  layout: CsvLayout,
  options: LoadCsvOptions = {},
): Promise<void> {
  const { unreadable = `${relation}_unreadable`, signal } = options;
  const { header = true, delimiter = ",", quote = '"' } = layout;
  // In a path for DuckDB signs of a glob can stand in brackets for themselves.
  const file = path.replace(/\[([*?[])\]/g, "$1");
  const start = await startOf(file);
  if (start !== undefined) refuseUtf16(file, start);
  const countable =
    start !== undefined && !/\.(zst|zstd)$/.test(path) && isByte(delimiter) && (quote === "" || isByte(quote));
  if (!countable) return read(engine, relation, path, layout, { ...options, unreadable });
  const [, found] = await Promise.all([
    read(engine, relation, path, layout, { ...options, unreadable }),
    countRecords(file, { delimiter, quote, signal }),
  ]);
  const { broken } = found;
  if (broken.length > 0 || found.mixedEnds) {
    if (header && broken.length > 0 && found.before === 0)
      throw new DataError("the header's quotes can't be right", {
        value: broken[0].reason,
        place: `${file}, line ${broken[0].line}`,
        remedy: "Repair its first line.",
      });
    const plan = { cuts: broken, rules: { delimiter, quote }, evenEnds: found.mixedEnds, signal };
    await withRepaired(file, plan, (copy) => read(engine, relation, copy, layout, { ...options, unreadable }));
    if (broken.length > 0) await addBroken(engine, unreadable, broken);
  }
  const counts = await engine.columns(
    `SELECT (SELECT count(*) FROM ${relation}) AS rows, (SELECT count(*) FROM ${unreadable}) AS bad`,
  );
  const [rows, bad] = [Number(counts.rows[0]), Number(counts.bad[0])];
  const expected = found.records + broken.length - (header && found.records > 0 ? 1 : 0);
  if (rows + bad !== expected)
    throw new DataError(`a file has ${expected} records, but ${rows} were read and ${bad} could not be`, {
      place: file,
      remedy: 'Check its quotes and line ends; a file without quotes is read with quote: "".',
    });
}

/** One read of a file by DuckDB's reader in its lenient mode, its complaints kept row by row. */
async function read(
  engine: Engine,
  relation: string,
  path: string,
  { columns, header = true, delimiter = ",", quote = '"' }: CsvLayout,
  { unreadable, select = "*", computed = {}, signal, onProgress }: LoadCsvOptions,
): Promise<void> {
  const types = [...columns, OVERFLOW].map((name) => `${quoteText(name)}: 'VARCHAR'`).join(", ");
  const names = [...columns, OVERFLOW].map(quoteIdentifier).join(", ");
  // Names of its own for what this read leaves, so that two reads at a time don't meet.
  const found = relation.replace(/[^A-Za-z0-9]/g, "_");
  const [errors, scans] = [`${found}_csv_errors`, `${found}_csv_scans`];
  const forget = () => engine.run(`DROP TABLE IF EXISTS ${errors}; DROP TABLE IF EXISTS ${scans}`);
  await forget();
  try {
    const records = `SELECT row_number() OVER () AS source_row, ${names}
      FROM read_csv(${quoteText(path)}, auto_detect = false, header = ${header}, delim = ${quoteText(delimiter)},
        quote = ${quoteText(quote)}, escape = ${quoteText(quote)}, nullstr = '\u001A', columns = {${types}},
        strict_mode = false, null_padding = true, parallel = false,
        store_rejects = true, rejects_table = '${errors}', rejects_scan = '${scans}', rejects_limit = 0)`;
    const values = Object.entries(computed).map(([name, expr]) => `, ${expr} AS ${quoteIdentifier(name)}`);
    const from = values.length === 0 ? records : `SELECT *${values.join("")} FROM (${records}) AS fields`;
    const sql = `CREATE OR REPLACE TABLE ${relation} AS SELECT ${select} FROM (${from}) AS records`;
    await engine.run(sql, undefined, { signal, onProgress });
    await engine.run(`CREATE OR REPLACE TABLE ${unreadable} AS
      SELECT line::BIGINT AS line, any_value(error_message) AS reason FROM ${errors} GROUP BY line ORDER BY line`);
  } finally {
    await forget();
  }
}

/**
 * Adds the broken records to the unreadable ones, whose own lines were counted in a copy without them: a line from
 * `starts` on in the copy was `shift` lines further down in the file.
 */
async function addBroken(engine: Engine, unreadable: string, broken: readonly BrokenRecord[]): Promise<void> {
  const shifts = new Map<number, number>();
  let gone = 0;
  for (const { line, lines } of broken) {
    const at = line - gone;
    gone += lines;
    shifts.set(at, gone);
  }
  await engine.createTable(
    unreadable,
    `WITH cuts AS (SELECT unnest($starts) AS starts, unnest($shifts) AS shift),
      broken AS (SELECT unnest($lines) AS line, unnest($reasons) AS reason)
    SELECT CAST(line + coalesce(shift, 0) AS BIGINT) AS line, reason FROM ${unreadable} ASOF LEFT JOIN cuts ON line >= starts
    UNION ALL SELECT CAST(line AS BIGINT), reason FROM broken ORDER BY line`,
    {
      starts: [...shifts.keys()],
      shifts: [...shifts.values()],
      lines: broken.map(({ line }) => line),
      reasons: broken.map(({ reason }) => reason),
    },
  );
}

/** The first bytes of a local file; undefined for what is none (a glob, a remote file). */
async function startOf(path: string): Promise<Buffer | undefined> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

function refuseUtf16(file: string, start: Buffer): void {
  const [first, second] = start;
  if (!((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))) return;
  throw new DataError("a text file is UTF-16", {
    place: file,
    remedy: "Convert it to UTF-8, for instance with iconv -f UTF-16 -t UTF-8.",
  });
}

function isByte(text: string): boolean {
  return text.length === 1 && text.charCodeAt(0) < 128;
}
