import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { adaptColumns, type ColumnMap, type FileMap, openEvents, REES46 } from "../../lib/datasets/index";
import { openEngine } from "../../lib/engine/index";
import { clean } from "../../lib/preprocessing/index";
import { inFolder } from "./fixtures";

// The real logs aren't at hand: these lines are made by hand in the layouts that their publishers document.
const REES46_FILE = `event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde-8bb3-4e00-8c23-a032dfed738c
2019-10-01 00:00:01 UTC,cart,3900821,2053013552326770905,appliances.environment.water_heater,aqua,33.20,554748717,9333dfbd
2019-10-01 00:00:04 UTC,purchase,1004856,2053013555631882655,electronics.smartphone,samsung,130.76,543272936,8187d148
2019-10-01 00:00:05 UTC,remove_from_cart,1004856,2053013555631882655,electronics.smartphone,samsung,130.76,543272936,8187d148
2019-10-01 00:00:05 UTC,teleport,1004856,2053013555631882655,,,130.76,543272936,8187d148
2019-10-01 00:00:05,view,1004856,2053013555631882655,,,130.76,543272936,8187d148
2019-13-01 00:00:05 UTC,view,1004856,2053013555631882655,,,130.76,543272936,8187d148
2019-10-01 00:00:06 UTC,view,1004856,2053013555631882655,,,cheap,543272936,8187d148
2019-10-01 00:00:06 UTC,view,1004856,2053013555631882655,,,1.5,,8187d148
2019-10-01 00:00:06 UTC,view,,2053013555631882655,,,1.5,543272936,8187d148
2019-10-01 00:00:06 UTC,view,1004856,2053013555631882655,,,-1.5,543272936,8187d148
2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde-8bb3-4e00-8c23-a032dfed738c
2019-10-01 00:00:07 UTC,view,1004856,2053013555631882655
2019-10-01 00:00:07 UTC,view,1004856,2053013555631882655,,,1.5,543272936,8187d148,more
`;

test("rees46: every line of its documented layout is an event or says why it is none", async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, "2019-Oct.csv"), REES46_FILE);
    const log = await openEvents(join(folder, "2019-Oct.csv"), "rees46");
    assert.equal([log.records, log.rows, log.unreadable], [14, 14, 0]);
    const { report, events, rejects } = await clean(log.engine, log.events);
    assert.equal([report.rowsIn, report.clean, report.duplicates, report.rejected], [14, 3, 1, 10]);
    const kept = await log.engine.table(`SELECT * FROM ${events} ORDER BY source_row`);
    assert.equal(kept.objects()[2], {
      source_row: 3,
      event_time: Date.UTC(2019, 9, 1, 0, 0, 4) / 1000,
      user_id: "543272936",
      item_id: "1004856",
      event_type: "purchase",
      category_id: "2053013555631882655",
      price: 130.76,
      quantity: 1,
      cost: Number.NaN,
      session_id: "8187d148",
      query: null,
      channel: "web",
      region: null,
      promotion_id: null,
      category_code: "electronics.smartphone",
      brand: "samsung",
    });
    const first = kept.objects()[0] as Record<string, unknown>;
    assert.equal([first.event_type, first.quantity, first.category_code], ["view", Number.NaN, null]);
    const out = await log.engine.table(`SELECT source_row, field, value, reason FROM ${rejects} ORDER BY source_row`);
    const time = "not a time such as 2019-10-01 08:26:00 UTC";
    assert.equal(
      out.objects().map((row) => Object.values(row)),
      [
        [4, "event_type", "remove_from_cart", "left out: remove_from_cart"],
        [5, "event_type", "teleport", "not an event type (view, cart, purchase, remove_from_cart)"],
        [6, "event_time", "2019-10-01 00:00:05", time],
        [7, "event_time", "2019-13-01 00:00:05 UTC", time],
        [8, "price", "cheap", "not a number"],
        [9, "user_id", "", "no user"],
        [10, "product_id", "", "no item"],
        [11, "price", "-1.5", "negative price"],
        [12, null, null, "equals an earlier row"],
        [13, "user_session", null, "fewer fields than columns"],
        [14, "surplus_field", "more", "more fields than columns"],
      ],
    );
    await log.close();
  });
});

