import { type Engine, type QueryOptions, quoteIdentifier } from "../../engine/index";
import { InputError, requireInteger } from "../../errors";
import { requireRelation } from "../step";

/** How well rows hide among rows that look the same to someone who knows the quasi-identifiers. */
export interface AnonymityReport {
  quasiIdentifiers: readonly string[];
  /** The k that was asked for. */
  wanted: number;
  rows: number;
  /** Groups of rows with the same quasi-identifiers (NULL counting as a value). */
  classes: number;
  /** Rows of the smallest class; 0 for an empty table. The table is k-anonymous for this k and all smaller ones. */
  k: number;
  classesBelow: number;
  /** Rows in classes with fewer than the wanted rows. */
  rowsAtRisk: number;
  /** Probability of picking a person's row rightly, for the worst row (1/k) and on average over rows (classes/rows). */
  highestRisk: number;
  averageRisk: number;
  /** The fewest different values of the sensitive column in any class (distinct l-diversity); undefined without one. */
  l: number | undefined;
}

/** Options of {@link kAnonymity}. */
export interface AnonymityOptions extends QueryOptions {
  /** Rows that each class should have. Default 5. */
  k?: number;
  /** The column that must not be learnt from a class, for l. */
  sensitive?: string;
}

/**
 * Reports k-anonymity: the sizes of the classes that quasi-identifiers make.
 *
 * Source: L. Sweeney, "k-anonymity: a model for protecting privacy" (2002); distinct l-diversity: A. Machanavajjhala et
 * al., "l-diversity: privacy beyond k-anonymity" (2007). A row is taken for a person: bring a log to one row per user first.
 * Throws InputError for no column or one that isn't there.
 */
export async function kAnonymity(
  engine: Engine,
  relation: string,
  quasiIdentifiers: readonly string[],
  { k = 5, sensitive, ...options }: AnonymityOptions = {},
): Promise<AnonymityReport> {
  await checkColumns(engine, relation, [...quasiIdentifiers, ...(sensitive === undefined ? [] : [sensitive])]);
  requireInteger(k, "k", 1);
  const name = sensitive === undefined ? "NULL" : quoteIdentifier(sensitive);
  const diversity =
    sensitive === undefined ? "0" : `count(DISTINCT ${name}) + max(CASE WHEN ${name} IS NULL THEN 1 ELSE 0 END)`;
  const found = await engine.columns(
    `SELECT count(*) AS classes, sum(size) AS total, min(size) AS smallest, min(l) AS l,
        count(CASE WHEN size < $k THEN 1 END) AS below, sum(CASE WHEN size < $k THEN size ELSE 0 END) AS at_risk
      FROM (SELECT count(*) AS size, ${diversity} AS l FROM ${relation}
        GROUP BY ${quasiIdentifiers.map(quoteIdentifier).join(", ")}) AS sizes`,
    { k },
    options,
  );
  const number = (column: string) => Number(found[column][0]) || 0;
  const [rows, classes, smallest] = [number("total"), number("classes"), number("smallest")];
  return {
    quasiIdentifiers,
    wanted: k,
    rows,
    classes,
    k: smallest,
    classesBelow: number("below"),
    rowsAtRisk: number("at_risk"),
    highestRisk: rows === 0 ? 0 : 1 / smallest,
    averageRisk: rows === 0 ? 0 : classes / rows,
    l: sensitive === undefined ? undefined : number("l"),
  };
}

/** Throws InputError unless the relation has these columns, and there is at least one. */
export async function checkColumns(engine: Engine, relation: string, columns: readonly string[]): Promise<void> {
  requireRelation(relation);
  if (columns.length === 0) throw new InputError("no quasi-identifier is named", { place: "quasiIdentifiers" });
  const known = (await engine.describe(relation)).map(({ name }) => name);
  const unknown = columns.find((column) => !known.includes(column));
  if (unknown === undefined) return;
  throw new InputError("there is no such column", { value: unknown, remedy: `The columns are ${known.join(", ")}.` });
}
