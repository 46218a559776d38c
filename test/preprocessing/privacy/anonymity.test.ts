import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../../lib/engine/index";
import { InputError } from "../../../lib/errors";
import { anonymise, dropDirectIdentifiers, generalise, kAnonymity } from "../../../lib/preprocessing/privacy/index";
import { errorOf } from "../../error-of";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 1 });
});
test.after(() => engine.close());

test("k and l of the table that Machanavajjhala et al. begin with (2007, figures 1 and 2)", async () => {
  // The patients' table as they coarsened it: 4-anonymous, and one class with a single disease.
  await engine.run(`CREATE OR REPLACE TABLE patients AS SELECT * FROM (VALUES
    ('130**', '<30', 'heart'), ('130**', '<30', 'heart'), ('130**', '<30', 'viral'), ('130**', '<30', 'viral'),
    ('1485*', '>=40', 'cancer'), ('1485*', '>=40', 'heart'), ('1485*', '>=40', 'viral'), ('1485*', '>=40', 'viral'),
    ('130**', '3*', 'cancer'), ('130**', '3*', 'cancer'), ('130**', '3*', 'cancer'), ('130**', '3*', 'cancer')
  ) AS t(zip, age, condition)`);
  const report = await kAnonymity(engine, "patients", ["zip", "age"], { k: 5, sensitive: "condition" });
  assert.equal(report, {
    quasiIdentifiers: ["zip", "age"],
    wanted: 5,
    rows: 12,
    classes: 3,
    k: 4,
    classesBelow: 3,
    rowsAtRisk: 12,
    highestRisk: 0.25,
    averageRisk: 0.25,
    l: 1,
  });
});

const table = fc.array(
  fc.record({
    a: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
    b: fc.option(fc.constantFrom("x", "y"), { nil: null }),
    s: fc.option(fc.constantFrom("p", "q", "r"), { nil: null }),
  }),
  { maxLength: 40 },
);

test("the report is what enumeration gives, and suppression reaches k while it leaves safe rows alone", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 6 }), async (rows, k) => {
      const list = rows.map(
        ({ a, b, s }) => `(${a}, ${b === null ? "NULL" : `'${b}'`}, ${s === null ? "NULL" : `'${s}'`})`,
      );
      await engine.run("CREATE OR REPLACE TABLE people (a INTEGER, b VARCHAR, s VARCHAR)");
      if (rows.length > 0) await engine.run(`INSERT INTO people VALUES ${list.join(", ")}`);
      const classes = new Map<string, (string | null)[]>();
      for (const { a, b, s } of rows) classes.set(`${a}|${b}`, [...(classes.get(`${a}|${b}`) ?? []), s]);
      const sizes = [...classes.values()].map((each) => each.length);
      const small = sizes.filter((size) => size < k);
      const atRisk = small.reduce((sum, size) => sum + size, 0);
      const report = await kAnonymity(engine, "people", ["a", "b"], { k, sensitive: "s" });
      assert.equal(report, {
        quasiIdentifiers: ["a", "b"],
        wanted: k,
        rows: rows.length,
        classes: sizes.length,
        k: rows.length === 0 ? 0 : Math.min(...sizes),
        classesBelow: small.length,
        rowsAtRisk: atRisk,
        highestRisk: rows.length === 0 ? 0 : 1 / Math.min(...sizes),
        averageRisk: rows.length === 0 ? 0 : sizes.length / rows.length,
        l: rows.length === 0 ? 0 : Math.min(...[...classes.values()].map((each) => new Set(each).size)),
      });
      const made = await anonymise(engine, "people", "safe", ["a", "b"], {}, { k });
      assert.is(made.suppressed, atRisk);
      assert.is(made.after.rows, rows.length - atRisk);
      assert.ok(made.after.rows === 0 || made.after.k >= k);
      assert.equal(made.before, made.coarsened);
    }),
    { numRuns: 60, seed: 5 },
  );
});

