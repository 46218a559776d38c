import { type Engine, quoteIdentifier, quoteText } from "../engine/index";
import { DataError, InputError, requireInteger } from "../errors";
import { createGroups, requireColumn } from "./groups";
import { requireRelation } from "./step";

/** How a column of categories becomes numbers; see {@link fitEncoder}. */
export type Encoding =
  | { method: "one-hot"; minCount?: number }
  | { method: "ordinal"; minCount?: number }
  | { method: "hash"; buckets: number };

/** An encoding as fitted. */
export type FittedEncoding =
  | { method: "one-hot" | "ordinal"; categories: string[] }
  | { method: "hash"; buckets: number };

/** What {@link fitEncoder} found, column by column; plain data: keep it as JSON. */
export interface Encoder {
  kind: "encoder";
  columns: Record<string, FittedEncoding>;
}

/** Most categories of a one-hot column: each becomes a column of its own. */
const MOST = 1000;

/**
 * Finds the categories of columns, on the training rows alone, to be applied with {@link encode}. Categories are a
 * column's values as text, in the order of their UTF-8 bytes:
 *
 * - `one-hot`: a column `${column}=${category}` for each ({@link oneHotNames}), 1 in the row's own and 0 in the others
 * - `ordinal`: `${column}_code`, 0 … categories − 1
 * - `hash`: `${column}_bucket`, the first 15 hexadecimal digits of the text's MD5 modulo `buckets`: nothing is fitted, the same on every engine and
 *   machine, and two categories may share a bucket
 *
 * With `minCount`, categories of fewer training rows count as not seen. A category that wasn't seen is 0 in every one-hot
 * column and −1 as a code; NULL is 0 in every one-hot column and NULL otherwise. Throws InputError for a column that isn't
 * there and a bad setting, DataError for a one-hot column of more than 1,000 categories.
 */
export async function fitEncoder(
  engine: Engine,
  relation: string,
  plan: Readonly<Record<string, Encoding>>,
): Promise<Encoder> {
  requireRelation(relation);
  const columns: Encoder["columns"] = {};
  for (const [column, encoding] of Object.entries(plan)) {
    await requireColumn(engine, relation, column);
    if (encoding.method === "hash") {
      const buckets = requireInteger(encoding.buckets, `buckets of "${column}"`, 1, 2 ** 31 - 1);
      columns[column] = { method: "hash", buckets };
    } else if (encoding.method === "one-hot" || encoding.method === "ordinal") {
      const minCount = requireInteger(encoding.minCount ?? 1, `minCount of "${column}"`, 1);
      const found = await engine.columns(
        `SELECT category FROM (SELECT ${textOf(engine, column)} AS category FROM ${relation}) given
        WHERE category IS NOT NULL GROUP BY category HAVING count(*) >= ${minCount} ORDER BY category`,
      );
      const categories = [...found.category].map(String);
      if (encoding.method === "one-hot" && categories.length > MOST)
        throw new DataError(`more than ${MOST} categories can't have a column each`, {
          value: categories.length,
          place: `column "${column}"`,
          remedy: "Raise minCount, or use ordinal, hash or target encoding.",
        });
      columns[column] = { method: encoding.method, categories };
    } else
      throw new InputError("an unknown encoding", {
        value: (encoding as { method: unknown }).method,
        place: `column "${column}"`,
        remedy: "Use one-hot, ordinal or hash; fitTargetEncoding for target encoding.",
      });
  }
  return { kind: "encoder", columns };
}

/**
 * Makes `output`: the input's columns, each of the encoder's replaced, in its place, by its numbers (INTEGER).
 * Throws InputError where one of them isn't there.
 */
