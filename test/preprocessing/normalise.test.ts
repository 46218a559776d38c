import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine/index";
import { loadFitted, saveFitted } from "../../lib/preprocessing/fitted";
import { denormalise, fitNormaliser, normalise, type Scaling } from "../../lib/preprocessing/normalise";
import { makeTable } from "./tables";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 2 });
});
test.after(() => engine.close());

const oracle = JSON.parse(readFileSync(join(__dirname, "oracles", "scaling.json"), "utf8")) as {
  train: number[];
  later: number[];
  scaled: Record<string, number[]>;
};

const numbers = (name: string, values: readonly (number | null)[]) =>
  makeTable(
    engine,
    name,
    { source_row: "BIGINT", x: "DOUBLE" },
    values.map((value, row) => [row + 1, value]),
  );

async function valuesOf(relation: string): Promise<number[]> {
  return Array.from((await engine.columns(`SELECT x FROM ${relation} ORDER BY source_row`)).x as Float64Array);
}

function close(found: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.is(found.length, expected.length);
  for (const [index, value] of expected.entries())
    assert.ok(Math.abs(found[index] - value) <= tolerance * Math.max(1, Math.abs(value)), `${found[index]}, ${value}`);
}

test("scalings fitted on some rows and applied to others are scikit-learn's; a constant becomes 0", async () => {
  const [train, later] = [await numbers("train", oracle.train), await numbers("later", oracle.later)];
  const constant = await numbers("constant", new Array(40).fill(0.1));
  for (const [name, expected] of Object.entries(oracle.scaled)) {
    const [chain, of] = name.split(" of a ");
    const plan = { x: chain.split(", ") as Scaling[] };
    const fit = await fitNormaliser(engine, of ? constant : train, plan);
    await normalise(engine, of ? constant : later, "scaled", fit);
    close((await valuesOf("scaled")).slice(0, expected.length), expected, 1e-12);
  }
});

test("what was normalised comes back, by every chain of scalings", async () => {
  const scaling = fc.constantFrom<Scaling>("z-score", "min-max", "robust", "log1p");
  const value = fc.oneof(
    fc.constant(null),
    fc.integer({ min: -1000, max: 1000 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: 1, maxLength: 12 }).filter((values) => values.some((each) => each !== null)),
      fc.array(scaling, { minLength: 1, maxLength: 2 }),
      async (values, chain) => {
        const rows = await numbers("rows", values);
        const fit = await fitNormaliser(engine, rows, { x: chain });
        await normalise(engine, rows, "rows_scaled", fit);
        await denormalise(engine, "rows_scaled", "rows_back", fit);
        const found = await valuesOf("rows_back");
        const largest = Math.max(1, ...values.map((each) => Math.abs(each ?? 0)));
        for (const [index, expected] of values.entries())
          if (expected === null) assert.ok(Number.isNaN(found[index]));
          else assert.ok(Math.abs(found[index] - expected) <= 1e-9 * largest, `${found[index]} is not ${expected}`);
      },
    ),
    { numRuns: 25, seed: 9 },
  );
});

test("a saved fit comes back exactly; another file is an error and nothing is left behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-fits-"));
  try {
    const path = join(folder, "fits.json");
    const fit = await fitNormaliser(engine, await numbers("train", oracle.train), { x: ["log1p", "robust"] });
    await saveFitted(path, { features: fit });
    assert.equal(await loadFitted(path), { features: fit });
    assert.equal(await readdir(folder), ["fits.json"]);
    for (const [text, reason] of [
      ["{", /can't be read/],
      ["{}", /holds no fits/],
      ['{"format":"flashlab-preprocessing","version":9,"fits":{}}', /version 9, this program reads 1/],
      ['{"format":"flashlab-preprocessing","version":1,"fits":{"a":{"kind":"b"}}}', /unknown kind of fit, "a"/],
    ] as const) {
      await writeFile(path, text);
      assert.match((await loadFitted(path).catch((caught) => caught)).message, reason);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what can't be scaled is named", async () => {
  const failure = (values: (number | null)[], plan: Record<string, Scaling>) =>
    numbers("bad", values).then((bad) => fitNormaliser(engine, bad, plan).catch((caught) => caught.message));
  assert.match(await failure([null], { x: "z-score" }), /without any value .* at column "x"/);
  assert.match(await failure([1, Infinity, NaN], { x: "min-max" }), /aren't finite: 2 at column "x"/);
  assert.match(await failure([1], { y: "min-max" }), /no such column: "y" at bad. Columns: source_row, x/);
  assert.match(await failure([1], { x: "cube" as Scaling }), /unknown scaling: "cube"/);
});

test.run();