test("columns are made coarser: bins, prefixes, periods, groups; NULL stays NULL", async () => {
  await engine.run(`CREATE OR REPLACE TABLE people AS SELECT * FROM (VALUES
    (37, '10115', TIMESTAMP '2024-05-17 13:00:00', 'Berlin', 1), (40, '10117', TIMESTAMP '2024-12-31 23:59:59', 'Bonn', 2),
    (-1, 'x', TIMESTAMP '2025-01-01 00:00:00', 'Paris', 3), (NULL, NULL, NULL, NULL, 4)) AS t(age, zip, born, city, n)`);
  await generalise(engine, "people", "coarse", {
    age: { by: "bins", width: 10, from: 5 },
    zip: { by: "prefix", length: 3 },
    born: { by: "period", unit: "month" },
    city: { by: "groups", groups: { Germany: ["Berlin", "Bonn"] } },
  });
  const found = await engine.columns("SELECT age, zip, born::VARCHAR AS born, city, n FROM coarse ORDER BY n");
  assert.equal(Array.from(found.age as Float64Array), [35, 35, -5, Number.NaN]);
  assert.equal(
    { zip: found.zip, born: found.born, city: found.city, n: found.n },
    {
      zip: ["101", "101", "x", null],
      born: ["2024-05-01 00:00:00", "2024-12-01 00:00:00", "2025-01-01 00:00:00", null],
      city: ["Germany", "Germany", "other", null],
      n: Int32Array.of(1, 2, 3, 4),
    },
  );
  const made = await anonymise(
    engine,
    "people",
    "safe",
    ["age", "city"],
    { age: { by: "bins", width: 100 }, city: { by: "hidden" } },
    { k: 2 },
  );
  assert.equal(
    [made.before.k, made.coarsened.rowsAtRisk, made.suppressed, made.after.k, made.after.rows],
    [1, 2, 2, 2, 2],
  );
});

test("direct identifiers are dropped by name and by content, and the report says why", async () => {
  await engine.run(`CREATE OR REPLACE TABLE customers AS SELECT * FROM (VALUES
    (1, 'Ann', 'a@b.com', 'write to me@home.org', '+49 30 123456', '192.168.0.1', 'red pen', 19.5, '2024-01-01', 'DE89 3704 0044 0532 0130 00', '4711'),
    (2, 'Bob', NULL, 'fine', '030-1234567', '10.0.0.7', 'blue pen', 3.5, '2024-01-02', 'GB29NWBK60161331926819', '4712'))
    AS t(user_id, "lastName", "Customer E-Mail", remark, reached_at, client, product_name, price, day, pays_by, receipt)`);
  const { dropped, kept } = await dropDirectIdentifiers(engine, "customers", "left_over", { keep: ["client"] });
  assert.equal(
    dropped.map(({ column, kind, by, share }) => [column, kind, by, share]),
    [
      ["lastName", "name", "name", Number.NaN],
      ["Customer E-Mail", "e-mail", "name", Number.NaN],
      ["remark", "e-mail", "content", 0.5],
      ["reached_at", "telephone", "content", 1],
      ["pays_by", "bank account or card", "content", 1],
    ],
  );
  assert.equal(
    kept.map(({ column, kind }) => [column, kind]),
    [["client", "network address"]],
  );
  assert.equal(
    (await engine.describe("left_over")).map(({ name }) => name),
    ["user_id", "client", "product_name", "price", "day", "receipt"],
  );
});

test("names of things and plain numbers are no identifiers", async () => {
  const harmless = [
    "product_name",
    "category_name",
    "brand",
    "item_id",
    "session_id",
    "event_time",
    "channel",
    "region",
    "description",
    "ship_date",
    "emailed_offers_count",
    "panel",
    "stamp",
    "zipped",
  ];
  await engine.run(
    `CREATE OR REPLACE TABLE things AS SELECT ${harmless.map((name, at) => `'${20_000_000 + at}' AS ${name}`).join(", ")}`,
  );
  const { dropped } = await dropDirectIdentifiers(engine, "things", "left_over");
  assert.equal(dropped, []);
});

test("columns that aren't there, and nothing left, are errors", async () => {
  await engine.run("CREATE OR REPLACE TABLE people AS SELECT 'x' AS email");
  assert.match((await errorOf(kAnonymity(engine, "people", ["age"]))).message, /no such column: "age".*email/);
  assert.instance(await errorOf(kAnonymity(engine, "people", [])), InputError);
  assert.match((await errorOf(dropDirectIdentifiers(engine, "people", "o"))).message, /every column is taken/);
  assert.match(
    (await errorOf(dropDirectIdentifiers(engine, "people", "o", { keep: ["x"] }))).message,
    /column to keep/,
  );
  assert.instance(await errorOf(generalise(engine, "people", "o", { email: { by: "prefix", length: 0 } })), InputError);
  assert.instance(await errorOf(generalise(engine, "people", "o", { email: { by: "bins", width: 0 } })), InputError);
});

test.run();
