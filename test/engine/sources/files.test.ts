import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine, quoteText } from "../../../lib/engine/index";
import { readFiles } from "../../../lib/engine/sources/read-files";
import { AbortedError, DataError, InputError } from "../../../lib/errors";
import { errorOf } from "../../error-of";

let engine: Engine;
const folder = mkdtempSync(join(tmpdir(), "flashlab-files-"));
test.before(async () => {
  engine = await openEngine({ threads: 4 });
});
test.after(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A file in a fresh folder's path. */
function put(path: string, content: string | Buffer): string {
  const whole = join(folder, path);
  mkdirSync(join(whole, ".."), { recursive: true });
  writeFileSync(whole, content);
  return whole;
}

async function rowsOf(relation: string): Promise<unknown[][]> {
  const columns = await engine.columns(`SELECT * FROM ${relation} ORDER BY source_row`);
  const lists = Object.values(columns);
  return Array.from({ length: lists[0].length }, (_, row) => lists.map((list) => list[row]));
}

/** What a field of a JSON object is read as. */
function asText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

test("CSV files, plain and compressed, give their fields as text, numbered through all files", async () => {
  const a = put("csv/a.csv", 'id,name\n1,x\n2,"two\n lines"\n');
  const b = put("csv/b.csv.gz", gzipSync("id,name\r\n3,\r\n"));
  const zst = join(folder, "csv", "c.csv.zst");
  await engine.run(`COPY (SELECT '04' AS id, 'é' AS name) TO ${quoteText(zst)} (FORMAT csv, HEADER, COMPRESSION zstd)`);
  put("csv/_ignored.csv", "no");
  put("csv/notes.md", "no");
  const read = await readFiles(engine, "plain", join(folder, "csv"));
  assert.equal(read, { format: "csv", files: [a, b, zst], rows: 4, unreadable: 0 });
  const withoutSurplus = (await rowsOf("plain")).map((row) => row.slice(0, 4));
  assert.equal(withoutSurplus, [
    [1, a, "1", "x"],
    [2, a, "2", "two\n lines"],
    [3, b, "3", ""],
    [4, zst, "04", "é"],
  ]);
});

test("a path means a file, a folder, a glob or a list; signs of a glob in a file's name stand for themselves", async () => {
  const paths = ["x[1].csv", "x1.csv", "x*.csv"].map((name) => put(`signs/${name}`, `v\n${name}\n`));
  for (const path of paths) {
    const read = await readFiles(engine, "one", path);
    assert.equal([read.files, read.rows], [[path], 1]);
    assert.is((await rowsOf("one"))[0][2], path.split("/").pop());
  }
  const glob = await readFiles(engine, "several", join(folder, "signs", "x?*.csv"));
  assert.equal(glob.files, [...paths].sort());
  const list = await readFiles(engine, "several", [paths[1], paths[0], paths[1]]);
  assert.equal(list.files, [paths[1], paths[0]]);
});

test("JSON Lines: any object is read, any other line is accounted for", async () => {
  const good = fc.dictionary(
    fc.constantFrom("a", "b c", 'q"uote', "é", "d.e"),
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.integer(), { maxLength: 3 }),
    ),
  );
  const bad = fc.constantFrom('{"a": 1', "word", "[1, 2]", '"text"', "null", '{"a": 1} {"a": 2}', "{'a': 1}", "{}x");
  const line = fc.oneof(
    { arbitrary: good.map((object) => ({ object, text: JSON.stringify(object) })), weight: 3 },
    { arbitrary: bad.map((text) => ({ object: undefined, text })), weight: 1 },
    { arbitrary: fc.constantFrom("", "  ").map((text) => ({ object: null, text })), weight: 1 },
  );
  const fields = ["a", "b c", 'q"uote', "é", "d.e"];
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(line, { maxLength: 6 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom("\n", "\r\n"),
      async (contents, end) => {
        const files = contents.map((lines, index) =>
          put(
            `lines/${run}-${index}.jsonl${index === 1 ? ".gz" : ""}`,
            packed(lines.map(({ text }) => text).join(end), index),
          ),
        );
        run++;
        const read = await readFiles(engine, "lines", files, { fields });
        const records = contents.flatMap((lines, file) =>
          lines.filter(({ object }) => object !== null).map(({ object }) => ({ object, file: files[file] })),
        );
        const expected = records.flatMap(({ object, file }, index) =>
          object ? [[index + 1, file, ...fields.map((name) => asText((object as Record<string, unknown>)[name]))]] : [],
        );
        assert.equal(await rowsOf("lines"), expected);
        assert.is(read.rows + read.unreadable, records.length);
        const lost = await engine.columns("SELECT line FROM lines_unreadable ORDER BY line");
        assert.equal(
          Array.from(lost.line as Float64Array),
          records.flatMap(({ object }, index) => (object === undefined ? [index + 1] : [])),
        );
      },
    ),
    { numRuns: 40, seed: 11 },
  );
});

function packed(text: string, index: number): string | Buffer {
  return index === 1 ? gzipSync(text) : text;
}

