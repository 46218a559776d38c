import { type Connection, createConnection, type FieldPacket } from "mysql2";
import type { Batch, DatabaseClient, ServerColumn, ServerQuery, ServerValue } from "./client";
import type { ResolvedLocation } from "./location";
import { mySqlColumn } from "./mysql-types";

/**
 * Connects to MySQL or MariaDB and opens one read-only snapshot (REPEATABLE READ, WITH CONSISTENT SNAPSHOT).
 *
 * Rows are streamed from one prepared statement: MySQL's client library has no cursor that survives between fetches, and
 * pages by key would need a unique key. While a batch is being stored the connection is paused, so TCP's own flow
 * control holds the server back, and memory is bounded by the batch here and by the network buffer there.
 */
export async function connectMySql(location: ResolvedLocation, signal?: AbortSignal): Promise<DatabaseClient> {
  const { host, port, user, database, password, tls } = location;
  const connection = createConnection({
    host,
    port,
    user,
    database,
    password: password ?? "",
    ssl: tls,
    charset: "UTF8MB4_GENERAL_CI",
    timezone: "Z",
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
    rowsAsArray: true,
    connectTimeout: 20_000,
  });
  // Without a listener a connection that is lost between two queries would end the process; the next query tells.
  connection.on("error", () => undefined);
  const cut = () => connection.destroy();
  signal?.addEventListener("abort", cut, { once: true });
  const query = (sql: string, values: readonly ServerValue[] = []) => all(connection, sql, values, signal);
  try {
    await settled<void>(signal, (done) => connection.connect((error) => done(error)));
    // A server gives up on a client that stops reading; storing a batch can take longer than its usual minute.
    await query("SET time_zone = '+00:00', net_write_timeout = 3600");
    await query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    await query("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
  } catch (error) {
    signal?.removeEventListener("abort", cut);
    connection.destroy();
    throw error;
  }
  return {
    location,
    quote,
    placeholder: () => "?",
    primaryKey: async (table) => {
      const [relation, schema] = [...table].reverse();
      const rows = await query(
        `SELECT column_name FROM information_schema.key_column_usage
          WHERE table_schema = coalesce(?, database()) AND table_name = ? AND constraint_name = 'PRIMARY'
          ORDER BY ordinal_position`,
        [schema ?? null, relation],
      );
      return rows.map(([name]) => String(name));
    },
    after: (key) => afterKey(key),
    number: async ({ sql, values }) => Number((await query(sql, values))[0]?.[0]),
    batches: (select, batchRows) => streamBatches(connection, select, batchRows, signal),
    close: async (broken) => {
      signal?.removeEventListener("abort", cut);
      if (broken) return connection.destroy();
      await new Promise<void>((resolve) => connection.end(() => resolve()));
    },
  };
}

/**
 * `k1 > ? OR (k1 = ? AND k2 > ?)`: unlike a comparison of rows it can use an index. A whole number or a decimal arrives as
 * text and is compared as what it is, not as a double.
 */
function afterKey(key: readonly ServerColumn[]): { sql: string; repeat: number[] } {
  const repeat: number[] = [];
  const value = (index: number) => {
    repeat.push(index);
    const { type } = key[index];
    if (/INT/.test(type)) return `CAST(? AS ${type.startsWith("U") ? "UNSIGNED" : "SIGNED"})`;
    return type.startsWith("DECIMAL") ? `CAST(? AS ${type})` : "?";
  };
  const cases = key.map((column, index) => {
    const before = key.slice(0, index).map(({ name }, each) => `${quote(name)} = ${value(each)}`);
    return `(${[...before, `${quote(column.name)} > ${value(index)}`].join(" AND ")})`;
  });
  return { sql: `(${cases.join(" OR ")})`, repeat };
}

type Value = string | number | null | Buffer | object;

async function* streamBatches(
  connection: Connection,
  { sql, values }: ServerQuery,
  batchRows: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  let columns: ServerColumn[] | undefined;
  let lists: Batch["values"] = [];
  let rows = 0;
  const take = (): Batch => {
    const batch = { columns: columns ?? [], rows, values: lists };
    lists = (columns ?? []).map(() => []);
    rows = 0;
    return batch;
  };
  const command = connection.execute({ sql, values: [...values] as string[], rowsAsArray: true });
  const stream = command.stream({ highWaterMark: 1024 });
  stream.on("fields", (fields: FieldPacket[]) => {
    columns = fields.map(mySqlColumn);
    lists = columns.map(() => []);
  });
  const stop = () => stream.destroy(new Error("stopped"));
  signal?.addEventListener("abort", stop, { once: true });
  // A lost connection is told to the connection, not to the command that streams.
  const fail = (error: Error) => stream.destroy(error);
  connection.on("error", fail);
  let yielded = false;
  try {
    for await (const row of stream as AsyncIterable<Value[]>) {
      for (let index = 0; index < row.length; index++) lists[index].push(asText(row[index], columns![index]));
      rows++;
      if (rows < batchRows) continue;
      yielded = true;
      yield take();
    }
    if (rows > 0 || !yielded) yield take();
  } finally {
    signal?.removeEventListener("abort", stop);
    connection.removeListener("error", fail);
  }
}

function asText(value: Value, { serverType }: ServerColumn): string | number | null {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  if (!Buffer.isBuffer(value)) return JSON.stringify(value);
  return serverType === "bit" ? BigInt(`0x0${value.toString("hex")}`).toString() : value.toString("hex");
}

/** All rows of a small query. */
function all(
  connection: Connection,
  sql: string,
  values: readonly ServerValue[],
  signal: AbortSignal | undefined,
): Promise<Value[][]> {
  return settled(signal, (done) => {
    if (values.length === 0)
      connection.query({ sql, rowsAsArray: true }, (error, rows) => done(error, rows as Value[][]));
    else
      connection.execute({ sql, values: [...values] as string[], rowsAsArray: true }, (error, rows) =>
        done(error, rows as unknown as Value[][]),
      );
  });
}

/** What a callback is told, or a rejection once aborted: a connection that was cut never calls back. */
function settled<T>(
  signal: AbortSignal | undefined,
  start: (done: (error: Error | null, value?: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error("stopped"));
    signal?.addEventListener("abort", stop, { once: true });
    start((error, value) => {
      signal?.removeEventListener("abort", stop);
      if (error) reject(error);
      else resolve(value as T);
    });
  });
}

function quote(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
