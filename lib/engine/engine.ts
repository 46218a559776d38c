import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from "@duckdb/node-api";
import { type ColumnTable, table } from "arquero";
import { AbortedError, InputError, requireInteger, throwIfAborted } from "../errors";
import { type Columns, readColumns } from "./columns";
import { sqlError } from "./errors";
import { quoteText } from "./quote";
import { bindable, type SqlValues } from "./values";

/** Settings of an {@link Engine}. */
export interface EngineSettings {
  /** Most memory for tables and queries, e.g. "2GB"; beyond it queries spill to `spillFolder`. Default "2GB". */
  memoryLimit?: string;
  /** Threads of a query. Default: all cores. */
  threads?: number;
  /** Folder for what doesn't fit in memory; made when needed. Default: no spilling, the limit is an error. */
  spillFolder?: string;
}

/** Options of one statement. */
export interface QueryOptions {
  /** Stops the running statement with an AbortedError. */
  signal?: AbortSignal;
}

/** SQL on tables. Statements run one after another in the order of the calls, each on all threads. */
export interface Engine {
  /** Runs one or more statements for their effect; values are bound to the `?` or `$name` of the last one. */
  run(sql: string, values?: SqlValues, options?: QueryOptions): Promise<void>;
  /** Runs a query and returns its result column by column in typed arrays; see {@link readColumns} for the types. */
  columns(sql: string, values?: SqlValues, options?: QueryOptions): Promise<Columns>;
  /** Runs a query with a small result and returns an Arquero table; times are seconds since 1970 UTC. */
  table(sql: string, values?: SqlValues, options?: QueryOptions): Promise<ColumnTable>;
  /** Waits for the running statements and frees everything; later calls are refused. */
  close(): Promise<void>;
}

/**
 * Opens an embedded DuckDB in memory. Times are UTC; nothing is ever downloaded (extensions neither install nor load
 * by themselves). Throws InputError for a bad setting.
 */
export async function openEngine(settings: EngineSettings = {}): Promise<Engine> {
  const { memoryLimit = "2GB", threads, spillFolder } = settings;
  if (!/^\d+(\.\d+)?\s*([KMGT]i?B)$/i.test(memoryLimit))
    throw new InputError('a memory limit is a number with a unit, such as "2GB"', {
      value: memoryLimit,
      place: "memoryLimit",
    });
  const options: Record<string, string> = {
    memory_limit: memoryLimit,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "true",
    temp_directory: spillFolder ?? "",
  };
  if (threads !== undefined) options.threads = String(requireInteger(threads, "threads", 1, 1024));
  const instance = await DuckDBInstance.create(":memory:", options);
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = ${quoteText("UTC")}`);
  return new DuckDbEngine(instance, connection);
}

class DuckDbEngine implements Engine {
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
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

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.last;
    this.connection.closeSync();
    this.instance.closeSync();
  }

  /** Takes its turn in the queue, runs the statement, and hands the result to `read` before the next one starts. */
  private execute<T>(
    sql: string,
    values: SqlValues | undefined,
    { signal }: QueryOptions = {},
    read: (result: DuckDBResult) => Promise<T>,
  ): Promise<T> {
    if (this.closed)
      return Promise.reject(new InputError("this engine is closed", { remedy: "Open another with openEngine()." }));
    const turn = this.last.then(async () => {
      throwIfAborted(signal, "the query");
      // Again and again, since an interrupt is lost on a statement that is only being prepared.
      let repeat: NodeJS.Timeout | undefined;
      const interrupt = () => {
        this.connection.interrupt();
        repeat = setInterval(() => this.connection.interrupt(), 20);
      };
      signal?.addEventListener("abort", interrupt, { once: true });
      try {
        const bound = bindable(values);
        return await read(await this.connection.stream(sql, bound?.values, bound?.types));
      } catch (error) {
        if (signal?.aborted) throw new AbortedError("the query was stopped", { cause: signal.reason });
        throw sqlError(error, sql);
      } finally {
        signal?.removeEventListener("abort", interrupt);
        clearInterval(repeat);
      }
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