test("taobao: no line of names, seconds, four behaviours", async () => {
  await inFolder(async (folder) => {
    const lines = [
      "1,2268318,2520377,pv,1511544070",
      "1,2333346,2520771,buy,1511561733",
      "1,2576651,149192,fav,1511572885",
      "1,3830808,4181361,cart,1511593493",
      "1,4365585,2520377,swipe,1511596146",
      "1,4606018,2735466,pv,soon",
      "1,4606018,2735466,pv,-99999999999999",
    ];
    writeFileSync(join(folder, "UserBehavior.csv"), `${lines.join("\n")}\n`);
    const log = await openEvents(join(folder, "UserBehavior.csv"), "taobao");
    const events = await log.engine.table(
      `SELECT event_time, user_id, item_id, category_id, event_type, quantity, malformed.reason AS reason
      FROM ${log.events} ORDER BY source_row`,
    );
    const rows = events.objects().map((row) => Object.values(row));
    assert.equal(rows.slice(0, 2), [
      [1511544070, "1", "2268318", "2520377", "view", Number.NaN, null],
      [1511561733, "1", "2333346", "2520771", "purchase", 1, null],
    ]);
    assert.equal(
      rows.map((row) => row[4]),
      ["view", "purchase", "favourite", "cart", null, "view", "view"],
    );
    assert.equal(
      rows.slice(4).map((row) => row[6]),
      ["not an event type (pv, fav, cart, buy)", "not seconds since 1970", "not seconds since 1970"],
    );
    await log.close();
  });
});

test("several files, one compressed, in the order of their names; rejects say which file and line", async () => {
  await inFolder(async (folder) => {
    const header = "time,who,what,paid\n";
    const map: FileMap = {
      columns: { event_time: "time", user_id: "who", item_id: "what", price: "paid" },
      constants: { event_type: "purchase" },
      timeFormat: "%d.%m.%Y %H:%M",
      currency: "EUR",
    };
    writeFileSync(join(folder, "b.csv"), `${header}01.02.2024 09:30,u,i,2\n01.02.2024 09:31,u,i,x\n`);
    writeFileSync(join(folder, "a.csv.gz"), gzipSync(`\ufeffpaid,what,who,time\r\n1,"i, j",u,31.01.2024 09:30\r\n`));
    writeFileSync(
      join(folder, "c.csv"),
      Buffer.concat([
        Buffer.from(`${header}01.02.2024 09:30,u`),
        Buffer.from([0xff]),
        Buffer.from(`,i,1\n01.02.2024 09:30,u,i,2\n`),
      ]),
    );
    const shares: number[] = [];
    const engine = await openEngine({ threads: 1 });
    const log = await openEvents([join(folder, "*.csv.gz"), join(folder, "*.csv")], map, {
      engine,
      schema: "shop",
      onProgress: (share) => shares.push(share),
    });
    assert.equal(
      log.files.map(({ path, ...file }) => [path.slice(folder.length + 1), ...Object.values(file)]),
      [
        ["a.csv.gz", 1, 0, 1],
        ["b.csv", 2, 0, 3],
        ["c.csv", 1, 1, 4],
      ],
    );
    assert.equal([log.records, log.currency, shares[0], shares[shares.length - 1]], [5, "EUR", 0, 1]);
    assert.ok(shares.every((share, index) => index === 0 || share >= shares[index - 1]));
    const { report, rejects } = await clean(engine, log.events);
    assert.equal([report.rowsIn, report.clean, report.duplicates, report.rejected], [5, 2, 1, 2]);
    const out = await engine.table(`SELECT step, source, source_row, value FROM ${rejects} ORDER BY source, step`);
    assert.equal(
      out.objects().map((row) => Object.values(row)),
      [
        ["read", join(folder, "b.csv"), 3, "x"],
        ["cut", join(folder, "c.csv"), 2, null],
        ["exact duplicates", join(folder, "c.csv"), 4, null],
      ],
    );
    const times = await engine.columns("SELECT event_time, item_id FROM shop.events ORDER BY source_row LIMIT 1");
    assert.equal([times.event_time[0], times.item_id[0]], [Date.UTC(2024, 0, 31, 9, 30) / 1000, "i, j"]);
    await log.close();
    assert.is(await engine.exists("shop.events"), false);
    await engine.close();
  });
});

