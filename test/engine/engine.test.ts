import { deepStrictEqual } from "node:assert";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine, quoteIdentifier, quoteText, SqlError } from "../../lib/engine/index";
import { AbortedError, DataError, InputError } from "../../lib/errors";
import { errorOf } from "../error-of";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

test("numbers arrive in the typed array of their SQL type", async () => {
  const columns = await engine.columns(`SELECT
    1::TINYINT AS t, -2::INTEGER AS i, 3::USMALLINT AS us, 4000000000::UINTEGER AS ui, 5::BIGINT AS b, 6::HUGEINT AS h,
    0.5::FLOAT AS f, 0.1::DOUBLE AS d, 12.34::DECIMAL(10, 2) AS m, true AS yes, 'x' AS s`);
  assert.equal(columns, {
    t: Int32Array.of(1),
    i: Int32Array.of(-2),
    us: Int32Array.of(3),
    ui: Uint32Array.of(4000000000),
    b: Float64Array.of(5),
    h: Float64Array.of(6),
    f: Float32Array.of(0.5),
    d: Float64Array.of(0.1),
    m: Float64Array.of(12.34),
    yes: Uint8Array.of(1),
    s: ["x"],
  });
});

test("times are seconds since 1970 UTC, with their fraction, whatever the precision", async () => {
  const columns =
    await engine.columns(`SELECT DATE '2000-11-01' AS day, TIMESTAMP '2000-11-01 00:00:00.123456' AS micro,
    TIMESTAMP_MS '2000-11-01 00:00:00.5' AS milli, TIMESTAMP_S '1969-12-31 23:59:59' AS early,
    TIMESTAMP_NS '2000-11-01 00:00:00.25' AS nano, TIMESTAMPTZ '2000-11-01 08:00:00+08' AS zone,
    'infinity'::TIMESTAMP AS never, '-infinity'::DATE AS always`);
  const day = Date.UTC(2000, 10, 1) / 1000;
  assert.equal(
    Object.values(columns).map((column) => [column.constructor.name, column[0]]),
    [day, day + 0.123456, day + 0.5, -1, day + 0.25, day, Infinity, -Infinity].map((value) => ["Float64Array", value]),
  );
});

test("NULL is NaN among numbers and times, and null among texts", async () => {
  const columns =
    await engine.columns(`SELECT * FROM (VALUES (1::INTEGER, 2::BIGINT, 0.5::FLOAT, true, 'x', DATE '1970-01-02'),
    (NULL, NULL, NULL, NULL, NULL, NULL)) AS rows(i, b, f, yes, s, day)`);
  deepStrictEqual(columns, {
    i: Float64Array.of(1, NaN),
    b: Float64Array.of(2, NaN),
    f: Float32Array.of(0.5, NaN),
    yes: Float64Array.of(1, NaN),
    s: ["x", null],
    day: Float64Array.of(86400, NaN),
  });
});

test("columns longer than a chunk are whole and in order, with and without NULL", async () => {
  const columns = await engine.columns(`SELECT range::INTEGER AS i, range AS b, (range * 3)::VARCHAR AS s,
    CASE WHEN range % 5000 = 4999 THEN NULL ELSE range::INTEGER END AS holes FROM range(10000)`);
  for (let row = 0; row < 10000; row++) {
    assert.is(columns.i[row], row);
    assert.is(columns.b[row], row);
    assert.is(columns.s[row], String(row * 3));
    assert.ok(Object.is(columns.holes[row], row % 5000 === 4999 ? NaN : row));
  }
});

test("an empty result has its columns, all empty", async () => {
  const columns = await engine.columns("SELECT 1::INTEGER AS i, 'x' AS s WHERE false");
  assert.equal(columns, { i: new Int32Array(0), s: [] });
});

test("a whole number that JavaScript can't hold is an error with its column and the way out", async () => {
  const most = await engine.columns("SELECT 9007199254740991::BIGINT AS n, -4503599627370497 AS m");
  assert.equal([most.n[0], most.m[0]], [9007199254740991, -4503599627370497]);
  const error = await errorOf(engine.columns("SELECT 9007199254740993::BIGINT AS big"));
  assert.instance(error, DataError);
  assert.match(error.message, /9007199254740993 at column "big".*Cast it/);
});

