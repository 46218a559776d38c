import { Client, type QueryArrayResult } from "pg";
import type { Batch, DatabaseClient, ServerColumn, ServerQuery } from "./client";
import type { ResolvedLocation } from "./location";
import { postgreSqlColumn } from "./postgresql-types";

/** Values stay the texts that the server sent: numbers and times are read by the engine, exactly. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

/**
 * Connects to PostgreSQL and opens one read-only snapshot (REPEATABLE READ).
 *
 * Rows are fetched through a server-side cursor: the server keeps the query's plan and position, so memory is bounded by
 * the batch on both sides, any query can be read (also one without a key), and all batches see the same snapshot. Pages
 * by key would run a query per batch and need a unique key.
 */
export async function connectPostgreSql(location: ResolvedLocation, signal?: AbortSignal): Promise<DatabaseClient> {
  const { host, port, user, database, password, tls } = location;
  const client = new Client({
    host,
    port,
    user,
    database,
    password: password ?? "",
    ssl: tls ?? false,
    application_name: "flashlab",
    connectionTimeoutMillis: 20_000,
    client_encoding: "UTF8",
  });
  let lost: Error | undefined;
  let cursors = 0;
  client.on("error", (error) => {
    lost = error;
  });
  const cut = () => (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  signal?.addEventListener("abort", cut, { once: true });
  try {
    await client.connect();
    await client.query(`SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601';
      SET extra_float_digits = 1; SET bytea_output = 'hex'; SET standard_conforming_strings = on`);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    // All rows will be read: the plan that is fastest to the last row, not to the first.
    await client.query("SET LOCAL cursor_tuple_fraction = 1");
  } catch (error) {
    signal?.removeEventListener("abort", cut);
    await client.end().catch(() => undefined);
    throw error;
  }
  const query = async (text: string, values: readonly unknown[] = []): Promise<QueryArrayResult<(string | null)[]>> => {
    if (lost !== undefined) throw lost;
    return client.query({ text, values: [...values], rowMode: "array", types: AS_TEXT });
  };
  return {
    location,
    quote,
    placeholder: (index) => `$${index}`,
    primaryKey: async (table) => {
      const found = await query(
        `SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
          WHERE i.indrelid = to_regclass($1) AND i.indisprimary ORDER BY k.place`,
        [table.map(quote).join(".")],
      );
      return found.rows.map(([name]) => name as string);
    },
    after: (key, first) => ({
      sql: `(${key.map(({ name }) => quote(name)).join(", ")}) > (${key.map((_, index) => `$${first + index}`).join(", ")})`,
      repeat: key.map((_, index) => index),
    }),
    number: async ({ sql, values }) => Number((await query(sql, values)).rows[0]?.[0]),
    batches: (select, batchRows) => fetchBatches(query, `flashlab_${++cursors}`, select, batchRows),
    close: async (broken) => {
      signal?.removeEventListener("abort", cut);
      if (broken) cut();
      await client.end().catch(() => undefined);
    },
  };
}

type RunQuery = (text: string, values?: readonly unknown[]) => Promise<QueryArrayResult<(string | null)[]>>;

async function* fetchBatches(
  query: RunQuery,
  cursor: string,
  { sql, values }: ServerQuery,
  batchRows: number,
): AsyncGenerator<Batch> {
  await query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`, values);
  const typeNames = new Map<number, string>();
  let columns: ServerColumn[] | undefined;
  for (;;) {
    const { rows, fields } = await query(`FETCH ${batchRows} FROM ${cursor}`);
    if (columns === undefined) {
      const found = await query("SELECT oid, format_type(oid, NULL) FROM pg_type WHERE oid = ANY ($1)", [
        fields.map(({ dataTypeID }) => dataTypeID),
      ]);
      for (const [oid, name] of found.rows) typeNames.set(Number(oid), name as string);
      columns = fields.map(({ name, dataTypeID, dataTypeModifier }) =>
        postgreSqlColumn(name, dataTypeID, dataTypeModifier, typeNames.get(dataTypeID) ?? String(dataTypeID)),
      );
    } else if (rows.length === 0) break;
    yield { columns, rows: rows.length, values: columns.map((_, index) => rows.map((row) => row[index])) };
    if (rows.length < batchRows) break;
  }
  await query(`CLOSE ${cursor}`);
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
