import { statSync } from "node:fs";
import { basename } from "node:path";
import { type Engine, openEngine, quoteText } from "../engine/index";
import { csvHeader } from "../engine/sources/csv-header";
import { type FileFormat, listFiles, literalPath } from "../engine/sources/list-files";
import { readFiles } from "../engine/sources/read-files";
import { DataError, InputError, throwIfAborted } from "../errors";
import { noteProvenance } from "../provenance";
import { eventQuery, eventSelect } from "./adapters/column-map";
import { loadCsv, OVERFLOW } from "./adapters/csv";
import { createEvents, type EventLayout, fieldChecks } from "./adapters/events";
import { type FileMap, LAYOUTS, type LayoutName } from "./adapters/layouts";
import { nearest } from "./nearest";

/** Options of {@link openEvents}. */
export interface OpenEventsOptions {
  /** The engine to open the files in, DuckDB; it stays open when the events are closed. Default: one of its own. */
  engine?: Engine;
  /** The SQL schema that holds the relations. Default `own`. */
  schema?: string;
  /** Default: what the files' names end in. */
  format?: FileFormat;
  signal?: AbortSignal;
  /** Told which share of all files is read, and the one that is being read. */
  onProgress?(share: number, file: string): void;
}

/** A file that was read. */
export interface EventFile {
  path: string;
  /** Records that were cut into fields, and those that couldn't be. */
  rows: number;
  unreadable: number;
  /** The `source_row` of its last row; the first row is one after the file before it. */
  lastRow: number;
}

/** Events of files of one's own, as relations to use in SQL. */
export interface OpenedEvents {
  engine: Engine;
  /** The event schema, `source_row`, extras and `malformed`: what `clean` takes. */
  events: string;
  relations: readonly string[];
  files: readonly EventFile[];
  /** Records in all: `rows + unreadable`. */
  records: number;
  rows: number;
  unreadable: number;
  /** When the files were last written, in seconds since 1970 UTC: no event in them can be later. */
  modified: number;
  /** ISO 4217 code of the amounts, where the layout knows it. */
  currency?: string;
  /** Drops the relations, and closes the engine if it is the events' own. */
  close(): Promise<void>;
}

/**
 * Opens event logs of one's own: `openEvents("logs/2019-*.csv.gz", "rees46")`, or with a column map in the place of a
 * layout's name. A path, a folder, a glob or a list of these; CSV (plain, gzip, zstd) for every layout, Parquet and
 * JSON Lines for column maps. Rows are numbered through all files; what isn't an event says why in `malformed`, and
 * what isn't even a record is in `${events}_unreadable`. `clean(engine, events)` moves both to its rejects, with the
 * file's name.
 *
 * Throws InputError for an unknown layout, DataError for a path without files, a column that is missing (naming those
 * there are), or a header that isn't the layout's; AbortedError.
 */
