/** The kinds of value that both engines store, under one set of names. */
export type SqlType = "boolean" | "integer" | "bigint" | "float" | "double" | "text" | "date" | "timestamp" | "blob";

/** A key of an order, ascending unless said; NULLs come last either way, unless `nullsFirst`. */
export interface OrderKey {
  key: string;
  descending?: boolean;
  nullsFirst?: boolean;
}

/**
 * What DuckDB and Spark say differently: functions from SQL text to SQL text. Arguments called `expr` are SQL
 * expressions; texts that aren't SQL are quoted by the function. Everything else is written once, in what both
 * understand: CTEs, windows, `QUALIFY`, `FILTER (WHERE …)`, `CASE`, `coalesce`, `greatest`, `least` (both skip NULL),
 * `nullif`, `||`, `IS DISTINCT FROM`, `count`, `sum`, `avg`, `min`, `max`, `stddev_samp`, `ln`, `log2`, `exp`, `abs`,
 * `round`, `lower`, `trim`, `substr`, `GROUP BY ALL`, `CAST(x AS DATE)`, `extract(HOUR FROM t)`,
 * `TIMESTAMP '2000-01-31 08:00:00'`, `t + INTERVAL 1 DAY`, `DATE`, `/` on numbers (never whole division).
 *
 * Take care with these, or the rows differ between engines:
 * - `ORDER BY` puts NULLs first on Spark, last on DuckDB: write `NULLS FIRST` or `NULLS LAST` wherever one can occur.
 * - The rows of a table have no order on Spark: order where you read. In a window or aggregate break every tie.
 * - Dividing by zero fails on Spark: `x / nullif(y, 0)`.
 * - `0.5` is a DECIMAL on both, with different rules for its digits: write `5e-1`, or cast to `types.double`.
 * - `floor`, `ceil` give a DOUBLE on DuckDB and a BIGINT on Spark: cast the result.
 * - Sums of DOUBLE depend on the order of addition in their last digits.
 */
export interface Dialect {
  readonly name: "duckdb" | "spark";
  /** Names of types, for CAST: `CAST(x AS ${dialect.types.text})`. */
  readonly types: Readonly<Record<SqlType, string>>;

  /** A moment, in seconds since 1970 UTC, as a timestamp literal (rounded to microseconds). */
  timestamp(seconds: number): string;
  /** Timestamp of a BIGINT expression in microseconds since 1970 UTC. */
  timestampOfMicros(expr: string): string;
  /** BIGINT microseconds since 1970 UTC of a timestamp. */
  micros(expr: string): string;
  /** DOUBLE seconds since 1970 UTC of a timestamp, exact to the microsecond. */
  seconds(expr: string): string;
  /**
   * Timestamp of a text in a format of `%Y %m %d %H %M %S %f %%` and literal characters; NULL where the text isn't one.
   * Numbers may lack leading zeros, and blanks around the whole are let through.
   * Throws InputError for another specifier.
   */
  parseTime(expr: string, format: string): string;
  /** Timestamp of the day's first moment. */
  startOfDay(expr: string): string;
  /** Calendar days from one timestamp or date to another, a whole number. */
  daysBetween(from: string, to: string): string;
  /** Hour of the day, 0 to 23. */
  hour(expr: string): string;
  /** Day of the week, 0 for Monday to 6 for Sunday. */
  weekday(expr: string): string;

  /**
   * Value of a text as the type, NULL where it isn't one. Numbers are what both engines read alike: decimal digits with an optional
   * sign, point and exponent, nothing around them; whole numbers without point and exponent.
   */
  tryCast(expr: string, type: SqlType): string;
  /** A DOUBLE as text, the same on both: `1.5`, `1e+20`, `1e-05`, `inf`, `nan`. */
  textOfDouble(expr: string): string;
  /** Whether a text holds a match of a regular expression of the common kind (RE2's and Java's). */
  matches(expr: string, pattern: string): string;
  /** Position from 1 of `part` in a text, 0 where it isn't there. */
  indexOf(expr: string, part: string): string;
  /** Quotient of whole numbers, cut towards zero. */
  wholeQuotient(dividend: string, divisor: string): string;

  /** Aggregate: quantile at `share` in [0, 1], linear between the two nearest values (numpy's default). */
  quantile(expr: string, share: number): string;
  /** Aggregate: the middle value, or the mean of the two middle ones. */
  median(expr: string): string;
  /** Aggregate: `expr` (also where NULL) of the row whose keys come first in ascending order; keys must not be NULL. */
  first(expr: string, ...keys: string[]): string;
  /** Aggregate: `expr` (also where NULL) of the row whose keys come last. */
  last(expr: string, ...keys: string[]): string;
  /** Aggregate: values as a list in the order of the keys; NULL values are kept. */
  list(expr: string, ...order: OrderKey[]): string;
  /** Aggregate: texts joined in the order of the keys; NULLs are left out. */
  join(expr: string, separator: string, ...order: OrderKey[]): string;
  /** Window function, without its OVER: the last value that isn't NULL. */
  lastKnown(expr: string): string;

  /** A list of expressions. */
  listOf(...exprs: string[]): string;
  /** One row per item of a list, in the SELECT list: `SELECT id, ${unnest("items")} AS item`. */
  unnest(expr: string): string;
  /** Length of a list. */
  listLength(expr: string): string;
  /** Item of a list, counted from 1; NULL beyond its end. */
  item(expr: string, index: string): string;
  /** A row value with named fields, read as `value.field`. */
  struct(fields: Readonly<Record<string, string>>): string;
  /** A relation of whole numbers `i` from 0 to count − 1: `FROM ${series("10")}`. */
  series(count: number): string;
  /** `*` without these columns. */
  allBut(...columns: string[]): string;

  /** Whole number in [0, buckets) from a text, the same on both engines: MD5's first 15 hexadecimal digits modulo buckets. */
  bucket(expr: string, buckets: number): string;
  /** A hash of any columns, for grouping and joining within one engine only; a BIGINT or UBIGINT. */
  rowHash(...exprs: string[]): string;
  /** Lower-case hexadecimal SHA-256 of a blob. */
  sha256(expr: string): string;
  /** Lower-case hexadecimal MD5 of a text. */
  md5(expr: string): string;
  /** A text's UTF-8 bytes as a blob. */
  bytes(expr: string): string;
  /** Blob of a text of hexadecimal digits. */
  unhex(expr: string): string;
}

/** SQL of a relation with these columns and no row: for {@link Engine.createTable}. */
export function emptySelect(dialect: Dialect, columns: Readonly<Record<string, SqlType>>): string {
  const list = Object.entries(columns).map(
    ([name, type]) => `CAST(NULL AS ${dialect.types[type]}) AS "${name.replaceAll('"', '""')}"`,
  );
  return `SELECT ${list.join(", ")} WHERE 1 = 0`;
}
