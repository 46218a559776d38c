import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { decode, encode, fitEncoder, oneHotNames } from "../../lib/preprocessing/encode";
import { applyTargetEncoding, encodeOutOfFold, fitTargetEncoding } from "../../lib/preprocessing/target-encoding";
import { makeTable, rowsOf } from "./tables";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

const oracle = JSON.parse(readFileSync(join(__dirname, "oracles", "scaling.json"), "utf8")) as {
  seen: string[];
  new: string[];
  categories: string[];
  "one-hot": number[][];
  ordinal: number[];
  target: number[];
  encoded: number[];
  out_of_fold: number[];
};

const categories = (name: string, values: readonly (string | null)[], target?: readonly (number | null)[]) =>
  makeTable(
    engine,
    name,
    { source_row: "BIGINT", c: "VARCHAR", y: "DOUBLE" },
    values.map((value, row) => [row + 1, value, target?.[row] ?? (target ? null : 0)]),
  );

test("one-hot and ordinal codes are scikit-learn's, unseen categories included", async () => {
  const [seen, later] = [await categories("seen", oracle.seen), await categories("later", oracle.new)];
  const hot = await fitEncoder(engine, seen, { c: { method: "one-hot" } });
  assert.equal(hot.columns.c, { method: "one-hot", categories: oracle.categories });
  await encode(engine, later, "hot", hot);
  assert.equal(
    (await rowsOf(engine, "hot")).map((row) => oneHotNames("c", oracle.categories).map((name) => row[name])),
    oracle["one-hot"],
  );
  await encode(engine, later, "codes", await fitEncoder(engine, seen, { c: { method: "ordinal" } }));
  assert.equal(
    (await rowsOf(engine, "codes")).map((row) => row.c_code),
    oracle.ordinal,
  );
});

test("what was encoded comes back; unseen and missing values as nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(fc.string({ unit: "grapheme", maxLength: 3 }).filter((text) => !text.includes("\0"))), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.constantFrom("one-hot" as const, "ordinal" as const),
      async (values, method) => {
        const rows = await categories("rows", values);
        const encoder = await fitEncoder(engine, rows, { c: { method } });
        const more = await categories("more", [...values, "not seen"]);
        await encode(engine, more, "rows_encoded", encoder);
        await decode(engine, "rows_encoded", "rows_back", encoder);
        assert.equal(
          (await rowsOf(engine, "rows_back")).map((row) => row.c),
          [...values, null],
        );
      },
    ),
    { numRuns: 15, seed: 6 },
  );
});

test("hashed categories are MD5 modulo the buckets; missing ones stay missing; rare ones can be left out", async () => {
  const rows = await categories("rows", ["a", "é", null, "a"]);
  const encoder = await fitEncoder(engine, rows, { c: { method: "hash", buckets: 1000 } });
  await encode(engine, rows, "hashed", encoder);
  const bucket = (text: string) =>
    Number(BigInt(`0x${createHash("md5").update(text).digest("hex").slice(0, 15)}`) % 1000n);
  assert.equal(
    (await rowsOf(engine, "hashed")).map((row) => row.c_bucket),
    [bucket("a"), bucket("é"), NaN, bucket("a")],
  );
  const frequent = await fitEncoder(engine, rows, { c: { method: "ordinal", minCount: 2 } });
  await encode(engine, rows, "frequent", frequent);
  assert.equal(
    (await rowsOf(engine, "frequent")).map((row) => row.c_code),
    [0, -1, NaN, 0],
  );
});

function close(found: readonly unknown[], expected: readonly number[]): void {
  assert.is(found.length, expected.length);
  for (const [index, value] of expected.entries())
    assert.ok(Math.abs(Number(found[index]) - value) <= 1e-12, `${found[index]} is not ${value}`);
}

test("target encoding is scikit-learn's, and out of fold the same fitted to the other folds", async () => {
  const seen = await categories("seen", oracle.seen, oracle.target);
  const fit = await fitTargetEncoding(engine, seen, { column: "c", target: "y", smoothing: 7 });
  await applyTargetEncoding(engine, await categories("later", oracle.new), "encoded", fit);
  close(
    (await rowsOf(engine, "encoded")).map((row) => row.c_target),
    oracle.encoded,
  );
  await encodeOutOfFold(engine, seen, "folded", { column: "c", target: "y", smoothing: 7, folds: 4, seed: 5 });
  close(
    (await rowsOf(engine, "folded")).map((row) => row.c_target),
    oracle.out_of_fold,
  );
});

test("a row's own target is not in its out-of-fold encoding", async () => {
  const encoding = async (target: readonly number[]) => {
    const rows = await categories("own", oracle.seen, target);
    await encodeOutOfFold(engine, rows, "own_folded", { column: "c", target: "y", folds: 4 });
    return (await rowsOf(engine, "own_folded")).map((row) => row.c_target);
  };
  const before = await encoding(oracle.target);
  for (const row of [0, 17, 39]) {
    const other = oracle.target.map((value, index) => (index === row ? value + 100 : value));
    // The row's fold is taken off the sums of all, so a rounding of sums of this size may remain.
    assert.ok(Math.abs(Number((await encoding(other))[row]) - Number(before[row])) < 1e-13);
  }
});

test("rows without a category are one of their own; rows without a target teach nothing", async () => {
  const rows = await categories("gaps", [null, null, "a", "a", "b"], [1, 2, 3, 5, null]);
  const fit = await fitTargetEncoding(engine, rows, { column: "c", target: "y", smoothing: 0 });
  assert.equal([fit.prior, fit.missing, fit.groups], [2.75, 1.5, [{ group: "a", fit: 4 }]]);
  await applyTargetEncoding(engine, rows, "gaps_encoded", fit);
  assert.equal(
    (await rowsOf(engine, "gaps_encoded")).map((row) => row.c_target),
    [1.5, 1.5, 4, 4, 2.75],
  );
  const none = await categories("none", ["a"], [null]);
  const error = await fitTargetEncoding(engine, none, { column: "c", target: "y" }).catch((caught) => caught);
  assert.match(error.message, /no row has a target at column "y" of none/);
});

test.run();
