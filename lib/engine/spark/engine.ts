import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type ColumnTable, table } from "arquero";
import type { Column, Columns } from "../columns";
import { type ColumnType, type Engine, nameParts, type OnProgress, type QueryOptions } from "../engine";
import { parquetFiles, replacing } from "../parquet";
import { quoteText } from "../quote";
import { SPARK } from "../spark-dialect";
import { Turns } from "../turns";
import { commonType } from "../types";
import type { SqlValues } from "../values";
import type { Bridge } from "./bridge";
import { sparkError } from "./errors";
import { sparkStatements } from "./text";
import { sendable } from "./values";

/** Spark SQL behind the common interface. Results come as Parquet files, which DuckDB reads into the same typed arrays. */
export class SparkEngine implements Engine {
  readonly dialect = SPARK;
  private readonly turns = new Turns("openSpark");
  private count = 0;

  constructor(
    private readonly bridge: Bridge,
    private readonly reader: Engine,
    private readonly scratch: string,
    private readonly onProgress: OnProgress | undefined,
  ) {}

  async run(sql: string, values?: SqlValues, options?: QueryOptions): Promise<void> {
    await this.turn(sql, options, (ask) => ask("run", { statements: sparkStatements(sql), values: sendable(values) }));
  }

  columns(sql: string, values?: SqlValues, options?: QueryOptions): Promise<Columns> {
    return this.turn(sql, options, async (ask) => {
      const path = join(this.scratch, `result-${this.count++}`);
      try {
        const names = (await ask("query", {
          statements: sparkStatements(sql),
          values: sendable(values),
          path,
        })) as string[];
        if (names.length === 0) return {};
        const found = await this.reader.columns(`SELECT * FROM read_parquet(${quoteText(join(path, "*.parquet"))})`);
        return renamed(found, names);
      } finally {
        await rm(path, { recursive: true, force: true });
      }
    });
  }

  async table(sql: string, values?: SqlValues, options?: QueryOptions): Promise<ColumnTable> {
    return table(await this.columns(sql, values, options));
  }

  async createTable(name: string, select: string, values?: SqlValues, options?: QueryOptions): Promise<void> {
    // Parquet tables can't be replaced in one statement: the new one is made whole under a name of its own, so that the
    // query may read the old, and takes the old one's name when nothing can fail any more.
    const parts = nameParts(name);
    const fresh = backticked([...parts.slice(0, -1), `flashlab_new_${this.count++}`]);
    const create = `CREATE TABLE ${fresh} USING parquet AS ${select}`;
    await this.turn(create, options, async (ask) => {
      try {
        await ask("run", { statements: sparkStatements(create), values: sendable(values) });
        const target = backticked(parts);
        await ask("run", {
          statements: [`DROP TABLE IF EXISTS ${target}`, `ALTER TABLE ${fresh} RENAME TO ${target}`],
        });
      } catch (error) {
        await ask("run", { statements: [`DROP TABLE IF EXISTS ${fresh}`] }).catch(() => undefined);
        throw error;
      }
    });
  }

  createView(name: string, select: string, options?: QueryOptions): Promise<void> {
    return this.run(`CREATE OR REPLACE VIEW ${name} AS ${select}`, undefined, options);
  }

  insert(name: string, select: string, values?: SqlValues, options?: QueryOptions): Promise<void> {
    return this.run(`INSERT INTO ${name} ${select}`, values, options);
  }

  async drop(name: string): Promise<void> {
    const kind = await this.kindOf(name);
    if (kind !== null) await this.run(`DROP ${kind} ${name}`);
  }

  async exists(name: string): Promise<boolean> {
    return (await this.kindOf(name)) !== null;
  }

  describe(name: string): Promise<ColumnType[]> {
    return this.turn(`DESCRIBE ${name}`, {}, async (ask) => {
      const found = (await ask("describe", { name: backticked(nameParts(name)) })) as [string, string][];
      return found.map(([column, type]) => ({ name: column, type: commonType(type) }));
    });
  }

  async importParquet(name: string, path: string, options?: QueryOptions): Promise<void> {
    const files = (await parquetFiles(path)).replaceAll("`", "``");
    await this.createView(name, `SELECT * FROM parquet.\`${files}\``, options);
  }

  async exportParquet(
    name: string,
    path: string,
    { orderBy, ...options }: QueryOptions & { orderBy?: string } = {},
  ): Promise<void> {
    const select = `SELECT * FROM ${name}${orderBy === undefined ? "" : ` ORDER BY ${orderBy}`}`;
    await this.turn(select, options, (ask) =>
      replacing(path, async (target) => {
        await ask("export", { statements: sparkStatements(select), path: resolve(target) });
      }),
    );
  }

  async close(): Promise<void> {
    if (!(await this.turns.close())) return;
    await Promise.all([this.bridge.close(), this.reader.close()]);
    await rm(this.scratch, { recursive: true, force: true });
  }

  private kindOf(name: string): Promise<"TABLE" | "VIEW" | null> {
    return this.turn(`DESCRIBE ${name}`, {}, async (ask) => {
      return (await ask("kind", { name: backticked(nameParts(name)) })) as "TABLE" | "VIEW" | null;
    });
  }

  /** Takes its turn in the queue and does its asking before the next one starts. */
  private turn<T>(
    sql: string,
    { signal, onProgress = this.onProgress }: QueryOptions = {},
    work: (ask: (op: string, request: Record<string, unknown>) => Promise<unknown>) => Promise<T>,
  ): Promise<T> {
    let current = -1;
    let share = 0;
    // More tasks become known on the way; a bar that has moved on doesn't go back for them.
    const report = (now: number) => {
      share = Math.max(share, Math.min(1, now));
      onProgress?.(share);
    };
    return this.turns.take({
      signal,
      work: async () => {
        const found = await work((op, request) => {
          const { id, answer } = this.bridge.ask({ ...request, op }, onProgress && report);
          current = id;
          return answer;
        });
        onProgress?.(1);
        return found;
      },
      stop: () => this.bridge.cancel(current),
      inWords: (error) => sparkError(error, sql),
    });
  }
}

/** A name as Spark's catalogue reads it, whatever is in it. */
function backticked(parts: readonly string[]): string {
  return parts.map((part) => `\`${part.replaceAll("`", "``")}\``).join(".");
}

/** The columns under the names of the query; a name that occurs again gets a number, as on DuckDB. */
function renamed(found: Columns, names: readonly string[]): Columns {
  const columns: Record<string, Column> = {};
  for (const [index, name] of names.entries()) {
    let unique = name;
    for (let copy = 1; Object.hasOwn(columns, unique); copy++) unique = `${name}:${copy}`;
    columns[unique] = found[`c${index}`];
  }
  return columns;
}
