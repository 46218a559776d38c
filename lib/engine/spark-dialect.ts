import type { Dialect, OrderKey } from "./dialect";
import { countLiteral, formatParts, numberPattern, orderBy, shareLiteral, timestampLiteral } from "./dialect-parts";
import { quoteIdentifier, quoteText } from "./quote";

/**
 * How Spark SQL says it, under the settings that `openSpark` makes: ANSI rules, "quoted" identifiers, backslashes that
 * stand for themselves, and timestamps without a time zone.
 */
export const SPARK: Dialect = {
  name: "spark",
  types: {
    boolean: "BOOLEAN",
    integer: "INTEGER",
    bigint: "BIGINT",
    float: "FLOAT",
    double: "DOUBLE",
    text: "STRING",
    date: "DATE",
    timestamp: "TIMESTAMP_NTZ",
    blob: "BINARY",
  },

  timestamp: timestampLiteral,
  timestampOfMicros: (expr) => `CAST(timestamp_micros(${expr}) AS TIMESTAMP_NTZ)`,
  micros: (expr) => `unix_micros(CAST(${expr} AS TIMESTAMP_LTZ))`,
  seconds: (expr) => `(unix_micros(CAST(${expr} AS TIMESTAMP_LTZ)) / 1e6)`,
  parseTime,
  startOfDay: (expr) => `CAST(CAST(${expr} AS DATE) AS TIMESTAMP_NTZ)`,
  daysBetween: (from, to) => `CAST(datediff(CAST(${to} AS DATE), CAST(${from} AS DATE)) AS BIGINT)`,
  hour: (expr) => `hour(${expr})`,
  weekday: (expr) => `weekday(${expr})`,

  tryCast: (expr, type) => {
    const pattern = numberPattern(type);
    const cast = `try_cast(${expr} AS ${SPARK.types[type]})`;
    return pattern === undefined ? cast : `CASE WHEN ${SPARK.matches(expr, pattern)} THEN ${cast} END`;
  },
  textOfDouble: (expr) => textOfDouble(`CAST(${expr} AS DOUBLE)`),
  matches: (expr, pattern) => `rlike(${expr}, ${quoteText(pattern)})`,
  indexOf: (expr, part) => `instr(${expr}, ${part})`,
  wholeQuotient: (dividend, divisor) => `((${dividend}) DIV (${divisor}))`,

  quantile: (expr, share) => `percentile(CAST(${expr} AS DOUBLE), ${shareLiteral(share)})`,
  median: (expr) => `percentile(CAST(${expr} AS DOUBLE), 5e-1)`,
  first: (expr, ...keys) => `min_by(${expr}, struct(${keys.join(", ")}))`,
  last: (expr, ...keys) => `max_by(${expr}, struct(${keys.join(", ")}))`,
  list: (expr, ...order) => sortedList(expr, order),
  join: (expr, separator, ...order) =>
    `listagg(${expr}, ${quoteText(separator)})${order.length === 0 ? "" : ` WITHIN GROUP (${orderBy(order)})`}`,
  lastKnown: (expr) => `last_value(${expr}) IGNORE NULLS`,

  listOf: (...exprs) => `array(${exprs.join(", ")})`,
  unnest: (expr) => `explode(${expr})`,
  listLength: (expr) => `size(${expr})`,
  item: (expr, index) => `try_element_at(${expr}, CAST(${index} AS INTEGER))`,
  struct: (fields) =>
    `named_struct(${Object.entries(fields)
      .map(([name, expr]) => `${quoteText(name)}, ${expr}`)
      .join(", ")})`,
  series: (count) => `(SELECT id AS i FROM range(${countLiteral(count, "count")}))`,
  allBut: (...columns) => (columns.length === 0 ? "*" : `* EXCEPT (${columns.map(quoteIdentifier).join(", ")})`),

  bucket: (expr, buckets) =>
    `CAST(CAST(conv(substr(md5(CAST(${expr} AS BINARY)), 1, 15), 16, 10) AS BIGINT) % ${countLiteral(buckets, "buckets", 1)} AS INTEGER)`,
  rowHash: (...exprs) => `xxhash64(${exprs.join(", ")})`,
  sha256: (expr) => `sha2(${expr}, 256)`,
  md5: (expr) => `md5(CAST(${expr} AS BINARY))`,
  bytes: (expr) => `CAST(${expr} AS BINARY)`,
  unhex: (expr) => `unhex(${expr})`,
};

