import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { CDNOW } from "../../lib/datasets/adapters/cdnow";
import { createEvents, type EventLayout } from "../../lib/datasets/adapters/events";
import { ONLINE_RETAIL } from "../../lib/datasets/adapters/online-retail";
import { TA_FENG } from "../../lib/datasets/adapters/ta-feng";
import { type Engine, openEngine } from "../../lib/engine/index";
import { clean } from "../../lib/preprocessing/index";
import { inFolder } from "./fixtures";

/** Text as it turns up in real files: quotes, line breaks, delimiters, NUL, other scripts, blanks, numbers, dates. */
const nasty = fc.oneof(
  fc.constantFrom(
    ...[
      "",
      " ",
      '"',
      '""',
      '",',
      "\n",
      "\r\n",
      "a,b",
      "a\nb",
      "a\rb",
      "NULL",
      "null",
      "NaN",
      "inf",
      "-inf",
      "1e999",
      "-1",
      "0",
    ],
    ...[
      "\0",
      "a\0b",
      "茶",
      "🛒",
      "\ufeff",
      "11/1/2000",
      "2010-12-01 08:26:00",
      "13/45/2000",
      "1,5",
      "0x10",
      "C536379",
      "'",
      "\\",
    ],
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.integer({ min: -1000, max: 100000 }).map(String),
  fc.double({ noNaN: true }).map(String),
);

/** A record: mostly as many fields as columns, sometimes fewer or more; sometimes wholly plausible. */
function record(columns: number, plausible: string[]): fc.Arbitrary<string[]> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(plausible) },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.nat(columns - 1), nasty).map(([at, text]) => replaced(plausible, at, text)),
    },
    { weight: 2, arbitrary: fc.array(nasty, { minLength: columns, maxLength: columns }) },
    { weight: 1, arbitrary: fc.array(nasty, { minLength: 2, maxLength: columns + 2 }) },
  );
}

function replaced(row: string[], at: number, text: string): string[] {
  return row.map((field, index) => (index === at ? text : field));
}

/** RFC 4180: every field in quotes. */
function csv(rows: string[][], newLine: string): string {
  return rows.map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(",") + newLine).join("");
}

async function account(engine: Engine, folder: string, layout: EventLayout, text: string | Buffer) {
  const path = join(folder, "source.csv");
  writeFileSync(path, text);
  await createEvents(engine, "source", path, layout);
  const { report, events, rejects } = await clean(engine, "source");
  const counts = await engine.columns(`SELECT (SELECT count(*) FROM ${events}) AS clean,
    (SELECT count(*) FROM ${rejects} WHERE kind = 'duplicate') AS duplicates,
    (SELECT count(*) FROM ${rejects} WHERE kind = 'rejected') AS rejected`);
  assert.equal(
    [report.clean, report.duplicates, report.rejected],
    [counts.clean[0], counts.duplicates[0], counts.rejected[0]],
    "the report counts what is in the relations",
  );
  return report;
}

const SOURCES: [name: string, layout: EventLayout, plausible: string[]][] = [
  ["ta-feng", TA_FENG, ["11/1/2000", "01104905", "45-49", "115", "110411", "4710199010372", "2", "24", "30"]],
  [
    "online-retail",
    ONLINE_RETAIL,
    ["536365", "71053", "LANTERN", "6", "2010-12-01 08:26:00", "3.39", "17850.0", "France"],
  ],
];

for (const [name, layout, plausible] of SOURCES)
  test(`${name}: rows in = clean + duplicates + rejected for any file that is CSV`, async () => {
    const engine = await openEngine({ threads: 1 });
    await inFolder((folder) =>
      fc.assert(
        fc.asyncProperty(
          fc.array(record(plausible.length, plausible), { maxLength: 12 }),
          fc.constantFrom("\n", "\r\n"),
          async (rows, newLine) => {
            const report = await account(engine, folder, layout, csv([[...layout.columns], ...rows], newLine));
            assert.is(report.rowsIn, rows.length);
            assert.is(report.clean + report.duplicates + report.rejected, rows.length);
          },
        ),
        { numRuns: 40, seed: 20250303 },
      ),
    );
    await engine.close();
  });

