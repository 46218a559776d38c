import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openEvents } from "../../lib/datasets/index";
import { type Engine, openEngine } from "../../lib/engine/index";
import { clean, validationRules } from "../../lib/preprocessing/index";
import { inFolder } from "./fixtures";
import { readAbc } from "./read-abc";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 1 });
});
test.after(() => engine.close());

/** A field's text as it may stand in a file, in quotes or not, as bytes. */
const field = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("", "1", "x y", "-1.5", "茶", "NULL", "\\N", "\0", "a\0b", "🛒", " ", "2019-10-01"),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('"a,b"', '"line\nbreak"', '"\r\n"', '"a ""b"" c"', '""', '"\0"', '"x" ', '"x"y'),
  },
  { weight: 1, arbitrary: fc.constantFrom('it"s', "5' 3\"", 'x"y"z') },
);
const bytes = field.map((text) => Buffer.from(text));
const notUtf8 = fc.constantFrom(
  Buffer.from([0xe9]),
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0x61, 0xc3]),
  Buffer.from([0xed, 0xa0, 0x80]),
);
const long = fc.constantFrom(
  Buffer.alloc(1 << 20, "x"),
  Buffer.alloc((1 << 21) + 9, "y"),
  Buffer.from(`"${"z\n".repeat(1 << 17)}"`),
);

/** One record that isn't blank, of one to six fields. */
const record = fc
  .array(fc.oneof({ weight: 40, arbitrary: bytes }, { weight: 2, arbitrary: notUtf8 }), { minLength: 1, maxLength: 6 })
  .filter((fields) => fields.length > 1 || fields[0].length > 0)
  .map((fields) => Buffer.concat(fields.flatMap((each, index) => (index === 0 ? [each] : [Buffer.from(","), each]))));
const newLine = fc.constantFrom("\n", "\r\n", "\r", "\n\n", "\r\n\r\n");

test("as many records come out as were put in, whatever is in their fields and between them", async () => {
  await inFolder((folder) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(record, newLine), { maxLength: 14 }),
        fc.constantFrom("", "\ufeff"),
        fc.option(fc.tuple(long, fc.nat()), { freq: 12 }),
        fc.boolean(),
        async (records, mark, giant, last) => {
          const parts = records.map(([body, end]) => Buffer.concat([body, Buffer.from(end)]));
          if (giant !== null)
            parts.splice(
              giant[1] % (parts.length + 1),
              0,
              Buffer.concat([Buffer.from("1,"), giant[0], Buffer.from(",3\n")]),
            );
          // The last record may lack its line end.
          if (last && records.length > 0) parts.push(Buffer.from("end,of,file"));
          const found = await readAbc(
            engine,
            join(folder, "put.csv"),
            Buffer.concat([Buffer.from(`${mark}a,b,c\n`), ...parts]),
          );
          assert.is(found.rows.length + found.unreadable.length, parts.length);
        },
      ),
      { numRuns: 60, seed: 20250303 },
    ),
  );
});

test("without quotes a record is a line: those that aren't blank, counted by splitting", async () => {
  const piece = fc.constantFrom("a", ",", '"', "\n", "\r", "\r\n", "\0", "é", " ");
  await inFolder((folder) =>
    fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const text = pieces.join("");
        const lines = text.split(/[\r\n]/).filter((line) => line !== "");
        const found = await readAbc(engine, join(folder, "lines.csv"), text, { header: false, quote: "" });
        assert.equal(
          found.rows.map((row) => row[0]),
          lines.map((line) => line.split(",")[0].slice(0, 20)),
        );
      }),
      { numRuns: 60, seed: 20250303 },
    ),
  );
});

test("any bytes, most of them quotes and line ends: nothing is thrown, nothing is lost, every line is somewhere", async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...['"', '"', '""', ",", ",", "\n", "\n", "\r", "\r\n", "a", "b c", "\0"].map((text) => Buffer.from(text)),
    ),
    fc.constantFrom(Buffer.from([0xff]), Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from("é")),
  );
  await inFolder((folder) =>
    fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const body = Buffer.concat([Buffer.from("a,b,c\n"), ...pieces]);
        // The reader is checked against a count of its own, with a DataError for a difference: none may come.
        const { rows, unreadable } = await readAbc(engine, join(folder, "any.csv"), body);
        const lines =
          body
            .toString("latin1")
            .split(/[\r\n]/)
            .filter((line) => line !== "").length - 1;
        assert.ok(rows.length + unreadable.length <= lines);
        // Only a field in quotes holds a line end: where none does, records are lines.
        if (!body.includes('"')) assert.is(rows.length + unreadable.length, lines);
        // A line that holds no quote, after the last quote of the file, is a record of its own.
        const tail = body
          .subarray(body.lastIndexOf('"') + 1)
          .toString("latin1")
          .split(/[\r\n]/)
          .slice(1);
        const after = tail.filter((line) => line !== "" && !/[^\0-\x7f]/.test(line)).map((line) => line.split(",")[0]);
        const firsts = rows.slice(rows.length - after.length).map((row) => row[0]);
        if (body.includes('"') && !tail.some((line) => /[^\0-\x7f]/.test(line))) assert.equal(firsts, after);
      }),
      { numRuns: 120, seed: 20250303 },
    ),
  );
});

test("of any log of one's own each record is clean, a duplicate or rejected with its reason", async () => {
  const plausible = ["2019-10-01 00:00:00 UTC", "view", "1", "2", "", "", "3.5", "4", "s"];
  const nasty = fc.constantFrom(
    "",
    "x",
    "-1",
    "nan",
    "1e999",
    "\0",
    '"q',
    "2019-13-01 00:00:00 UTC",
    "purchase",
    "a\nb",
    "9".repeat(400),
  );
  const line = fc.oneof(
    fc.constant(plausible),
    fc.tuple(fc.nat(8), nasty).map(([at, text]) => plausible.map((each, index) => (index === at ? text : each))),
    fc.array(nasty, { minLength: 2, maxLength: 11 }),
  );
  await inFolder((folder) =>
    fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 10 }), async (lines) => {
        const quoted = lines.map((fields) => fields.map((each) => `"${each.replaceAll('"', '""')}"`).join(","));
        const header = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session";
        writeFileSync(join(folder, "log.csv"), `${[header, ...quoted].join("\n")}\n`);
        const log = await openEvents(join(folder, "log.csv"), "rees46", { engine });
        const { report, rejects } = await clean(engine, log.events, { rules: validationRules({ now: log.modified }) });
        assert.equal([log.records, report.rowsIn], [lines.length, lines.length]);
        assert.is(report.clean + report.duplicates + report.rejected, lines.length);
        const mute = await engine.columns(
          `SELECT count(*) AS n FROM ${rejects} WHERE reason IS NULL OR source IS NULL`,
        );
        assert.is(mute.n[0], 0);
      }),
      { numRuns: 30, seed: 20250303 },
    ),
  );
});

test.run();
