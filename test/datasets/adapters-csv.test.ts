import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadCsv } from "../../lib/datasets/adapters/csv";
import { type Engine, openEngine } from "../../lib/engine/index";
import { inFolder } from "./fixtures";
import { COLUMNS, readAbc } from "./read-abc";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 1 });
});
test.after(() => engine.close());

const SHORT: [what: string, body: string | Buffer, rows: unknown[][], unreadable: (readonly [number, RegExp])[]][] = [
  ["an empty file", "", [], []],
  ["a header alone", "a,b,c", [], []],
  ["a byte-order mark alone", "\ufeff", [], []],
  [
    "carriage returns",
    "a,b,c\r1,2,3\r4,5,6\r",
    [
      ["1", "2", "3"],
      ["4", "5", "6"],
    ],
    [],
  ],
  [
    "line ends of every kind",
    "\ufeffa,b,c\r\n1,2,3\n4,5,6\r7,8,9",
    [
      ["1", "2", "3"],
      ["4", "5", "6"],
      ["7", "8", "9"],
    ],
    [],
  ],
  [
    "a field too few, a field too many",
    "a,b,c\n1,2\n1,2,3,4,5\n",
    [
      ["1", "2", null],
      ["1", "2", "3"],
    ],
    [],
  ],
  [
    "bytes that aren't UTF-8",
    Buffer.concat([Buffer.from("a,b,c\n1,"), Buffer.from([0xe9]), Buffer.from(",3\n4,5,6\n")]),
    [["4", "5", "6"]],
    [[2, /unicode|utf-8/i]],
  ],
  [
    "a quote that nothing closes costs its line, not those after it",
    'a,b,c\n"1,1",2,3\n4,"5,6\n7,8,9\n1,"",2\n',
    [
      ["1,1", "2", "3"],
      ["7", "8", "9"],
      ["1", "", "2"],
    ],
    [[3, /opened here and never closed/]],
  ],
  [
    "two lines with such quotes: what is between them is one field",
    'a,b,c\n1,"2,3\n4,5,6\n7",9\n1,2,3\n',
    [
      ["1", "2,3\n4,5,6\n7", "9"],
      ["1", "2", "3"],
    ],
    [],
  ],
  [
    "text after a closing quote would be lost: the record is broken; lines are counted as they are in the file",
    Buffer.concat([
      Buffer.from('a,b,c\n1,"2"x,3\n1,2,3\n1,"a\nb"c,3\n4,'),
      Buffer.from([0xff]),
      Buffer.from(',6\n7,8,"9" \n1,"2",3'),
    ]),
    [
      ["1", "2", "3"],
      ["1", "2", "3"],
    ],
    [
      [2, /text between a closing quote/],
      [4, /text between a closing quote/],
      [6, /unicode|utf-8/i],
      [7, /text between a closing quote/],
    ],
  ],
  [
    "a carriage return within quotes stays, also where one outside becomes a line feed",
    'a,b,c\r\n1,"x\ry",3\r4,"5""\r",6\n7,8,9\r',
    [
      ["1", "x\ry", "3"],
      ["4", '5"\r', "6"],
      ["7", "8", "9"],
    ],
    [],
  ],
];

for (const [what, body, rows, unreadable] of SHORT)
  test(`read as it should be: ${what}`, () =>
    inFolder(async (folder) => {
      const found = await readAbc(engine, join(folder, "short.csv"), body);
      assert.equal(found.rows, rows);
      assert.is(found.unreadable.length, unreadable.length);
      for (const [index, [line, reason]] of unreadable.entries()) {
        assert.is(found.unreadable[index][0], line);
        assert.match(found.unreadable[index][1], reason);
      }
    }));

test("a quote left open early in 40 MB, plain or compressed, costs one line", () =>
  inFolder(async (folder) => {
    const lines = Array.from({ length: 600_000 }, (_, row) =>
      row === 4 ? `${row},"open,1` : `${row},${"x".repeat(56)},1`,
    );
    const text = Buffer.from(`a,b,c\n${lines.join("\n")}\n`);
    for (const [name, body] of [
      ["open.csv", text],
      ["open.csv.gz", gzipSync(text, { level: 1 })],
    ] as const) {
      writeFileSync(join(folder, name), body);
      await loadCsv(engine, "fuzzed", join(folder, name), { columns: COLUMNS });
      const counts = await engine.columns(
        "SELECT count(*) AS n, max(source_row) AS last, max(a::INTEGER) AS a, (SELECT min(line) FROM fuzzed_unreadable) AS line, (SELECT count(*) FROM fuzzed_unreadable) AS bad FROM fuzzed",
      );
      assert.equal(
        Object.values(counts).map((column) => column[0]),
        [599_999, 599_999, 599_999, 6, 1],
      );
    }
  }));

test("a file made to open quotes again and again is given up on line by line, in bounded work", () =>
  inFolder(async (folder) => {
    const many = 20_000;
    const found = await readAbc(engine, join(folder, "again.csv"), `a,b,c\n1,2,3\n${'b","c\n'.repeat(many + 1)}`);
    assert.is(found.rows.length + found.unreadable.length, many + 2);
    assert.equal(found.rows[0], ["1", "2", "3"]);
  }));

test("UTF-16 and a header that opens a quote are errors that say what to do", () =>
  inFolder(async (folder) => {
    const problem = (body: string | Buffer) =>
      readAbc(engine, join(folder, "wrong.csv"), body).then(
        String,
        (error: Error) => `${error.name}: ${error.message}`,
      );
    assert.match(await problem(Buffer.from("\ufeffa,b,c\n1,2,3\n", "utf16le")), /DataError: .*UTF-16.*iconv/);
    assert.match(
      await problem('a,"b,c\n1,2,3\n4,5,6\n'),
      /DataError: the header's quotes can't be right: "a quote is opened here and never closed".*line 1/,
    );
  }));

test.run();