test("bytes that are no UTF-8, NULs and long lines are one record each", async () => {
  const long = "y".repeat(20_000_000);
  const path = put(
    "bytes/odd.jsonl",
    Buffer.concat([
      Buffer.from('{"a": "before"}\n{"a": "'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}\n\0\0\n{"a": "nul \\u0000 inside"}\n'),
      Buffer.from(`{"a": "${long}"}\n{"a": "after"}`),
    ]),
  );
  const read = await readFiles(engine, "odd", path);
  assert.equal([read.rows, read.unreadable], [4, 2]);
  const found = await engine.columns("SELECT source_row, length(a) AS n FROM odd ORDER BY source_row");
  assert.equal(Array.from(found.source_row as Float64Array), [1, 4, 5, 6]);
  assert.equal(Array.from(found.n as Float64Array), [6, 12, 20_000_000, 5]);
  const lost = await engine.columns("SELECT line, reason FROM odd_unreadable ORDER BY line");
  assert.equal(lost, {
    line: Float64Array.of(2, 3),
    reason: ["the line is not JSON in UTF-8", "the line is not JSON in UTF-8"],
  });
});

test("rows are numbered in the file's order, whatever the threads", async () => {
  const lines = Array.from({ length: 200_000 }, (_, i) =>
    i % 997 === 5 ? `{bad ${i}` : `{"i":${i},"s":"${"x".repeat(i % 60)}"}`,
  );
  const half = lines.length / 2;
  const files = [
    put("many/1.jsonl", `${lines.slice(0, half).join("\n")}\n`),
    put("many/2.jsonl", `${lines.slice(half).join("\n")}\n`),
  ];
  await readFiles(engine, "many", files);
  const found = await engine.columns(
    "SELECT count(*) AS n, count(*) FILTER (i::BIGINT + 1 <> source_row) AS off FROM many",
  );
  assert.equal([found.n[0], found.off[0]], [lines.filter((line) => !line.startsWith("{bad")).length, 0]);
  const parquet = join(folder, "many.parquet");
  await engine.run(
    `COPY (SELECT i::BIGINT AS i FROM many ORDER BY source_row) TO ${quoteText(parquet)} (ROW_GROUP_SIZE 5000)`,
  );
  await readFiles(engine, "again", parquet);
  const order = await engine.columns(`SELECT count(*) AS n FROM again JOIN
    (SELECT i::BIGINT AS i, row_number() OVER (ORDER BY source_row) AS place FROM many) USING (i) WHERE place <> source_row`);
  assert.is(order.n[0], 0);
});

test("Parquet keeps its types; folders named column=value are columns, of text unless a type is given", async () => {
  const path = join(folder, "hive");
  await engine.run(`COPY (SELECT i, i * 1.5::DECIMAL(5, 2) AS price, '0' || (i % 2) AS shop FROM range(4) AS t(i))
    TO ${quoteText(path)} (FORMAT parquet, PARTITION_BY (shop))`);
  const read = await readFiles(engine, "hive", path);
  assert.equal([read.rows, read.unreadable, read.files.length], [4, 0, 2]);
  const text = await engine.columns("SELECT i, price::VARCHAR AS price, shop FROM hive ORDER BY source_row");
  assert.equal(
    [Array.from(text.i as Float64Array), text.shop],
    [
      [0, 2, 1, 3],
      ["00", "00", "01", "01"],
    ],
  );
  assert.equal(text.price, ["0.00", "3.00", "1.50", "4.50"]);
  await readFiles(engine, "typed", path, { partitionTypes: { shop: "INTEGER" } });
  assert.equal((await engine.columns("SELECT shop FROM typed ORDER BY source_row")).shop, Int32Array.of(0, 0, 1, 1));
  const kept = join(folder, "kept.parquet");
  await engine.run(`COPY (SELECT 7 AS source_row, 'origin' AS source_file, 1 AS v) TO ${quoteText(kept)}`);
  await readFiles(engine, "kept", kept);
  assert.equal(await rowsOf("kept"), [[7, "origin", 1]]);
});

test("empty files are empty relations", async () => {
  const csv = await readFiles(engine, "empty", put("empty/a.csv", "id,name\n"));
  assert.equal([csv.rows, csv.unreadable], [0, 0]);
  const json = await readFiles(engine, "empty", put("empty/a.jsonl", ""), { fields: ["id"] });
  assert.equal([json.rows, json.unreadable], [0, 0]);
});

test("errors name the file and what to do", async () => {
  const one = put("errors/one.csv", "a,b\n1,2\n");
  const two = put("errors/two.csv", "b,a\n1,2\n");
  const torn = put("errors/torn.parquet", "PAR1 no PAR1");
  const cases: [paths: string | string[], kind: unknown, message: RegExp][] = [
    [join(folder, "absent.csv"), DataError, /there is no such file: .*absent\.csv/],
    [join(folder, "none-*.csv"), DataError, /there is no such file/],
    [[], InputError, /no file is given/],
    [[one, torn], InputError, /or they are of several/],
    [put("errors/what.bin", "x"), InputError, /can't be told from their names.*Say which/],
    [[one, two], DataError, /the columns \(b, a\) aren't those of the first file \(a, b\): .*two\.csv/],
    [
      put("errors/twice.csv", "a,a\n1,2\n"),
      DataError,
      /two columns have the same name: "a" at .*twice\.csv, first line/,
    ],
    [put("errors/nothing.csv", ""), DataError, /the columns have no names/],
    [torn, Error, /torn\.parquet/],
  ];
  for (const [paths, kind, message] of cases) {
    const error = await errorOf(readFiles(engine, "failing", paths));
    assert.instance(error, kind, error.stack);
    assert.match(error.message, message);
  }
  assert.instance(await errorOf(readFiles(engine, "stopped", one, { signal: AbortSignal.abort() })), AbortedError);
});

test.run();
