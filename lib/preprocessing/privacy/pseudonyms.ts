import { type Engine, type QueryOptions, quoteIdentifier } from "../../engine/index";
import { type KeySource, readSecretKey, SecretKey } from "../../engine/sinks/secret-key";
import { DataError, EnvironmentError, InputError, requireInteger } from "../../errors";
import { requireRelation } from "../step";
import { hmacBlocks, hmacSql } from "./hmac";

/** The environment variable that holds the key of pseudonyms, unless another is named. */
export const PSEUDONYM_KEY = "FLASHLAB_PSEUDONYM_KEY";

/** Options of {@link pseudonymise}. */
export interface PseudonymOptions extends QueryOptions {
  /** Where the key is. Default: the environment variable {@link PSEUDONYM_KEY}. */
  key?: SecretKey | KeySource;
  /** Fingerprint of the key that made earlier pseudonyms, which these must fit: another key is then an error. */
  expect?: string;
  /** Hexadecimal digits of a pseudonym, 16 to 64. Default 32, which is 128 bits (RFC 2104, 5: at least half the hash). */
  digits?: number;
}

/** What became of one column. */
export interface PseudonymisedColumn {
  column: string;
  domain: string;
  /** Different identifiers, and so different pseudonyms. */
  distinct: number;
}

/** What {@link pseudonymise} did. */
export interface Pseudonymised {
  output: string;
  /** Tells keys apart; store it beside the data and give it as `expect` when more is added. */
  fingerprint: string;
  columns: PseudonymisedColumn[];
}

/**
 * Makes `output` of `input` with identifiers replaced by pseudonyms: the first digits of HMAC-SHA-256(K_domain,
 * identifier as UTF-8 text), where K_domain is derived from the secret key for the column's domain (HKDF-SHA-256).
 * `columns` maps columns to domains: `{ user_id: "user", referrer: "user", item_id: "item" }`. The same key, domain and
 * identifier give the same pseudonym, in any table and on any engine, so tables still join; another domain or key gives
 * pseudonyms that have nothing to do with these. NULL stays NULL. Without the key an identifier can neither be found from
 * its pseudonym nor tried out, which an unkeyed hash would allow.
 *
 * Computed in SQL, once per different identifier, with the column's derived key bound: memory and the spill folder are the
 * engine's, it runs on DuckDB and Spark alike, and the secret key itself reaches neither.
 *
 * Throws InputError for a column that isn't there or an unusable domain, EnvironmentError for a missing or wrong key,
 * DataError should two identifiers share a pseudonym (raise `digits`).
 */
export async function pseudonymise(
  engine: Engine,
  input: string,
  output: string,
  columns: Readonly<Record<string, string>>,
  { key = {}, expect, digits = 32, ...options }: PseudonymOptions = {},
): Promise<Pseudonymised> {
  for (const name of [input, output]) requireRelation(name);
  requireInteger(digits, "digits", 16, 64);
  const secret = key instanceof SecretKey ? key : readSecretKey(key, PSEUDONYM_KEY);
  if (expect !== undefined && expect !== secret.fingerprint)
    throw new EnvironmentError(`this isn't the key of the earlier pseudonyms: ${secret.fingerprint}, not ${expect}`, {
      place: PSEUDONYM_KEY,
      remedy: "Set the key that they were made with, or make them all anew.",
    });
  const known = (await engine.describe(input)).map(({ name }) => name);
  const entries = Object.entries(columns);
  for (const [column, domain] of entries) checkColumn(column, domain, known);
  const { dialect } = engine;
  const text = (column: string) => `CAST(${quoteIdentifier(column)} AS ${dialect.types.text})`;
  const parts = entries.map(([column, domain], at) => {
    const blocks = hmacBlocks(secret.derive(`flashlab pseudonym 1 ${domain}`));
    const bound = { inner: `$inner${at}`, outer: `$outer${at}` };
    const hmac = hmacSql(dialect, dialect.bytes("identifier"), bound);
    const distinct = `SELECT DISTINCT ${text(column)} AS identifier FROM ${input} WHERE ${quoteIdentifier(column)} IS NOT NULL`;
    return {
      values: { [`inner${at}`]: blocks.inner, [`outer${at}`]: blocks.outer },
      table: `SELECT identifier, substr(${hmac}, 1, ${digits}) AS pseudonym FROM (${distinct}) AS distinct_${at}`,
      join: `LEFT JOIN pseudonyms_${at} ON pseudonyms_${at}.identifier = CAST(source.${quoteIdentifier(column)} AS ${dialect.types.text})`,
    };
  });
  const list = known.map((column) => {
    const at = entries.findIndex(([name]) => name === column);
    return at < 0 ? `source.${quoteIdentifier(column)}` : `pseudonyms_${at}.pseudonym AS ${quoteIdentifier(column)}`;
  });
  const tables = parts.map(({ table }, at) => `pseudonyms_${at} AS (${table})`);
  await engine.createTable(
    output,
    `${tables.length > 0 ? `WITH ${tables.join(", ")} ` : ""}SELECT ${list.join(", ")} FROM ${input} AS source
      ${parts.map(({ join }) => join).join("\n")}`,
    Object.assign({}, ...parts.map(({ values }) => values)),
    options,
  );
  return { output, fingerprint: secret.fingerprint, columns: await count(engine, input, output, entries) };
}

function checkColumn(column: string, domain: string, known: readonly string[]): void {
  if (!known.includes(column))
    throw new InputError("there is no such column to make pseudonyms of", {
      value: column,
      remedy: `The columns are ${known.join(", ")}.`,
    });
  if (!/^[a-z][a-z0-9_-]{0,63}$/.test(domain))
    throw new InputError('a domain is a short name of lower-case letters, such as "user"', {
      value: domain,
      place: `column "${column}"`,
    });
}

/** Counts identifiers and pseudonyms: they must be as many. */
async function count(
  engine: Engine,
  input: string,
  output: string,
  entries: readonly (readonly [string, string])[],
): Promise<PseudonymisedColumn[]> {
  const counted: PseudonymisedColumn[] = [];
  for (const [column, domain] of entries) {
    const name = quoteIdentifier(column);
    const found = await engine.columns(
      `SELECT (SELECT count(DISTINCT CAST(${name} AS ${engine.dialect.types.text})) FROM ${input}) AS identifiers,
        (SELECT count(DISTINCT ${name}) FROM ${output}) AS pseudonyms`,
    );
    const [identifiers, pseudonyms] = [Number(found.identifiers[0]), Number(found.pseudonyms[0])];
    if (identifiers !== pseudonyms)
      throw new DataError(`${identifiers} identifiers have only ${pseudonyms} pseudonyms`, {
        place: `column "${column}"`,
        remedy: "Raise digits.",
      });
    counted.push({ column, domain, distinct: identifiers });
  }
  return counted;
}
