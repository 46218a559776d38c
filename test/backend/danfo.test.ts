import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFrame, readCSV, readExcel, StandardScaler, toExcel } from "danfojs-node";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf, withBackend } from "../../lib/backend";

const folder = mkdtempSync(join(tmpdir(), "flashlab-danfo-"));
const ROWS = [
  { item: "soap", price: 2.5, units: 4 },
  { item: "tea, green", price: 3.25, units: 1 },
  { item: "茶", price: 10, units: 7 },
];

test.before(async () => {
  await ready();
});
test.after(() => rmSync(folder, { recursive: true }));

test("a frame's tensor is one of ours and computes on the backend in use", async () => {
  const before = tf.memory().numTensors;
  const frame = new DataFrame({ price: [1, 2, 3], units: [4, 5, 6] });
  const tensor = frame.tensor as unknown as tf.Tensor2D;
  assert.instance(tensor, tf.Tensor);
  assert.is(tf.memory().numTensors, before + 1);
  const gram = tf.matMul(tensor, tensor, true, false);
  assert.equal(await gram.array(), [
    [14, 32],
    [32, 77],
  ]);
  tf.dispose([gram, tensor]);
  assert.is(tf.memory().numTensors, before);
});

test("Danfo's own arithmetic on tensors gives the same numbers whichever backend is in use", async () => {
  const standardise = () => {
    const frame = new DataFrame({ price: [1, 2, 6], units: [4, 5, 12] });
    return (new StandardScaler().fitTransform(frame).values as number[][]).flat();
  };
  const here = standardise();
  const there = await withBackend("cpu", standardise);
  // Column by column: price has mean 3 and variance 14 / 3, units mean 7 and variance 38 / 3.
  const [price, units] = [Math.sqrt(14 / 3), Math.sqrt(38 / 3)];
  const expected = [-2 / price, -3 / units, -1 / price, -2 / units, 3 / price, 5 / units];
  for (const values of [here, there])
    for (const [i, value] of values.entries()) assert.ok(Math.abs(value - expected[i]) < 1e-6, `${value} at ${i}`);
});

test("a CSV file is read with its types, quotes and characters", async () => {
  const file = join(folder, "items.csv");
  writeFileSync(file, 'item,price,units\nsoap,2.5,4\n"tea, green",3.25,1\n茶,10,7\n');
  const frame = await readCSV(file);
  assert.equal(frame.columns, ["item", "price", "units"]);
  assert.equal(frame.dtypes, ["string", "float32", "int32"]);
  assert.equal(frame.values, ROWS.map(Object.values));
});

test("a spreadsheet is written and read back", async () => {
  const file = join(folder, "items.xlsx");
  toExcel(new DataFrame(ROWS), { filePath: file });
  const frame = (await readExcel(file)) as DataFrame;
  assert.equal(frame.columns, ["item", "price", "units"]);
  assert.equal(frame.values, ROWS.map(Object.values));
});

test.run();