/** How many digits a time's part may have; from DuckDB's parser, which is the lenient one. */
const DIGITS: Record<string, string> = {
  Y: "[0-9]{1,4}",
  m: "[0-9]{1,2}",
  d: "[0-9]{1,2}",
  H: "[0-9]{1,2}",
  M: "[0-9]{1,2}",
  S: "[0-5]?[0-9]",
  f: "[0-9]{1,6}",
};

/**
 * Spark's own patterns for times (Java's) are strict where DuckDB's are lenient: the parts are cut out by a regular
 * expression and put together.
 */
function parseTime(expr: string, format: string): string {
  const parts = formatParts(format);
  const pattern = parts.map(({ part, text }) =>
    part ? `(${DIGITS[part]})` : (text as string).replace(/[\\^$.|?*+()[\]{}]/g, "\\$&").replace(/ +/g, " +"),
  );
  const whole = quoteText(`^ *${pattern.join("")} *$`);
  const order = parts.flatMap(({ part }) => part ?? []);
  const field = (part: string, otherwise: string) =>
    order.includes(part) ? `regexp_extract(${expr}, ${whole}, ${order.indexOf(part) + 1})` : otherwise;
  const number = (part: string, otherwise: string) => `CAST(${field(part, `'${otherwise}'`)} AS INTEGER)`;
  const days = [number("Y", "1900"), number("m", "1"), number("d", "1")];
  const seconds = `CAST(${field("S", "'0'")} || '.' || ${field("f", "'0'")} AS DECIMAL(16, 6))`;
  const made = `try_make_timestamp_ntz(${[...days, number("H", "0"), number("M", "0"), seconds].join(", ")})`;
  return `CASE WHEN rlike(${expr}, ${whole}) THEN ${made} END`;
}

/**
 * Spark orders no aggregate but a text's: the list is collected with its keys and then sorted by them, key by key.
 */
function sortedList(expr: string, order: readonly OrderKey[]): string {
  const fields = [...order.map(({ key }, index) => `${key} AS k${index}`), `${expr} AS v`];
  const collected = `collect_list(struct(${fields.join(", ")}))`;
  const compare = order.reduceRight((rest, { descending, nullsFirst }, index) => {
    const [left, right] = [`l.k${index}`, `r.k${index}`];
    const nullFirst = nullsFirst ? -1 : 1;
    const less = descending ? 1 : -1;
    return `CASE WHEN ${left} IS NULL AND ${right} IS NULL THEN ${rest} WHEN ${left} IS NULL THEN ${nullFirst}
      WHEN ${right} IS NULL THEN ${-nullFirst} WHEN ${left} < ${right} THEN ${less} WHEN ${left} > ${right} THEN ${-less}
      ELSE ${rest} END`;
  }, "0");
  const sorted = order.length === 0 ? collected : `array_sort(${collected}, (l, r) -> ${compare})`;
  return `transform(${sorted}, each -> each.v)`;
}

/**
 * Spark writes a DOUBLE as Java does (`1.2345678E7` from 10⁷ on, `1.0E-4` below 10⁻³); DuckDB writes plain digits from
 * 10⁻⁴ up to 10¹⁶ and then `1e+16`. Rewritten digit by digit, never through another rounding. (Java before 19 gives a
 * few numbers a digit more than they need; those differ.)
 */
function textOfDouble(value: string): string {
  const java = `CAST(${value} AS STRING)`;
  const mantissa = `regexp_replace(substring_index(${java}, 'E', 1), '[.]0$', '')`;
  const exponent = `CAST(substring_index(${java}, 'E', -1) AS INTEGER)`;
  const plain = `regexp_replace(CAST(CAST(${java} AS DECIMAL(38, 20)) AS STRING), '0+$', '')`;
  return `CASE WHEN isnan(${value}) THEN 'nan'
    WHEN ${value} = CAST('Infinity' AS DOUBLE) THEN 'inf' WHEN ${value} = CAST('-Infinity' AS DOUBLE) THEN '-inf'
    WHEN instr(${java}, 'E') = 0 THEN ${java}
    WHEN abs(${value}) >= 1e-4 AND abs(${value}) < 1e16 THEN regexp_replace(${plain}, '[.]$', '.0')
    ELSE ${mantissa} || 'e' || CASE WHEN ${exponent} < 0 THEN '-' ELSE '+' END
      || lpad(CAST(abs(${exponent}) AS STRING), greatest(2, length(CAST(abs(${exponent}) AS STRING))), '0') END`;
}
