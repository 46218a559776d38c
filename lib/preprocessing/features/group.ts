import { type Dialect, quoteText } from "../../engine/index";

/** What a group of features is computed from. */
export interface FeatureContext {
  dialect: Dialect;
  /** SQL of the events before the moment, as a query in brackets: `SELECT … FROM ${past} given`. */
  past: string;
  /** The moment, in seconds since 1970 UTC. */
  asOf: number;
}

/** Features of some users (or items), to be joined to the rest. */
export interface FeatureGroup {
  /** SQL of rows with the key (`user_id` or `item_id`, each once) and the columns. */
  select: string;
  /** The columns in order, each with the SQL value of a user (or item) that isn't among the rows. */
  columns: Readonly<Record<string, string>>;
}

/** SQL of the events before a moment, of known users, in brackets. */
export function pastOf(dialect: Dialect, events: string, asOf: number): string {
  return `(SELECT * FROM ${events} WHERE event_time < ${dialect.timestamp(asOf)} AND user_id IS NOT NULL)`;
}

/** Columns that are all NULL, or all 0, for who isn't among a group's rows. */
export function columns(names: readonly string[], missing: "NULL" | "0"): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, missing]));
}

/** Days from a timestamp expression to the moment, as a DOUBLE. */
export function daysSince({ dialect, asOf }: FeatureContext, moment: string): string {
  const now = Math.round(asOf * 1e6);
  return `(CAST(${now} - ${dialect.micros(moment)} AS ${dialect.types.double}) / 8.64e10)`;
}

/** A number as an SQL DOUBLE. */
export function double(value: number): string {
  return `(${value.toExponential()})`;
}

/** A list of texts for `IN (…)`. */
export function texts(values: readonly string[]): string {
  return values.map(quoteText).join(", ");
}

/** A base query and groups joined to it by their key, as one SELECT with the base's columns first. */
export function joined(base: string, groups: readonly FeatureGroup[], key: "user_id" | "item_id"): string {
  const names = groups.map((_, index) => `group_${index + 1}`);
  const ctes = [`base AS (${base})`, ...groups.map(({ select }, index) => `${names[index]} AS (${select})`)];
  const list = groups.flatMap(({ columns: own }, index) =>
    Object.entries(own).map(([column, missing]) =>
      missing === "NULL" ? `${names[index]}.${column}` : `coalesce(${names[index]}.${column}, ${missing}) AS ${column}`,
    ),
  );
  const joins = names.map((name) => `LEFT JOIN ${name} ON ${name}.${key} = base.${key}`);
  return `WITH ${ctes.join(",\n")}
    SELECT ${["base.*", ...list].join(", ")} FROM base ${joins.join(" ")} ORDER BY base.${key}`;
}
