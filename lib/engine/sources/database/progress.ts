import { createHash } from "node:crypto";
import { DataError, InputError } from "../../../errors";
import { type Engine, nameParts } from "../../engine";
import { quoteIdentifier } from "../../quote";
import type { TableSource } from "../table";
import type { ServerColumn } from "./client";

/** How far a read into a relation is. */
export interface ReadProgress {
  rows: number;
  /** The key of the last row that was stored. */
  after: (string | number)[] | undefined;
}

/** The relation beside `relation` that says how far an unfinished read is; dropped when the read is finished. */
function progressName(relation: string): string {
  const parts = nameParts(relation);
  return [...parts.slice(0, -1), `${parts[parts.length - 1]}_reading`].map(quoteIdentifier).join(".");
}

/** Makes the empty relation and its progress. */
export async function startProgress(
  engine: Engine,
  relation: string,
  columns: readonly ServerColumn[],
  source: TableSource,
  key: readonly string[],
): Promise<ReadProgress> {
  const list = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`);
  await engine.createTable(
    relation,
    `SELECT ${["CAST(NULL AS BIGINT) AS source_row", ...list].join(", ")} WHERE false`,
  );
  await engine.createTable(
    progressName(relation),
    "SELECT $source AS source, 0::BIGINT AS rows, NULL::VARCHAR AS key",
    {
      source: digest(source, key),
    },
  );
  return { rows: 0, after: undefined };
}

/**
 * Says how far the read into the relation was. Throws InputError where there is nothing to go on with, or the rows are
 * those of another source or key.
 */
export async function readProgress(
  engine: Engine,
  relation: string,
  source: TableSource,
  key: readonly string[],
): Promise<ReadProgress> {
  const name = progressName(relation);
  const remedy = "Read from the start, without resume.";
  if (!(await engine.exists(relation)) || !(await engine.exists(name)))
    throw new InputError("there is no unfinished read to resume", { value: relation, remedy });
  const found = await engine.columns(`SELECT source, rows, key FROM ${name}`);
  if ((found.source as string[])[0] !== digest(source, key))
    throw new InputError("the unfinished read was of another source, other columns or another key", {
      value: relation,
      remedy,
    });
  const rows = Number(found.rows[0]);
  const stored = Number((await engine.columns(`SELECT count(*) AS n FROM ${relation}`)).n[0]);
  if (stored !== rows)
    throw new DataError(`the unfinished read had ${rows} rows, and now there are ${stored}`, {
      value: relation,
      remedy,
    });
  if (rows > 0 && key.length === 0)
    throw new InputError("only a read in the order of a key can be resumed", { place: "key", remedy });
  return { rows, after: rows === 0 ? undefined : (JSON.parse((found.key as string[])[0]) as (string | number)[]) };
}

/** Notes how far the read is. */
export async function stepProgress(
  engine: Engine,
  relation: string,
  rows: number,
  last: readonly (string | number)[],
): Promise<void> {
  await engine.run(`UPDATE ${progressName(relation)} SET rows = $rows, key = $key`, {
    rows,
    key: JSON.stringify(last),
  });
}

/** Forgets the progress of a finished read. */
export async function dropProgress(engine: Engine, relation: string): Promise<void> {
  await engine.drop(progressName(relation));
}

/** What must be the same for a read to be resumed. */
function digest(source: TableSource, key: readonly string[]): string {
  const { kind, url, host, port, database, table, columns, query, values, types, timeZone, zeroDates } = source;
  const parts = { kind, url, host, port, database, table, columns, query, values, types, timeZone, zeroDates, key };
  const text = JSON.stringify(parts, (_, value) => (typeof value === "bigint" ? String(value) : value));
  return createHash("sha256").update(text).digest("hex");
}