test("parquet and JSON lines through a map; a layout written for text refuses them", async () => {
  await inFolder(async (folder) => {
    const engine = await openEngine({ threads: 1 });
    await engine.run(`COPY (SELECT TIMESTAMP '2024-01-01 08:00:00' + INTERVAL (i) HOUR AS at, i AS who, 10 + i AS what,
      CASE WHEN i = 2 THEN 'nan'::DOUBLE ELSE i / 2 END AS paid FROM range(3) AS r(i)) TO '${folder}/log.parquet'`);
    const map: ColumnMap = {
      columns: { event_time: "at", user_id: "who", item_id: "what", price: "paid" },
      constants: { event_type: "view" },
    };
    const typed = await openEvents(join(folder, "log.parquet"), map, { engine });
    const read = await engine.table(
      "SELECT event_time, user_id, item_id, price, malformed.reason AS reason FROM own.events ORDER BY source_row",
    );
    assert.equal(
      read.objects().map((row) => Object.values(row)),
      [0, 1, 2].map((i) => [
        Date.UTC(2024, 0, 1, 8 + i) / 1000,
        `${i}`,
        `${10 + i}`,
        i === 2 ? Number.NaN : i / 2,
        i === 2 ? "not a number" : null,
      ]),
    );
    await typed.close();
    writeFileSync(
      join(folder, "log.jsonl"),
      '{"at":"1704096000","who":"a","what":"x","paid":"2"}\n{"at":1}\nnonsense\n',
    );
    const lines = await openEvents(join(folder, "log.jsonl"), { ...map, timeFormat: "seconds" }, { engine });
    const { report } = await clean(engine, lines.events);
    assert.equal([lines.records, report.rowsIn, report.clean, report.rejected], [3, 3, 1, 2]);
    const error = await openEvents(join(folder, "log.parquet"), "ta-feng", { engine }).catch((caught) => caught);
    assert.instance(error, Error);
    await engine.close();
  });
});

test("what is wrong with a path, a layout or a header is said with what there is", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "log.csv");
    writeFileSync(path, "event_time,kind,product,price,user\n");
    const problem = (work: Promise<unknown>) => work.then(String, (error: Error) => error.message);
    assert.match(await problem(openEvents(join(folder, "none.csv"), "rees46")), /no such file|there is no/);
    assert.match(
      await problem(openEvents(path, "rees64" as "rees46")),
      /no layout of this name.*Did you mean "rees46"/,
    );
    assert.match(
      await problem(openEvents(path, "rees46")),
      /a column is missing.*Columns there are: source_row, event_time, kind, product, price, user/,
    );
    assert.match(
      await problem(openEvents(path, "ta-feng")),
      /doesn't have the layout's columns.*Expected TRANSACTION_DT/,
    );
    const map = { columns: { event_time: "event_time", user_id: "user", item_id: "product" } };
    assert.match(await problem(openEvents(path, map)), /says where time, user, item and type.*"event_type"/);
    const odd = { ...map, constants: { event_type: "buy" } };
    assert.match(await problem(openEvents(path, odd)), /not an event type: "buy"/);
    const unknown = { columns: { ...REES46.columns, colour: "kind" }, constants: {} } as FileMap;
    assert.match(await problem(openEvents(path, unknown)), /event schema has no such column: "colour"/);
    const stopped = new AbortController();
    stopped.abort();
    assert.match(await problem(openEvents(path, "rees46", { signal: stopped.signal })), /was stopped/);
    mkdirSync(join(folder, "empty"));
    writeFileSync(join(folder, "empty", "nothing.csv"), "");
    assert.match(await problem(openEvents(join(folder, "empty"), "rees46")), /columns have no names/);
    const none = await openEvents(path, { ...map, columns: { ...map.columns, event_type: "kind" } });
    assert.is(none.records, 0);
    await none.close();
  });
});

test("any relation becomes events: whole numbers need a unit, text ids of any type, zones become UTC", async () => {
  const engine = await openEngine({ threads: 1 });
  await engine.run(`CREATE TABLE orders AS SELECT 1 AS source_row, 1704096000000 AS at, 7 AS customer, 'i' AS sku, 'sale' AS kind
    UNION ALL SELECT 2, NULL, 8, 'i', 'sale'`);
  const map: ColumnMap = {
    columns: { event_time: "at", user_id: "customer", item_id: "sku", event_type: "kind" },
    eventTypes: { sale: "purchase" },
    onePerPurchase: true,
  };
  const problem = await adaptColumns(engine, "bought", "orders", map).catch((error: Error) => error.message);
  assert.match(String(problem), /numbers \(bigint\) need a unit: "at" at timeFormat/);
  await adaptColumns(engine, "bought", "orders", { ...map, timeFormat: "milliseconds" });
  const rows = await engine.table("SELECT event_time, user_id, quantity, malformed.reason AS r FROM bought");
  assert.equal(
    rows.objects().map((row) => Object.values(row)),
    [
      [1704096000, "7", 1, null],
      [Number.NaN, "8", 1, "not milliseconds since 1970"],
    ],
  );
  await engine.run("CREATE TABLE zoned AS SELECT 1 AS source_row, '2024-07-01 08:00:00' AS at, 'u' AS u, 'i' AS i");
  await adaptColumns(engine, "summer", "zoned", {
    columns: { event_time: "at", user_id: "u", item_id: "i" },
    constants: { event_type: "view" },
    timeZone: "Europe/London",
  });
  const utc = await engine.columns("SELECT event_time FROM summer");
  assert.is(utc.event_time[0], Date.UTC(2024, 6, 1, 7) / 1000);
  await engine.close();
});

test.run();
