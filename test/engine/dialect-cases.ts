import type { Dialect } from "../../lib/engine/index";

/** SQL written with a dialect, and what it must give on both engines; times as seconds since 1970. */
export interface DialectCase {
  sql(dialect: Dialect): string;
  gives: unknown;
}

const HALF_PAST = "TIMESTAMP '2001-03-04 05:30:00.000007'";
const day = (year: number, month: number, date: number) => new Date(0).setUTCFullYear(year, month - 1, date) / 1000;

/** Expressions over no row. */
export const SCALARS: readonly DialectCase[] = [
  { sql: (d) => d.timestamp(0.5), gives: 0.5 },
  { sql: (d) => d.timestamp(-1.000001), gives: -1.000001 },
  { sql: (d) => d.timestampOfMicros("CAST(981173106000007 AS BIGINT)"), gives: 981173106.000007 },
  { sql: (d) => d.micros(HALF_PAST), gives: 983683800000007 },
  { sql: (d) => d.seconds(HALF_PAST), gives: 983683800.000007 },
  { sql: (d) => d.parseTime("'2001-02-03 04:05:06'", "%Y-%m-%d %H:%M:%S"), gives: day(2001, 2, 3) + 14706 },
  { sql: (d) => d.parseTime("' 3/2/2001 100% 7 '", "%d/%m/%Y 100%% %H"), gives: day(2001, 2, 3) + 25200 },
  { sql: (d) => d.parseTime("'99-1-1 (x) 0:0:59.25'", "%Y-%m-%d (x) %H:%M:%S.%f"), gives: day(99, 1, 1) + 59.25 },
  { sql: (d) => d.parseTime("'2001-01-01 23:59:60'", "%Y-%m-%d %H:%M:%S"), gives: Number.NaN },
  { sql: (d) => d.parseTime("'2001-01-01 24:00:00'", "%Y-%m-%d %H:%M:%S"), gives: Number.NaN },
  { sql: (d) => d.parseTime("'2001-003-1'", "%Y-%m-%d"), gives: Number.NaN },
  { sql: (d) => d.parseTime("'03/02/2001 100% 07'", "%d/%m/%Y 100%% %H"), gives: day(2001, 2, 3) + 25200 },
  { sql: (d) => d.parseTime("'2001-02-03T04'", "%Y-%m-%dT%H"), gives: day(2001, 2, 3) + 14400 },
  { sql: (d) => d.parseTime("'2001-02-30'", "%Y-%m-%d"), gives: Number.NaN },
  { sql: (d) => d.parseTime("'nonsense'", "%Y-%m-%d"), gives: Number.NaN },
  { sql: (d) => d.parseTime("'20010203'", "%Y%m%d"), gives: day(2001, 2, 3) },
  { sql: (d) => d.startOfDay(HALF_PAST), gives: day(2001, 3, 4) },
  { sql: (d) => d.daysBetween("TIMESTAMP '2000-02-28 23:59:59'", "DATE '2000-03-01'"), gives: 2 },
  { sql: (d) => d.daysBetween("DATE '2000-03-01'", "TIMESTAMP '2000-02-28 23:59:59'"), gives: -2 },
  { sql: (d) => d.hour(HALF_PAST), gives: 5 },
  { sql: (d) => d.weekday(HALF_PAST), gives: 6 },
  { sql: (d) => d.weekday("TIMESTAMP '2001-03-05 00:00:00'"), gives: 0 },
  ...(
    [
      ["12", "integer", 12],
      ["12.5", "integer", Number.NaN],
      ["1_000", "integer", Number.NaN],
      ["99999999999", "integer", Number.NaN],
      ["99999999999", "bigint", 99999999999],
      ["-.5e1", "double", -5],
      ["1.", "double", 1],
      [" 1", "double", Number.NaN],
      ["1d", "double", Number.NaN],
      ["0x1F", "integer", Number.NaN],
      ["inf", "double", Number.NaN],
      ["1e999", "double", Infinity],
      ["2001-02-30", "date", Number.NaN],
      ["2001-02-03", "date", day(2001, 2, 3)],
      ["2001-02-03 00:00:00.5", "timestamp", day(2001, 2, 3) + 0.5],
      ["2001-02-03 25:00:00", "timestamp", Number.NaN],
    ] as const
  ).map(([text, type, gives]): DialectCase => ({ sql: (d) => d.tryCast(`'${text}'`, type), gives })),
  ...(
    [
      [1, "1.0"],
      [-1.5, "-1.5"],
      [0.001, "0.001"],
      [0.0001, "0.0001"],
      [0.000123456, "0.000123456"],
      [0.00001, "1e-05"],
      [1.25e-7, "1.25e-07"],
      [12345678.25, "12345678.25"],
      [1e7, "10000000.0"],
      [-123456789012345.6, "-123456789012345.6"],
      [1e15, "1000000000000000.0"],
      [1e16, "1e+16"],
      [1.5e17, "1.5e+17"],
      [-1e100, "-1e+100"],
      [2.5e-300, "2.5e-300"],
    ] as const
  ).map(
    ([value, gives]): DialectCase => ({ sql: (d) => d.textOfDouble(`CAST('${value}' AS ${d.types.double})`), gives }),
  ),
  ...(["Infinity:inf", "-Infinity:-inf", "NaN:nan"] as const).map((pair): DialectCase => {
    const [value, gives] = pair.split(":");
    return { sql: (d) => d.textOfDouble(`CAST('${value}' AS ${d.types.double})`), gives };
  }),
  { sql: (d) => `CAST(${d.matches("'a5b'", "[0-9]")} AS INTEGER)`, gives: 1 },
  { sql: (d) => `CAST(${d.matches("'a\\b'", "^a\\\\b$")} AS INTEGER)`, gives: 1 },
  { sql: (d) => `CAST(${d.matches("'ab'", "\\d")} AS INTEGER)`, gives: 0 },
  { sql: (d) => d.indexOf("'Zoë x'", "'x'"), gives: 5 },
  { sql: (d) => d.indexOf("'abc'", "'x'"), gives: 0 },
  { sql: (d) => d.wholeQuotient("-7", "2"), gives: -3 },
  { sql: (d) => d.listLength(d.listOf("1", "2", "3")), gives: 3 },
  { sql: (d) => d.item(d.listOf("'a'", "'b'"), "2"), gives: "b" },
  { sql: (d) => d.item(d.listOf("'a'", "'b'"), "3"), gives: null },
  { sql: (d) => `(${d.struct({ field: "'x'", value: "5" })}).field`, gives: "x" },
  // From Python: int(hashlib.md5("Zoë".encode()).hexdigest()[:15], 16) % 1000
  { sql: (d) => d.bucket("'Zoë'", 1000), gives: 211 },
  { sql: (d) => d.bucket("''", 7), gives: 5 },
  { sql: (d) => d.md5("'Zoë'"), gives: "fb44af73417cf03c023d098e7f07c114" },
  // From Python: hashlib.sha256("Zoë".encode()).hexdigest()
  { sql: (d) => d.sha256(d.bytes("'Zoë'")), gives: "c6a12698582fc1104ea24107a2d7268145ff06ef859707729d01fd060897f067" },
  {
    sql: (d) => d.sha256(`${d.unhex("'00ff'")} || ${d.bytes("'a'")}`),
    gives: "da8509555ad27dac0593c6952d947eff96058cb6e81376f852f54ef9caf7e652",
  },
  { sql: () => "'it''s \\ $x ; \"y\"'", gives: 'it\'s \\ $x ; "y"' },
];