test("any bytes at all neither crash an adapter nor lose a row that it saw", async () => {
  const engine = await openEngine({ threads: 1 });
  const header = Buffer.from(`${TA_FENG.columns.join(",")}\n`);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc.string({ unit: fc.constantFrom(...'ab,"\n\r\t\0é1/'), maxLength: 200 }).map((text) => Buffer.from(text)),
  );
  await inFolder((folder) =>
    fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        const report = await account(engine, folder, TA_FENG, Buffer.concat([header, body]));
        assert.is(report.clean + report.duplicates + report.rejected, report.rowsIn);
      }),
      { numRuns: 40, seed: 20250303 },
    ),
  );
  await engine.close();
});

test("cdnow: rows in = clean + duplicates + rejected for any lines", async () => {
  const engine = await openEngine({ threads: 1 });
  const line = fc.oneof(
    fc.constantFrom(
      " 00001 19970101  1   11.77",
      " 00001 19970101  0   11.77",
      " 00001 19971341  1   1.00",
      "x",
      " a b c d e",
    ),
    fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((text) => /\S/.test(text) && ![..."\r\n\u001f\u001a"].some((control) => text.includes(control))),
  );
  await inFolder((folder) =>
    fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const report = await account(engine, folder, CDNOW, [" customer_id  date", ...lines, ""].join("\r\n"));
        assert.is(report.rowsIn, lines.length);
        assert.is(report.clean + report.duplicates + report.rejected, lines.length);
      }),
      { numRuns: 40, seed: 20250303 },
    ),
  );
  await engine.close();
});

test("what is wrong with a record is said by field, value and reason", async () => {
  const engine = await openEngine({ threads: 1 });
  const good = SOURCES[0][2];
  const change = (at: number, text: string) => replaced(good, at, text);
  const rows = [
    good,
    good,
    change(0, "31/31/2000"),
    change(1, ""),
    change(6, "two"),
    change(6, "0"),
    change(8, "-1"),
    good.slice(0, 8),
    [...good, "x"],
  ];
  await inFolder(async (folder) => {
    const report = await account(engine, folder, TA_FENG, csv([[...TA_FENG.columns], ...rows], "\n"));
    assert.equal([report.rowsIn, report.clean, report.duplicates, report.rejected], [9, 1, 1, 7]);
    const found = await engine.table(
      "SELECT source_row, field, value, reason FROM source_clean_rejects ORDER BY source_row",
    );
    assert.equal(found.objects(), [
      { source_row: 2, field: null, value: null, reason: "equals an earlier row" },
      { source_row: 3, field: "TRANSACTION_DT", value: "31/31/2000", reason: "not a date such as 11/1/2000" },
      { source_row: 4, field: "CUSTOMER_ID", value: "", reason: "no customer" },
      { source_row: 5, field: "AMOUNT", value: "two", reason: "not a number" },
      { source_row: 6, field: "quantity", value: "0.0", reason: "quantity of zero or less" },
      { source_row: 7, field: "price", value: "-0.5", reason: "negative price" },
      { source_row: 8, field: "SALES_PRICE", value: null, reason: "fewer fields than columns" },
      { source_row: 9, field: "surplus_field", value: "x", reason: "more fields than columns" },
    ]);
    const event = await engine.table("SELECT event_time, user_id, item_id, price, quantity, cost FROM source_clean");
    assert.equal(event.objects(), [
      {
        event_time: Date.UTC(2000, 10, 1) / 1000,
        user_id: "01104905",
        item_id: "4710199010372",
        price: 15,
        quantity: 2,
        cost: 12,
      },
    ]);
  });
  await engine.close();
});

test("a London time is UTC in winter and an hour less in summer; a cancelled invoice is a refund", async () => {
  const engine = await openEngine({ threads: 1 });
  const rows = [
    ["1", "A", "", "2", "2010-12-01 08:26:00", "1.5", "17850.0", ""],
    ["C2", "A", "", "-2", "2011-07-01 08:26:00", "1.5", "17850", "France"],
  ];
  await inFolder(async (folder) => {
    await account(engine, folder, ONLINE_RETAIL, csv([[...ONLINE_RETAIL.columns], ...rows], "\n"));
    const events = await engine.table(
      "SELECT event_time, user_id, event_type, quantity FROM source ORDER BY source_row",
    );
    assert.equal(events.objects(), [
      { event_time: Date.UTC(2010, 11, 1, 8, 26) / 1000, user_id: "17850", event_type: "purchase", quantity: 2 },
      { event_time: Date.UTC(2011, 6, 1, 7, 26) / 1000, user_id: "17850", event_type: "refund", quantity: 2 },
    ]);
  });
  await engine.close();
});

test.run();
