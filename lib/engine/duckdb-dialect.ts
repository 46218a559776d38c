import type { Dialect } from "./dialect";
import { countLiteral, formatParts, numberPattern, orderBy, shareLiteral, timestampLiteral } from "./dialect-parts";
import { quoteIdentifier, quoteText } from "./quote";

/** How DuckDB says it. */
export const DUCKDB: Dialect = {
  name: "duckdb",
  types: {
    boolean: "BOOLEAN",
    integer: "INTEGER",
    bigint: "BIGINT",
    float: "FLOAT",
    double: "DOUBLE",
    text: "VARCHAR",
    date: "DATE",
    timestamp: "TIMESTAMP",
    blob: "BLOB",
  },

  timestamp: timestampLiteral,
  timestampOfMicros: (expr) => `make_timestamp(${expr})`,
  micros: (expr) => `epoch_us(${expr})`,
  seconds: (expr) => `(epoch_us(${expr}) / 1e6)`,
  parseTime: (expr, format) => {
    const pattern = formatParts(format).map(({ part, text }) => (part ? `%${part}` : text?.replaceAll("%", "%%")));
    return `try_strptime(${expr}, ${quoteText(pattern.join(""))})`;
  },
  startOfDay: (expr) => `date_trunc('day', CAST(${expr} AS TIMESTAMP))`,
  daysBetween: (from, to) => `date_diff('day', CAST(${from} AS DATE), CAST(${to} AS DATE))`,
  hour: (expr) => `CAST(hour(${expr}) AS INTEGER)`,
  weekday: (expr) => `CAST(isodow(${expr}) - 1 AS INTEGER)`,

  tryCast: (expr, type) => {
    const pattern = numberPattern(type);
    const cast = `TRY_CAST(${expr} AS ${DUCKDB.types[type]})`;
    return pattern === undefined ? cast : `CASE WHEN ${DUCKDB.matches(expr, pattern)} THEN ${cast} END`;
  },
  textOfDouble: (expr) => `CAST(CAST(${expr} AS DOUBLE) AS VARCHAR)`,
  matches: (expr, pattern) => `regexp_matches(${expr}, ${quoteText(pattern)})`,
  indexOf: (expr, part) => `strpos(${expr}, ${part})`,
  wholeQuotient: (dividend, divisor) => `((${dividend}) // (${divisor}))`,

  quantile: (expr, share) => `quantile_cont(CAST(${expr} AS DOUBLE), ${shareLiteral(share)})`,
  median: (expr) => `median(CAST(${expr} AS DOUBLE))`,
  first: (expr, ...keys) => `arg_min_null(${expr}, ${single(keys)})`,
  last: (expr, ...keys) => `arg_max_null(${expr}, ${single(keys)})`,
  list: (expr, ...order) => `array_agg(${expr} ${orderBy(order)})`,
  join: (expr, separator, ...order) => `string_agg(${expr}, ${quoteText(separator)} ${orderBy(order)})`,
  lastKnown: (expr) => `last_value(${expr} IGNORE NULLS)`,

  listOf: (...exprs) => `list_value(${exprs.join(", ")})`,
  unnest: (expr) => `unnest(${expr})`,
  listLength: (expr) => `len(${expr})`,
  item: (expr, index) => `list_extract(${expr}, ${index})`,
  struct: (fields) => `struct_pack(${named(fields)})`,
  series: (count) => `(SELECT range AS i FROM range(${countLiteral(count, "count")}))`,
  allBut: (...columns) => (columns.length === 0 ? "*" : `* EXCLUDE (${columns.map(quoteIdentifier).join(", ")})`),

  bucket: (expr, buckets) =>
    `CAST(CAST('0x' || substr(md5(${expr}), 1, 15) AS BIGINT) % ${countLiteral(buckets, "buckets", 1)} AS INTEGER)`,
  rowHash: (...exprs) => `hash(${exprs.join(", ")})`,
  sha256: (expr) => `sha256(${expr})`,
  md5: (expr) => `md5(${expr})`,
  bytes: (expr) => `encode(${expr})`,
  unhex: (expr) => `unhex(${expr})`,
};

function single(keys: readonly string[]): string {
  return keys.length === 1 ? keys[0] : `row(${keys.join(", ")})`;
}

function named(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, expr]) => `${quoteIdentifier(name)} := ${expr}`)
    .join(", ");
}
