import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Columns, type Engine, openEngine, openSpark } from "../../lib/engine/index";

/** A JVM that lives for two minutes is done sooner without its optimising compiler: half the processor time. */
const SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
export const CONF = {
  "spark.driver.extraJavaOptions": SHORT_LIVED,
  "spark.executor.extraJavaOptions": SHORT_LIVED,
  "spark.sql.shuffle.partitions": "2",
};

/** A real cluster of two workers, each one core and 1 GB, as processes of this machine. */
export const CLUSTER = { master: "local-cluster[2,1,1024]", memory: "1GB", conf: CONF };

/** Both engines, and a folder in which data goes from one to the other. */
export interface Twins {
  duckdb: Engine;
  spark: Engine;
  folder: string;
  close(): Promise<void>;
}

export async function openTwins(): Promise<Twins> {
  const folder = mkdtempSync(join(tmpdir(), "flashlab-twins-"));
  const duckdb = await openEngine({ threads: 2 });
  const spark = await openSpark(CLUSTER);
  const close = async () => {
    await Promise.all([duckdb.close(), spark.close()]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { duckdb, spark, folder, close };
}

/** Has both engines see a relation of DuckDB's under the same name, through the same file. */
export async function share({ duckdb, spark, folder }: Twins, relation: string, name: string): Promise<string> {
  const path = join(folder, `${name}.parquet`);
  await duckdb.exportParquet(relation, path, { orderBy: "source_row" });
  await Promise.all([duckdb, spark].map((engine) => engine.importParquet(name, path)));
  return name;
}

/** A relation's rows, in an order that leaves no tie. */
export function rows(engine: Engine, relation: string, orderBy: string): Promise<Columns> {
  return engine.columns(`SELECT * FROM ${relation} ORDER BY ${orderBy}`);
}

/**
 * Where two results differ, at most ten places: arrays in kind and length, everything in value. Floating numbers may
 * differ by 10⁻⁹ of their size, for a sum's last digits depend on the order in which a cluster adds; all else is exact.
 */
export function differences(left: unknown, right: unknown, place = "result"): string[] {
  const found: string[] = [];
  compare(left, right, place, found);
  return found.slice(0, 10);
}

function compare(left: unknown, right: unknown, place: string, found: string[]): void {
  if (found.length >= 10) return;
  const report = () => found.push(`${place}: ${show(left)} on DuckDB, ${show(right)} on Spark`);
  if (typeof left === "number" && typeof right === "number") {
    const close = Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right));
    if (!(Object.is(left, right) || left === right || (close && !(Number.isInteger(left) && Number.isInteger(right)))))
      report();
  } else if (left === null || right === null || typeof left !== "object" || typeof right !== "object") {
    if (left !== right) report();
  } else if (left.constructor !== right.constructor) {
    report();
  } else if (ArrayBuffer.isView(left) || Array.isArray(left)) {
    const [first, second] = [left as unknown as ArrayLike<unknown>, right as unknown as ArrayLike<unknown>];
    if (first.length !== second.length)
      found.push(`${place}: ${first.length} rows on DuckDB, ${second.length} on Spark`);
    else
      for (let index = 0; index < first.length; index++)
        compare(first[index], second[index], `${place}[${index}]`, found);
  } else {
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    for (const name of names) compare((left as Columns)[name], (right as Columns)[name], `${place}.${name}`, found);
  }
}

function show(value: unknown): string {
  if (value !== null && typeof value === "object")
    return `${value.constructor.name} ${JSON.stringify(value)?.slice(0, 60)}`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