test("values are bound: any text, number, bigint, date, boolean, null and list comes back as it went", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme" }),
      fc.double({ noNaN: true }),
      fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }),
      fc.boolean(),
      async (text, number, whole, yes) => {
        const columns = await engine.columns("SELECT $text AS t, $number AS n, $whole AS w, $yes AS y, $none AS z", {
          text,
          number,
          whole,
          yes,
          none: null,
        });
        assert.equal([columns.t[0], columns.w[0], columns.y[0]], [text, Number(whole), Number(yes)]);
        assert.is(Number(columns.n[0]), number);
      },
    ),
    { numRuns: 50, seed: 1 },
  );
  const others = await engine.columns("SELECT ?::TIMESTAMP AS t, list_sum(?) AS s, len(?) AS l", [
    new Date(1500),
    Int32Array.of(1, 2, 3),
    ["a", "b"],
  ]);
  assert.equal([others.t[0], Number(others.s[0]), others.l[0]], [1.5, 6, 2]);
});

test("quoting holds whatever the name or text is", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("\0")),
      async (text) => {
        const columns = await engine.columns(`SELECT ${quoteText(text)} AS ${quoteIdentifier(text)}`);
        assert.equal(columns, { [text]: [text] });
      },
    ),
    { numRuns: 60, seed: 1 },
  );
  for (const bad of ["", "a\0b"]) assert.throws(() => quoteIdentifier(bad), /at least one character and no NUL/);
  assert.throws(() => quoteText("\0"), /NUL/);
});

test("errors name the problem, the statement and what to do", async () => {
  for (const [sql, values, pattern] of [
    ["SELEC 1", undefined, /syntax error at or near "SELEC" at SQL "SELEC 1"\. Correct the SQL's syntax/],
    ["SELECT nothing FROM range(3)", undefined, /"nothing" not found.*Check the names/s],
    ["SELECT * FROM nowhere", undefined, /nowhere does not exist.*Check the names/s],
    ["SELECT * FROM 'no-such.csv'", undefined, /No files found.*Check the path/],
    ["SELECT 'two'::INTEGER", undefined, /Could not convert string 'two'.*TRY_CAST/],
    ["SELECT ?::INTEGER", undefined, /Give one value for each/],
  ] as const) {
    const error = await errorOf(engine.columns(sql, values));
    assert.instance(error, SqlError);
    assert.match(error.message, pattern);
    assert.is((error as SqlError).sql, sql);
  }
  const long = `SELECT ${Array.from({ length: 100 }, (_, i) => `${i} AS c${i}`).join(", ")}, missing FROM range(1)`;
  const error = await errorOf(engine.columns(long));
  assert.match(error.message, /\.\.\.[^"]*missing FROM range\(1\)/);
  assert.ok(error.message.length < 600);
});

test("statements take their turns, and a failed one doesn't hold up the next", async () => {
  const results = await Promise.allSettled([
    engine.run("CREATE OR REPLACE TABLE turns (n INTEGER)"),
    engine.run("INSERT INTO turns VALUES (1)"),
    engine.run("INSERT INTO turns VALUES ('x')"),
    engine.run("INSERT INTO turns VALUES (2)"),
    engine.columns("SELECT n FROM turns ORDER BY n"),
  ]);
  assert.equal(
    results.map((result) => result.status),
    ["fulfilled", "fulfilled", "rejected", "fulfilled", "fulfilled"],
  );
  assert.equal((results[4] as PromiseFulfilledResult<unknown>).value, { n: Int32Array.of(1, 2) });
});

test("an abort stops a running statement, and one that hasn't begun", async () => {
  const stop = new AbortController();
  const endless = engine.columns("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b", undefined, {
    signal: stop.signal,
  });
  const waiting = engine.columns("SELECT 1 AS a", undefined, { signal: stop.signal });
  setImmediate(() => setImmediate(() => stop.abort()));
  for (const promise of [endless, waiting]) assert.instance(await errorOf(promise), AbortedError);
  assert.equal(await engine.columns("SELECT 1 AS a"), { a: Int32Array.of(1) });
});

test("a small result becomes an Arquero table", async () => {
  const table = await engine.table("SELECT range::INTEGER AS n, 'r' || range AS s FROM range(3)");
  assert.equal(table.objects(), [
    { n: 0, s: "r0" },
    { n: 1, s: "r1" },
    { n: 2, s: "r2" },
  ]);
});

test("bad settings and a closed engine are refused", async () => {
  assert.match((await errorOf(openEngine({ memoryLimit: "lots" }))).message, /"lots" at memoryLimit/);
  assert.match((await errorOf(openEngine({ threads: 0 }))).message, /at threads/);
  const other = await openEngine({ threads: 1 });
  await other.close();
  await other.close();
  assert.instance(await errorOf(other.run("SELECT 1")), InputError);
});

test.run();
