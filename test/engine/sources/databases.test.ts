import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readTable, type TableSource } from "../../../lib/engine/sources/table";
import { AbortedError, DataError, EnvironmentError, InputError } from "../../../lib/errors";
import { errorOf } from "../../error-of";
import { type Context, openContext } from "../servers/context";
import { startMariaDb } from "../servers/mariadb";
import { startPostgreSql } from "../servers/postgresql";
import { freePort } from "../servers/server";
import { row } from "./any-row";

for (const [name, start] of [
  ["MariaDB", startMariaDb],
  ["PostgreSQL", startPostgreSql],
] as const) {
  const test = suite(name);
  const mysql = name === "MariaDB";
  let context: Context | undefined;

  test.before(async () => {
    context = await openContext(name, start);
  });
  test.after(() => context?.close());
  const check = (what: string, body: (context: Context) => Promise<void>) =>
    test(`${name}: ${what}`, async () => {
      if (context !== undefined) await body(context);
    });

  check("any value comes back as it was, whatever the size of the batches", async ({ session, engine, source }) => {
    const types = mysql
      ? "price DECIMAL(20, 6), share DOUBLE, label TEXT CHARACTER SET utf8mb4, moment DATETIME(6), bytes BLOB"
      : "price NUMERIC(20, 6), share DOUBLE PRECISION, label TEXT, moment TIMESTAMP, bytes BYTEA";
    await session.run(`CREATE TABLE any_rows (id INTEGER PRIMARY KEY, whole BIGINT, ${types})`);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), async (rows, batchRows) => {
        await session.run("DELETE FROM any_rows");
        for (const [id, { whole, price, share, label, moment, bytes }] of rows.entries())
          await session.run("INSERT INTO any_rows VALUES (?, ?, ?, ?, ?, ?, ?)", [
            id,
            whole,
            price,
            share,
            label,
            moment,
            bytes === null ? null : Buffer.from(bytes),
          ]);
        const read = await readTable(engine, "any_rows", { ...source, table: "any_rows" }, { batchRows });
        assert.is(read.rows, rows.length);
        const found = await engine.columns(`SELECT source_row, whole::VARCHAR AS whole, price::VARCHAR AS price, share,
          label, strftime(moment, '%Y-%m-%d %H:%M:%S.%f') AS moment, lower(hex(bytes)) AS bytes
          FROM any_rows ORDER BY id`);
        assert.equal(
          rows.map((_, at) => Object.fromEntries(Object.entries(found).map(([key, column]) => [key, column[at]]))),
          rows.map((each, at) => ({
            ...each,
            source_row: at + 1,
            share: each.share ?? Number.NaN,
            bytes: each.bytes === null ? null : Buffer.from(each.bytes).toString("hex"),
          })),
        );
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  check("types at their ends: what is exact there is exact here", async ({ session, engine, source }) => {
    const awkward = mysql
      ? `CREATE TABLE awkward (id INTEGER PRIMARY KEY, u BIGINT UNSIGNED, d DECIMAL(38, 10), wide DECIMAL(50, 2),
          yes BIT(1), bits BIT(9), f FLOAT, day DATE, stamp TIMESTAMP(3) NULL, span TIME, y YEAR,
          latin VARCHAR(9) CHARACTER SET latin1, doc JSON, kind ENUM('a', 'b'), nul VARCHAR(9))`
      : `CREATE TABLE awkward (id INTEGER PRIMARY KEY, u NUMERIC(20, 0), d NUMERIC(38, 10), wide NUMERIC, yes BOOLEAN,
          bits BIT(9), f REAL, day DATE, stamp TIMESTAMP WITH TIME ZONE, span INTERVAL, y SMALLINT, latin VARCHAR(9),
          doc JSONB, kind UUID, nul INTEGER[])`;
    await session.run(awkward);
    const big = "18446744073709551615, 1234567890123456789012345678.0123456789";
    await session.run(
      mysql
        ? `INSERT INTO awkward VALUES (1, ${big}, 1.5, b'1', b'101010101', 0.1, '2024-02-29', '2024-02-29 23:59:59.5',
            '-838:59:59', 2024, 'é', '{"a": 1}', 'b', CONCAT('a', CHAR(0), 'b')), (2${", NULL".repeat(14)})`
        : `INSERT INTO awkward VALUES (1, ${big}, 1.5, true, B'101010101', 0.1, '0044-03-15 BC',
            '2024-03-01 01:59:59.5+02', '1 day 2 hours', 2024, 'é', '{"a": 1}',
            'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{1,2}'), (2${", NULL".repeat(14)})`,
    );
    const read = await readTable(engine, "awkward", { ...source, table: "awkward" });
    const types = Object.fromEntries(read.columns.map((column) => [column.name, column.type]));
    const found = await engine.columns("SELECT COLUMNS(*)::VARCHAR FROM awkward ORDER BY id");
    const first = Object.fromEntries(Object.entries(found).map(([key, column]) => [key, column[0]]));
    const common = {
      source_row: "1",
      id: "1",
      u: "18446744073709551615",
      d: "1234567890123456789012345678.0123456789",
      wide: "1.5",
      yes: "true",
      f: "0.1",
      stamp: "2024-02-29 23:59:59.5",
      y: "2024",
      latin: "é",
      doc: '{"a": 1}',
    };
    const own = mysql
      ? { bits: "341", day: "2024-02-29", span: "-838:59:59", kind: "b", nul: "a\0b" }
      : {
          bits: "101010101",
          day: "0044-03-15 (BC)",
          span: "P1DT2H",
          kind: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
          nul: "{1,2}",
        };
    assert.equal(first, { ...first, ...common, ...own });
    assert.is(types.d, "DECIMAL(38, 10)");
    assert.is(types.u, mysql ? "UBIGINT" : "DECIMAL(20, 0)");
    assert.is(types.wide, "DOUBLE");
    for (const [key, column] of Object.entries(found))
      if (key !== "id" && key !== "source_row") assert.is(column[1], null, key);
  });

  check("a query with bound values; chosen columns; a given type", async ({ engine, source }) => {
    const query = `SELECT id, amount FROM sales WHERE shop = ${mysql ? "?" : "$1"} AND id < ${mysql ? "?" : "$2"}`;
    const awkward = "shop 1' OR '1'='1";
    const none = await readTable(engine, "queried", { ...source, query, values: [awkward, 9] });
    assert.is(none.rows, 0);
    assert.equal(
      (await engine.describe("queried")).map((column) => column.name),
      ["source_row", "id", "amount"],
    );
    await readTable(engine, "queried", { ...source, query, values: ["shop 1", 3], key: ["id"] }, { batchRows: 2 });
    assert.equal(await engine.columns("SELECT id, amount FROM queried ORDER BY source_row"), {
      id: Int32Array.of(0, 1, 2),
      amount: Float64Array.of(0.25, 1.25, 2.25),
    });
    const types = { amount: "VARCHAR" };
    await readTable(engine, "chosen", { ...source, table: "sales", columns: ["amount", "id"], key: ["id"], types });
    const chosen = await engine.columns("SELECT * FROM chosen WHERE id = 49 LIMIT 1");
    assert.equal(Object.keys(chosen), ["source_row", "amount", "id"]);
    assert.equal(chosen.amount, ["49.25"]);
  });

  check("date-times without a zone are read in the zone that is said", async ({ session, engine, source }) => {
    await session.run(`CREATE TABLE zoned (id INTEGER PRIMARY KEY, at_ ${mysql ? "DATETIME" : "TIMESTAMP"})`);
    await session.run("INSERT INTO zoned VALUES (1, '2024-01-15 12:00:00'), (2, '2024-07-15 12:00:00'), (3, NULL)");
    await readTable(engine, "zoned", { ...source, table: "zoned", timeZone: "Europe/Berlin" });
    const found = await engine.columns("SELECT at_::VARCHAR AS at_ FROM zoned ORDER BY id");
    assert.equal(found.at_, ["2024-01-15 11:00:00", "2024-07-15 10:00:00", null]);
  });

  check("a stopped read goes on where it was, to the same rows", async ({ engine, source }) => {
    const sales = { ...source, table: "sales" };
    await readTable(engine, "whole", sales);
    const stop = new AbortController();
    const seen: [number, number | undefined][] = [];
    const stopped = readTable(engine, "pieces", sales, {
      batchRows: 30,
      signal: stop.signal,
      onProgress: (rows, expected) => {
        seen.push([rows, expected]);
        if (rows === 60) stop.abort();
      },
    });
    assert.instance(await errorOf(stopped), AbortedError);
    assert.equal(seen, [
      [30, 200],
      [60, 200],
    ]);
    const other = readTable(engine, "pieces", { ...sales, columns: ["shop", "id"] }, { resume: true });
    assert.match((await errorOf(other)).message, /of another source, other columns or another key/);
    const read = await readTable(engine, "pieces", sales, { batchRows: 30, resume: true });
    assert.equal([read.rows, read.key], [200, ["shop", "id"]]);
    const differing = await engine.columns(`SELECT count(*) AS n FROM
      ((SELECT * FROM whole EXCEPT ALL SELECT * FROM pieces) UNION ALL (SELECT * FROM pieces EXCEPT ALL SELECT * FROM whole))`);
    assert.is(differing.n[0], 0);
    assert.match(
      (await errorOf(readTable(engine, "pieces", sales, { resume: true }))).message,
      /there is no unfinished read to resume/,
    );
  });

  check("all batches see one snapshot, whatever others write meanwhile", async ({ session, engine, source }) => {
    await session.run("CREATE TABLE moving (id INTEGER PRIMARY KEY, label VARCHAR(2000))");
    const filler = "x".repeat(1500);
    for (let block = 0; block < 10; block++)
      await session.run(
        `INSERT INTO moving VALUES ${Array.from({ length: 400 }, (_, at) => `(${block * 400 + at}, '${filler}')`).join(", ")}`,
      );
    let writing: Promise<void> | undefined;
    const read = await readTable(
      engine,
      "moving",
      { ...source, table: "moving" },
      {
        batchRows: 100,
        onProgress: () => {
          writing ??= session.run("DELETE FROM moving WHERE id > 150");
        },
      },
    );
    await writing;
    assert.is(read.rows, 4000);
    const again = await readTable(engine, "moving", { ...source, table: "moving" });
    assert.is(again.rows, 151);
  });

  check("errors say what was asked of whom and what to do, never the password", async ({ engine, source, server }) => {
    const sales = { ...source, table: "sales" };
    const cases: [change: Partial<TableSource>, kind: unknown, message: RegExp][] = [
      [
        { port: await freePort() },
        EnvironmentError,
        /no (MySQL|PostgreSQL) server answers \(ECONNREFUSED\).*Check host/,
      ],
      [
        { passwordFrom: "FLASHLAB_TEST_WRONG" },
        EnvironmentError,
        /refused the user or the password.*FLASHLAB_TEST_WRONG/,
      ],
      [{ passwordFrom: undefined }, EnvironmentError, /refused the user or the password.*passwordFrom/],
      [{ passwordFrom: "FLASHLAB_TEST_UNSET" }, EnvironmentError, /FLASHLAB_TEST_UNSET.*isn't set/],
      [{ user: "nobody" }, EnvironmentError, /refused the user or the password/],
      [{ database: "nowhere" }, Error, mysql ? /refused|no such database/ : /no such database/],
      [{ table: "absent" }, DataError, /no such table/],
      [{ columns: ["absent"] }, DataError, /no such column/],
      [{ key: ["absent"] }, InputError, /key has a column that isn't read.*shop, id, amount/],
      [{ types: { absent: "DATE" } }, InputError, /a type is given for a column that isn't read/],
      [{ types: { shop: "DATE" } }, DataError, /can't be a DATE: "shop 0" at column "shop", row 1/],
      [{ tls: "verify" }, EnvironmentError, /no encrypted connection/],
      [{ table: undefined, query: "SELEC 1" }, DataError, /can't read the query|syntax/],
      [{ table: undefined, query: "SELECT 1 AS a, 2 AS a" }, Error, /a/],
      [{ query: "SELECT 1" }, InputError, /either a table or a query/],
      [{ url: `${source.kind}://me:secret@127.0.0.1/x` }, InputError, /must not hold the password/],
      [{ url: "nonsense secret" }, InputError, /can't be read/],
    ];
    process.env.FLASHLAB_TEST_WRONG = "wrong secret";
    for (const [change, kind, message] of cases) {
      const error = await errorOf(readTable(engine, "failing", { ...sales, ...change }));
      assert.instance(error, kind, `${JSON.stringify(change)}: ${error.stack}`);
      assert.match(error.message, message);
      assert.not.match(`${error.message}${error.stack}`, /secret/);
      assert.not.ok(`${error.message}${error.stack}`.includes(server.password));
    }
  });

  check("reading can't write", async ({ session, engine, source }) => {
    await session.run("CREATE TABLE kept (id INTEGER PRIMARY KEY)");
    await session.run("INSERT INTO kept VALUES (1)");
    if (mysql) await session.run("CREATE FUNCTION clear_kept() RETURNS INT BEGIN DELETE FROM kept; RETURN 1; END");
    else await session.run("CREATE FUNCTION clear_kept() RETURNS INTEGER LANGUAGE sql AS 'DELETE FROM kept; SELECT 1'");
    const error = await errorOf(readTable(engine, "written", { ...source, query: "SELECT clear_kept() AS n" }));
    assert.match(error.message, /a query may only read/);
    assert.is((await readTable(engine, "kept", { ...source, table: "kept" })).rows, 1);
  });

  check("a lost connection is a named error, and the read can be resumed", async ({ session, engine, source }) => {
    await session.run("CREATE TABLE cut (id INTEGER PRIMARY KEY, label VARCHAR(4000))");
    const filler = "y".repeat(4000);
    for (let block = 0; block < 20; block++)
      await session.run(
        `INSERT INTO cut VALUES ${Array.from({ length: 200 }, (_, at) => `(${block * 200 + at}, '${filler}')`).join(", ")}`,
      );
    const end = mysql
      ? `BEGIN NOT ATOMIC
          DECLARE victim INT DEFAULT (SELECT MAX(id) FROM information_schema.processlist WHERE id <> CONNECTION_ID());
          KILL CONNECTION victim;
        END`
      : "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'flashlab'";
    let ending: Promise<void> | undefined;
    const reading = readTable(
      engine,
      "cut",
      { ...source, table: "cut" },
      {
        batchRows: 50,
        onProgress: () => {
          ending ??= session.run(end);
        },
      },
    );
    const error = await errorOf(reading);
    await ending;
    assert.instance(error, EnvironmentError, error.stack);
    assert.match(error.message, /the connection was lost.*resume: true/);
    const read = await readTable(engine, "cut", { ...source, table: "cut" }, { resume: true });
    assert.is(read.rows, 4000);
    const found = await engine.columns("SELECT count(DISTINCT id) AS ids, max(source_row) AS last FROM cut");
    assert.equal([found.ids[0], found.last[0]], [4000, 4000]);
  });

  if (mysql)
    check("dates of zeros are refused by name, or NULL where that is said", async ({ session, engine, source }) => {
      await session.run("SET sql_mode = ''");
      await session.run("CREATE TABLE zeros (id INTEGER PRIMARY KEY, day DATE, at_ DATETIME)");
      await session.run(
        "INSERT INTO zeros VALUES (1, '2024-10-20', '2000-10-10 00:00:00'), (2, '0000-00-00', '0000-00-00'), (3, '2024-05-00', NULL)",
      );
      const error = await errorOf(readTable(engine, "zeros", { ...source, table: "zeros" }));
      assert.match(error.message, /can't be a DATE: "0000-00-00" at column "day", row 2/);
      await readTable(engine, "zeros", { ...source, table: "zeros", zeroDates: "null" });
      const found = await engine.columns("SELECT day::VARCHAR AS day, at_::VARCHAR AS at_ FROM zeros ORDER BY id");
      assert.equal(found, {
        day: ["2024-10-20", null, null],
        at_: ["2000-10-10 00:00:00", null, null],
      });
    });

  test.run();
}