export async function encode(engine: Engine, input: string, output: string, encoder: Encoder): Promise<void> {
  for (const name of [input, output]) requireRelation(name);
  for (const column of Object.keys(encoder.columns)) await requireColumn(engine, input, column);
  const select: string[] = [];
  const joins: string[] = [];
  const made: string[] = [];
  try {
    for (const { name } of await engine.describe(input)) {
      const fitted = Object.hasOwn(encoder.columns, name) ? encoder.columns[name] : undefined;
      if (fitted === undefined) select.push(`e.${quoteIdentifier(name)}`);
      else if (fitted.method === "ordinal" && fitted.categories.length > 0) {
        const relation = `${output}_codes_${made.length}`;
        await createCodes(engine, relation, fitted.categories);
        joins.push(`LEFT JOIN ${relation} AS c${made.length} ON c${made.length}.k = ${textOf(engine, name, "e")}`);
        select.push(`CASE WHEN e.${quoteIdentifier(name)} IS NOT NULL THEN coalesce(c${made.length}.code, -1) END
          AS ${quoteIdentifier(`${name}_code`)}`);
        made.push(relation);
      } else select.push(...numbersOf(engine, name, fitted));
    }
    await engine.createTable(output, `SELECT ${select.join(", ")} FROM ${input} AS e ${joins.join(" ")}`);
  } finally {
    for (const relation of made) await engine.drop(relation);
  }
}

/**
 * Makes `output`: the input's columns, the numbers of one-hot and ordinal columns turned back into the categories, as text. What
 * wasn't seen comes back as NULL. Columns that were hashed stay buckets: what fell into one can't be told apart.
 */
export async function decode(engine: Engine, input: string, output: string, encoder: Encoder): Promise<void> {
  for (const name of [input, output]) requireRelation(name);
  const gone = new Set<string>();
  const back: string[] = [];
  const { text } = engine.dialect.types;
  for (const [column, fitted] of Object.entries(encoder.columns)) {
    if (fitted.method === "hash") continue;
    const names = fitted.method === "ordinal" ? [`${column}_code`] : oneHotNames(column, fitted.categories);
    for (const name of names) {
      await requireColumn(engine, input, name);
      gone.add(name);
    }
    const cases = fitted.categories.map((category, index) =>
      fitted.method === "ordinal"
        ? `WHEN ${quoteIdentifier(names[0])} = ${index} THEN ${quoteText(category)}`
        : `WHEN ${quoteIdentifier(names[index])} = 1 THEN ${quoteText(category)}`,
    );
    const value = cases.length === 0 ? "NULL" : `CASE ${cases.join(" ")} END`;
    back.push(`CAST(${value} AS ${text}) AS ${quoteIdentifier(column)}`);
  }
  const kept = (await engine.describe(input)).map(({ name }) => name).filter((name) => !gone.has(name));
  await engine.createTable(output, `SELECT ${[...kept.map(quoteIdentifier), ...back].join(", ")} FROM ${input}`);
}

function numbersOf(engine: Engine, column: string, fitted: FittedEncoding): string[] {
  const { integer } = engine.dialect.types;
  const own = textOf(engine, column, "e");
  if (fitted.method === "hash")
    return [`${engine.dialect.bucket(own, fitted.buckets)} AS ${quoteIdentifier(`${column}_bucket`)}`];
  if (fitted.method === "ordinal")
    return [`CAST(CASE WHEN ${own} IS NOT NULL THEN -1 END AS ${integer}) AS ${quoteIdentifier(`${column}_code`)}`];
  const names = oneHotNames(column, fitted.categories);
  return fitted.categories.map(
    (category, index) =>
      `CASE WHEN ${own} = ${quoteText(category)} THEN 1 ELSE 0 END AS ${quoteIdentifier(names[index])}`,
  );
}

/**
 * The columns of one-hot encoding: `${column}=${category}`; of categories that differ only in upper and lower case, which
 * SQL's names don't tell apart, the second gets `#2` after it, and so on.
 */
export function oneHotNames(column: string, categories: readonly string[]): string[] {
  const taken = new Set<string>();
  return categories.map((category) => {
    const name = `${column}=${category}`;
    let free = name;
    for (let copy = 2; taken.has(free.toLowerCase()); copy++) free = `${name}#${copy}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

async function createCodes(engine: Engine, relation: string, categories: readonly string[]): Promise<void> {
  const groups = categories.map((category, index) => ({ group: category, fit: index }));
  await createGroups(engine, relation, groups, { code: String });
}

function textOf({ dialect }: Engine, column: string, alias?: string): string {
  return `CAST(${alias === undefined ? "" : `${alias}.`}${quoteIdentifier(column)} AS ${dialect.types.text})`;
}