/** Aggregates over `pieces`: (k, x, t), some of them NULL. */
export const PIECES = `SELECT * FROM (VALUES (1, 1e0, 'b'), (2, NULL, 'a'), (3, 10e0, NULL), (4, 4e0, 'c'), (4, 2e0, 'd'))
  AS v(k, x, t)`;
export const AGGREGATES: readonly DialectCase[] = [
  { sql: (d) => d.quantile("x", 0.25), gives: 1.75 },
  { sql: (d) => d.quantile("x", 1), gives: 10 },
  { sql: (d) => d.median("x"), gives: 3 },
  { sql: (d) => d.first("t", "k"), gives: "b" },
  { sql: (d) => d.first("x", "coalesce(t, 'z')"), gives: Number.NaN },
  { sql: (d) => d.last("t", "k", "x"), gives: "c" },
  { sql: (d) => d.last("x", "k", "x"), gives: 4 },
  { sql: (d) => d.join("t", ", ", { key: "k", descending: true }, { key: "t" }), gives: "c, d, a, b" },
  { sql: (d) => d.list("t", { key: "x" }), gives: ["b", "d", "c", null, "a"] },
  { sql: (d) => d.list("k", { key: "t", descending: true, nullsFirst: true }), gives: [3, 4, 4, 1, 2] },
  {
    sql: (d) => d.list("t", { key: "k", descending: true }, { key: "t", descending: true }),
    gives: ["d", "c", null, "a", "b"],
  },
];

/** Queries of rows, each with its result. */
export const QUERIES: readonly { sql(dialect: Dialect): string; gives: Record<string, unknown[]> }[] = [
  {
    sql: (d) => `SELECT i FROM ${d.series(4)} AS s ORDER BY i`,
    gives: { i: [0, 1, 2, 3] },
  },
  {
    sql: (d) => `SELECT k, ${d.unnest("l")} AS n FROM (SELECT 7 AS k, ${d.listOf("2", "1")} AS l) AS q`,
    gives: { k: [7, 7], n: [2, 1] },
  },
  {
    sql: (d) => `SELECT ${d.allBut("x", "t")} FROM (${PIECES}) AS p QUALIFY row_number() OVER (ORDER BY k, x) = 5`,
    gives: { k: [4] },
  },
  {
    sql: (d) => `SELECT k, ${d.lastKnown("t")} OVER (ORDER BY k, x) AS known FROM (${PIECES}) AS p ORDER BY k, x`,
    gives: { k: [1, 2, 3, 4, 4], known: ["b", "a", "a", "d", "c"] },
  },
];

/** One query of many expressions, and its one row. */
export function together(
  cases: readonly DialectCase[],
  dialect: Dialect,
  from = "",
): { sql: string; gives: unknown[] } {
  const list = cases.map(({ sql }, index) => `${sql(dialect)} AS e${index}`);
  return { sql: `SELECT ${list.join(",\n")}${from}`, gives: cases.map(({ gives }) => gives) };
}
