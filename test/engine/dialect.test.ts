import { deepStrictEqual } from "node:assert";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { DUCKDB, type Engine, openEngine, SPARK } from "../../lib/engine/index";
import { AGGREGATES, PIECES, QUERIES, SCALARS, together } from "./dialect-cases";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 1 });
});
test.after(() => engine.close());

test("what the dialect writes means on DuckDB what it says; test/cluster asks Spark the same", async () => {
  for (const [cases, from] of [
    [SCALARS, ""],
    [AGGREGATES, ` FROM (${PIECES}) AS p`],
  ] as const) {
    for (const each of cases) {
      const { sql, gives } = together([each], DUCKDB, from);
      deepStrictEqual((await engine.columns(sql)).e0[0], gives[0], sql);
    }
  }
  for (const { sql, gives } of QUERIES) {
    const found = await engine.columns(sql(DUCKDB));
    deepStrictEqual(Object.fromEntries(Object.entries(found).map(([name, column]) => [name, [...column]])), gives);
  }
});

test("what isn't a format, share, count or time is refused in words", () => {
  for (const dialect of [DUCKDB, SPARK]) {
    assert.throws(() => dialect.parseTime("x", "%Y-%j"), /unknown specifier: "%j" at %Y-%j/);
    assert.throws(() => dialect.parseTime("x", "100%"), /unknown specifier: "%"/);
    assert.throws(() => dialect.quantile("x", 1.5), /from 0 to 1/);
    assert.throws(() => dialect.bucket("x", 0), /at buckets/);
    assert.throws(() => dialect.series(-1), /at count/);
    assert.throws(() => dialect.timestamp(Number.NaN), /at seconds/);
  }
});

test.run();
