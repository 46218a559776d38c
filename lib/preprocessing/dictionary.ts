import { type Engine, quoteIdentifier } from "../engine/index";

/**
 * Makes a relation of the different values of a column, `id` and `code`: 0, 1 … in the order of their UTF-8 bytes; NULL has
 * none. Returns the values by code.
 */
export async function createDictionary(
  engine: Engine,
  name: string,
  { from, column, signal }: { from: string; column: string; signal?: AbortSignal },
): Promise<string[]> {
  const id = `CAST(${quoteIdentifier(column)} AS ${engine.dialect.types.text})`;
  await engine.createTable(
    name,
    `SELECT id, CAST(row_number() OVER (ORDER BY id) - 1 AS ${engine.dialect.types.integer}) AS code
    FROM (SELECT DISTINCT ${id} AS id FROM ${from}) given WHERE id IS NOT NULL`,
    undefined,
    { signal },
  );
  return (await engine.columns(`SELECT id FROM ${name} ORDER BY code`)).id as string[];
}

/** Where each id of one list stands in another, −1 where it doesn't: to go from one dictionary's codes to another's. */
export function recoding(ids: readonly string[], like: readonly string[]): Int32Array {
  const codes = new Map(like.map((id, code) => [id, code]));
  return Int32Array.from(ids, (id) => codes.get(id) ?? -1);
}