export async function openEvents(
  paths: string | readonly string[],
  layout: LayoutName | FileMap | EventLayout,
  options: OpenEventsOptions = {},
): Promise<OpenedEvents> {
  const { schema = "own", signal } = options;
  if (!/^[a-z_][a-z0-9_]*$/.test(schema))
    throw new InputError("not the name of a schema", {
      value: schema,
      remedy: "Use lower-case letters, digits and _.",
    });
  const plan = typeof layout === "string" ? layoutOf(layout) : layout;
  const engine = options.engine ?? (await openEngine());
  const events = `${schema}.events`;
  const drop = () => engine.run(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  try {
    const { files, format } = await listFiles(engine, paths, options.format ?? formatFor(plan));
    await drop();
    await engine.run(`CREATE SCHEMA ${schema}`);
    throwIfAborted(signal, "opening events");
    const opened =
      format === "csv"
        ? await readCsv(engine, events, files, plan, options)
        : await readOthers(engine, events, files, plan, { ...options, format });
    const modified = Math.max(...files.map((file) => statSync(file).mtimeMs)) / 1000;
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    noteProvenance(`data ${schema}`, `${files.map((file) => basename(file)).join(", ")} (${bytes} bytes)`);
    const rows = opened.reduce((sum, file) => sum + file.rows, 0);
    const unreadable = opened.reduce((sum, file) => sum + file.unreadable, 0);
    return {
      engine,
      events,
      relations: [events, `${events}_unreadable`, `${events}_files`],
      files: opened,
      records: rows + unreadable,
      rows,
      unreadable,
      modified,
      ...("currency" in plan && plan.currency !== undefined ? { currency: plan.currency } : {}),
      close: () => (options.engine ? drop() : engine.close()),
    };
  } catch (error) {
    await (options.engine ? drop() : engine.close()).catch(() => undefined);
    throw error;
  }
}

function layoutOf(name: string): FileMap | EventLayout {
  const layouts: Readonly<Record<string, FileMap | EventLayout>> = LAYOUTS;
  if (Object.hasOwn(layouts, name)) return layouts[name];
  const names = Object.keys(layouts);
  const guess = nearest(name, names);
  throw new InputError("there is no layout of this name", {
    value: name,
    place: "layout",
    remedy: `${guess === undefined ? "" : `Did you mean "${guess}"? `}Known: ${names.join(", ")}; or give a column map.`,
  });
}

/** Layouts written in SQL over text fields are CSV whatever the file is called. */
function formatFor(plan: FileMap | EventLayout): FileFormat | undefined {
  return isSql(plan) ? "csv" : undefined;
}

function isSql(plan: FileMap | EventLayout): plan is EventLayout {
  return "requirements" in plan;
}

/** Reads file after file straight into events: text is never kept. */
async function readCsv(
  engine: Engine,
  events: string,
  files: readonly string[],
  plan: FileMap | EventLayout,
  { signal, onProgress }: OpenEventsOptions,
): Promise<EventFile[]> {
  const [part, unreadable] = [`${events}_part`, `${events}_unreadable`];
  const done: EventFile[] = [];
  for (const [index, path] of files.entries()) {
    throwIfAborted(signal, `reading ${path}`);
    onProgress?.(index / files.length, path);
    const target = index === 0 ? events : part;
    const tell = onProgress && ((share: number) => onProgress((index + share) / files.length, path));
    await readFile(engine, target, path, plan, { signal, onProgress: tell });
    const before = index === 0 ? 0 : done[index - 1].lastRow;
    const counts = await engine.columns(
      `SELECT (SELECT count(*) FROM ${target}) AS rows, (SELECT count(*) FROM ${target}_unreadable) AS bad`,
    );
    const [rows, bad] = [Number(counts.rows[0]), Number(counts.bad[0])];
    const lines = `SELECT ${quoteText(path)} AS source_file, line, reason FROM ${target}_unreadable`;
    if (index === 0) await engine.createTable(unreadable, lines);
    else {
      const columns = (await engine.describe(events)).map((column) => column.name);
      const numbered = columns.map((name) => (name === "source_row" ? `source_row + ${before}` : `"${name}"`));
      await engine.insert(events, `SELECT ${numbered.join(", ")} FROM ${part} ORDER BY source_row`, undefined, {
        signal,
      });
      await engine.insert(unreadable, lines);
      await engine.drop(part);
      await engine.drop(`${part}_unreadable`);
    }
    done.push({ path, rows, unreadable: bad, lastRow: before + rows });
  }
  await writeFiles(engine, events, done);
  onProgress?.(1, files[files.length - 1]);
  return done;
}

async function readFile(
  engine: Engine,
  relation: string,
  path: string,
  plan: FileMap | EventLayout,
  options: { signal?: AbortSignal; onProgress?(share: number): void },
): Promise<void> {
  if (isSql(plan)) {
    if ((plan.header ?? true) && plan.columns.length > 1) await checkHeader(engine, path, plan);
    return createEvents(engine, relation, literalPath(path), plan, options);
  }
  const { csv = {} } = plan;
  const header = csv.header ?? true;
  const columns = csv.columns ?? (header ? await csvHeader(engine, path, csv) : []);
  if (columns.length === 0)
    throw new DataError("the columns have no names", {
      place: path,
      remedy: "Name them in csv.columns; a file with names in its first line mustn't be empty.",
    });
  const types = ["source_row", ...columns, OVERFLOW].map((name) => ({ name, type: "text" as const }));
  const parts = eventSelect(engine, types, plan, path, fieldChecks(columns));
  await loadCsv(engine, relation, literalPath(path), { ...csv, columns, header }, { ...options, ...parts });
}

/** A layout over named fields takes the columns by their place: other names mean another file. */
async function checkHeader(engine: Engine, path: string, layout: EventLayout): Promise<void> {
  const names = await csvHeader(engine, path, layout);
  if (names.length === layout.columns.length && names.every((name, index) => name === layout.columns[index])) return;
  throw new DataError("the first line doesn't have the layout's columns", {
    value: names.join(","),
    place: path,
    remedy: `Expected ${layout.columns.join(",")}. For another order or other names give a column map.`,
  });
}

/** Parquet and JSON Lines: read as they are, then made events. */
async function readOthers(
  engine: Engine,
  events: string,
  files: readonly string[],
  plan: FileMap | EventLayout,
  { signal, onProgress, format }: OpenEventsOptions & { format: FileFormat },
): Promise<EventFile[]> {
  if (isSql(plan))
    throw new InputError("this layout is one of CSV files", { value: files[0], remedy: "Give a column map instead." });
  const raw = `${events}_raw`;
  const tell = onProgress && ((share: number) => onProgress(share, files[0]));
  await readFiles(engine, raw, files, { format, unreadable: `${events}_unreadable`, signal, onProgress: tell });
  const columns = (await engine.describe(raw)).filter((column) => column.name !== "source_file");
  const query = eventQuery(engine, columns, plan, raw);
  await engine.createTable(events, `${query} ORDER BY source_row`, undefined, { signal });
  const counted = await engine.columns(
    `SELECT source_file AS path, count(*) AS n, max(source_row) AS last_row FROM ${raw} GROUP BY source_file`,
  );
  const bad = await engine.columns(
    `SELECT source_file AS path, count(*) AS n FROM ${events}_unreadable GROUP BY source_file`,
  );
  const of = (columns: typeof counted, path: string, name: string) =>
    Number(columns[name][[...columns.path].indexOf(path)] ?? 0);
  let lastRow = 0;
  const done = files.map((path): EventFile => {
    lastRow = Math.max(lastRow, of(counted, path, "last_row"));
    return { path, rows: of(counted, path, "n"), unreadable: of(bad, path, "n"), lastRow };
  });
  await engine.drop(raw);
  await writeFiles(engine, events, done);
  return done;
}

/** Which rows came from which file, for the rejects. */
async function writeFiles(engine: Engine, events: string, files: readonly EventFile[]): Promise<void> {
  const rows = files.map(({ path, lastRow }) => `(${quoteText(path)}, CAST(${lastRow} AS BIGINT))`);
  await engine.createTable(`${events}_files`, `SELECT * FROM (VALUES ${rows.join(", ")}) AS files(path, last_row)`);
}
