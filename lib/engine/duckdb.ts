import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from "@duckdb/node-api";
import { type ColumnTable, table } from "arquero";
import { InputError, requireInteger } from "../errors";
import { type Columns, readColumns } from "./columns";
import { DUCKDB } from "./duckdb-dialect";
import { type ColumnType, type Engine, nameParts, type OnProgress, type QueryOptions } from "./engine";
import { sqlError } from "./errors";
import { parquetFiles, replacing } from "./parquet";
import { quoteText } from "./quote";
import { Turns } from "./turns";
import { commonType } from "./types";
import { bindable, type SqlValues } from "./values";

/** Settings of {@link openEngine}. */
export interface EngineSettings {
  /** Most memory for tables and queries, e.g. "2GB"; beyond it queries spill to `spillFolder`. Default "2GB". */
  memoryLimit?: string;
  /** Threads of a query. Default: all cores. */
  threads?: number;
  /** Folder for what doesn't fit in memory; made when needed. Default: no spilling, the limit is an error. */
  spillFolder?: string;
  /** Most room taken in `spillFolder`, e.g. "50GB"; beyond it a query fails. Default: 90 % of what is free there. */
  spillLimit?: string;
  /** Told how far each statement is, a few times a second, from the moment that DuckDB can tell. */
  onProgress?: OnProgress;
}

/**
 * Opens an embedded DuckDB in memory. Times are UTC; nothing is ever downloaded (extensions neither install nor load
 * by themselves). Throws InputError for a bad setting.
 */
export async function openEngine(settings: EngineSettings = {}): Promise<Engine> {
  const { memoryLimit = "2GB", threads, spillFolder, spillLimit, onProgress } = settings;
  const options: Record<string, string> = {
    memory_limit: amount(memoryLimit, "memoryLimit"),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "true",
    temp_directory: spillFolder ?? "",
  };
  if (spillLimit !== undefined) amount(spillLimit, "spillLimit");
  if (threads !== undefined) options.threads = String(requireInteger(threads, "threads", 1, 1024));
  const instance = await DuckDBInstance.create(":memory:", options);
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = ${quoteText("UTC")}`);
  await connection.run("SET enable_progress_bar = true; SET enable_progress_bar_print = false");
  // DuckDB 1.5 takes this among its options too, but then doesn't keep to it.
  if (spillLimit !== undefined) await connection.run(`SET max_temp_directory_size = ${quoteText(spillLimit)}`);
  return new DuckDbEngine(instance, connection, onProgress);
}

function amount(text: string, place: string): string {
  if (/^\d+(\.\d+)?\s*([KMGT]i?B)$/i.test(text)) return text;
  throw new InputError('an amount of memory or room is a number with a unit, such as "2GB"', { value: text, place });
}

class DuckDbEngine implements Engine {
  readonly dialect = DUCKDB;
  private readonly turns = new Turns("openEngine");

  constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly onProgress: OnProgress | undefined,
  ) {}

  async run(sql: string, values?: SqlValues, options?: QueryOptions): Promise<void> {
    await this.execute(sql, values, options, async () => undefined);
  }

  columns(sql: string, values?: SqlValues, options?: QueryOptions): Promise<Columns> {
    return this.execute(sql, values, options, readColumns);
  }

  async table(sql: string, values?: SqlValues, options?: QueryOptions): Promise<ColumnTable> {
    return table(await this.columns(sql, values, options));
  }

  createTable(name: string, select: string, values?: SqlValues, options?: QueryOptions): Promise<void> {
    return this.run(`CREATE OR REPLACE TABLE ${name} AS ${select}`, values, options);
  }

  createView(name: string, select: string, options?: QueryOptions): Promise<void> {
    return this.run(`CREATE OR REPLACE VIEW ${name} AS ${select}`, undefined, options);
  }

  insert(name: string, select: string, values?: SqlValues, options?: QueryOptions): Promise<void> {
    return this.run(`INSERT INTO ${name} ${select}`, values, options);
  }

  async drop(name: string): Promise<void> {
    const kind = await this.kindOf(name);
    if (kind !== undefined) await this.run(`DROP ${kind === "VIEW" ? "VIEW" : "TABLE"} ${name}`);
  }

  async exists(name: string): Promise<boolean> {
    return (await this.kindOf(name)) !== undefined;
  }

  async describe(name: string): Promise<ColumnType[]> {
    const found = await this.columns(`DESCRIBE ${name}`);
    const types = found.column_type as string[];
    return (found.column_name as string[]).map((column, index) => ({ name: column, type: commonType(types[index]) }));
  }

  async importParquet(name: string, path: string, options?: QueryOptions): Promise<void> {
    await this.createView(name, `SELECT * FROM read_parquet(${quoteText(await parquetFiles(path))})`, options);
  }

  async exportParquet(
    name: string,
    path: string,
    { orderBy, ...options }: QueryOptions & { orderBy?: string } = {},
  ): Promise<void> {
    const select = `SELECT * FROM ${name}${orderBy === undefined ? "" : ` ORDER BY ${orderBy}`}`;
    await replacing(path, (target) =>
      this.run(`COPY (${select}) TO ${quoteText(target)} (FORMAT parquet)`, undefined, options),
    );
  }

  async close(): Promise<void> {
    if (!(await this.turns.close())) return;
    this.connection.closeSync();
    this.instance.closeSync();
  }

  /** BASE TABLE, LOCAL TEMPORARY or VIEW. */
  private async kindOf(name: string): Promise<string | undefined> {
    const [relation, schema] = nameParts(name).reverse();
    const found = await this.columns(
      `SELECT table_type FROM information_schema.tables WHERE lower(table_name) = lower($relation)
        AND (lower(table_schema) = lower($schema) OR ($schema IS NULL AND table_schema = current_schema()))`,
      { relation, schema: schema ?? null },
    );
    return (found.table_type as string[])[0];
  }

  /** Takes its turn in the queue, runs the statement, and hands the result to `read` before the next one starts. */
  private execute<T>(
    sql: string,
    values: SqlValues | undefined,
    { signal, onProgress = this.onProgress }: QueryOptions = {},
    read: (result: DuckDBResult) => Promise<T>,
  ): Promise<T> {
    let repeat: NodeJS.Timeout | undefined;
    let watch: NodeJS.Timeout | undefined;
    return this.turns.take({
      signal,
      work: async () => {
        watch = onProgress && setInterval(() => this.report(onProgress), 200);
        const bound = bindable(values);
        const found = await read(await this.connection.stream(sql, bound?.values, bound?.types));
        onProgress?.(1);
        return found;
      },
      stop: () => {
        // Again and again, since an interrupt is lost on a statement that is only being prepared.
        this.connection.interrupt();
        repeat = setInterval(() => this.connection.interrupt(), 20);
      },
      done: () => {
        clearInterval(repeat);
        clearInterval(watch);
      },
      inWords: (error) => sqlError(error, sql),
    });
  }

  private report(onProgress: OnProgress): void {
    // Below 0 while DuckDB can't tell yet.
    const { percentage } = this.connection.progress;
    if (percentage >= 0) onProgress(Math.min(1, percentage / 100));
  }
}
