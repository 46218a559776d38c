import { test } from "uvu";
import * as assert from "uvu/assert";
import { SecretKey } from "../../lib/engine/sinks/secret-key";
import { anonymise, dropDirectIdentifiers, kAnonymity, pseudonymise } from "../../lib/preprocessing/privacy/index";
import { differences, openTwins, rows, share, type Twins } from "./twins";

const key = new SecretKey(Buffer.from([...Array(32).keys()]));
let twins: Twins;
test.before(async () => {
  twins = await openTwins();
  await twins.duckdb.run(`CREATE TABLE people AS SELECT i AS source_row, 'user é ' || (i % 40) AS user_id,
    CASE WHEN i % 9 = 0 THEN NULL ELSE i % 17 END AS item_id, 20 + i % 31 + i % 2 * 5e-1 AS age,
    lpad((10000 + i % 45)::VARCHAR, 5, '0') AS zip, TIMESTAMP '2024-01-15 12:00:00' + INTERVAL 1 DAY * (i % 200) AS joined,
    'a' || i || '@example.org' AS remark, 'Ann' AS first_name, CASE WHEN i % 4 = 0 THEN 'x' ELSE 'y' END AS condition
    FROM range(400) AS t(i)`);
  await share(twins, "people", "shared");
});
test.after(() => twins.close());

/** Whether both engines give the same. */
async function same(work: (engine: Twins["duckdb"]) => Promise<unknown>): Promise<void> {
  const [onDuckDb, onSpark] = await Promise.all([twins.duckdb, twins.spark].map(work));
  assert.equal(differences(onDuckDb, onSpark), []);
}

test("pseudonyms are the same on DuckDB and on Spark", () =>
  same(async (engine) => {
    const made = await pseudonymise(engine, "shared", "hidden", { user_id: "user", item_id: "item" }, { key });
    const found = await rows(engine, "hidden", "source_row");
    return { made, user_id: found.user_id, item_id: found.item_id, age: found.age, joined: found.joined };
  }));

test("the same columns are dropped on DuckDB and on Spark, for the same reasons", () =>
  same(async (engine) => {
    const { dropped } = await dropDirectIdentifiers(engine, "shared", "left_over");
    assert.equal(
      dropped.map(({ column, by }) => [column, by]),
      [
        ["remark", "content"],
        ["first_name", "name"],
      ],
    );
    return {
      dropped: dropped.map(({ column, kind, share: part }) => [column, kind, part]),
      left: await engine.describe("left_over"),
    };
  }));

test("k-anonymity is reported and reached alike on DuckDB and on Spark", () =>
  same(async (engine) => {
    const quasi = ["age", "zip", "joined"];
    const report = await kAnonymity(engine, "shared", quasi, { k: 3, sensitive: "condition" });
    const made = await anonymise(
      engine,
      "shared",
      "safe",
      quasi,
      {
        age: { by: "bins", width: 10, from: 5 },
        zip: { by: "prefix", length: 4 },
        joined: { by: "period", unit: "month" },
      },
      { k: 3 },
    );
    assert.ok(made.after.k >= 3 && made.after.rows > 0);
    return { report, made, rows: await rows(engine, "safe", "source_row") };
  }));

test.run();
