import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready } from "../../../lib/backend/index";
import {
  compress,
  decodeCompressed,
  loadCompressed,
  restore,
  saveCompressed,
} from "../../../lib/models/compression/index";
import {
  addParameter,
  disposeParameters,
  type NamedArrays,
  type Parameters,
  readParameters,
} from "../../../lib/models/parameters";
import { decodeSafetensors, encodeSafetensors, fromHalf } from "../../../lib/models/safetensors";
import { createRandom } from "../../../lib/random";
import { errorOf } from "../../error-of";

test.before(async () => {
  await ready();
});

function model(zeros = 0): Parameters {
  const random = createRandom(5);
  const parameters: Parameters = new Map();
  const draw = (count: number) =>
    Float32Array.from({ length: count }, () => (random.uniform() < zeros ? 0 : random.normal()));
  addParameter(parameters, "item.embedding", [300, 16], draw);
  addParameter(parameters, "dense.weight", [16, 40], draw);
  addParameter(parameters, "dense.bias", [40], (count) => Float32Array.from({ length: count }, () => random.normal()));
  return parameters;
}

/** How far a weight may be off: half a step of half precision at the largest, half a scale of the largest channel. */
function limits(arrays: NamedArrays, name: string): Record<"single" | "half" | "int8", number> {
  const most = Math.max(...arrays.get(name)!.values.map(Math.abs));
  return { single: 0, half: 2 ** (Math.floor(Math.log2(most)) - 11), int8: (most / 254) * (1 + 1e-5) };
}

const largest = (a: NamedArrays, b: NamedArrays, name: string) =>
  Math.max(...a.get(name)!.values.map((value, at) => Math.abs(value - b.get(name)!.values[at])));

test("a file of each precision is as small as it should be and close to the weights; vectors stay exact", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-compression-"));
  const parameters = model();
  const arrays = await readParameters(parameters);
  const numbers = 300 * 16 + 16 * 40;
  const bytes: Record<string, number> = {};
  for (const precision of ["single", "half", "int8"] as const) {
    const path = join(folder, `${precision}.safetensors`);
    bytes[precision] = await saveCompressed(path, parameters, { precision });
    assert.is(bytes[precision], (await stat(path)).size);
    const read = await loadCompressed(path);
    assert.equal([...read.keys()], [...arrays.keys()]);
    for (const name of arrays.keys()) assert.equal(read.get(name)!.shape, arrays.get(name)!.shape);
    assert.is(largest(read, arrays, "dense.bias"), 0);
    const off = largest(read, arrays, "item.embedding");
    assert.ok(off <= limits(arrays, "item.embedding")[precision], `${precision}: ${off}`);
    assert.is(off === 0, precision === "single");
  }
  const header = 1000;
  assert.ok(bytes.single >= 4 * numbers && bytes.single < 4 * numbers + header);
  assert.ok(bytes.half < 2 * numbers + header, `${bytes.half}`);
  assert.ok(bytes.int8 < numbers + 4 * 340 + header, `${bytes.int8}`);
  disposeParameters(parameters);
  await rm(folder, { recursive: true });
});

test("zeros are left out where it pays, at every precision, and come back in their places", async () => {
  const parameters = model(0.8);
  const arrays = await readParameters(parameters);
  for (const precision of ["single", "half", "int8"] as const) {
    const { arrays: stored, metadata } = compress(arrays, { precision });
    const bytes = encodeSafetensors(stored, metadata);
    const read = decodeCompressed(bytes);
    for (const name of arrays.keys()) {
      assert.ok(largest(read, arrays, name) <= limits(arrays, name)[precision], `${precision} ${name}`);
      for (const [at, value] of arrays.get(name)!.values.entries())
        if (value === 0) assert.is(read.get(name)!.values[at] + 0, 0);
    }
    assert.ok(stored.has("item.embedding.bits"));
    // A bit for each of 5,440 weights, and a fifth of them in four, two or one byte; 340 scales; 40 biases; the header.
    const each = { single: 4, half: 2, int8: 1 }[precision];
    const scales = precision === "int8" ? 4 * 340 : 0;
    assert.ok(bytes.length < 5440 / 8 + 5440 * 0.22 * each + scales + 160 + 1100, `${precision}: ${bytes.length}`);
  }
  disposeParameters(parameters);
});

test("halves and bytes are ordinary safetensors, each array at a multiple of its size", () => {
  const bytes = encodeSafetensors(
    new Map([
      ["whole", { shape: [3], values: Int8Array.of(-127, 0, 5) }],
      ["half", { shape: [1, 2], values: Uint16Array.of(0x3c00, 0xc000) }],
      ["bits", { shape: [1], values: Uint8Array.of(255) }],
      ["single", { shape: [1], values: Float32Array.of(0.1) }],
    ]),
  );
  const { arrays } = decodeSafetensors(bytes);
  assert.equal([...arrays.keys()], ["single", "half", "whole", "bits"]);
  assert.equal([...arrays.get("whole")!.values], [-127, 0, 5]);
  assert.equal([...arrays.get("half")!.values], [fromHalf(0x3c00), fromHalf(0xc000)]);
  assert.equal([...arrays.get("bits")!.values], [255]);
});

test("another file is read as it is; one that lacks a part is refused in words", async () => {
  const plain: NamedArrays = new Map([["a", { shape: [2], values: Float32Array.of(1, 2) }]]);
  assert.equal(restore({ arrays: plain, metadata: {} }), plain);
  const { arrays, metadata } = compress(new Map([["a", { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }]]), {
    precision: "int8",
  });
  const cut = decodeSafetensors(encodeSafetensors(arrays, metadata));
  cut.arrays.delete("a.scale");
  assert.throws(() => restore(cut, "model.safetensors"), /lacks an array.*a\.scale.*model\.safetensors/);
  assert.throws(
    () => restore({ arrays: cut.arrays, metadata: { "flashlab.compression": "{" } }),
    /metadata can't be read/,
  );
  const clash: NamedArrays = new Map([
    ["a", { shape: [1, 1], values: Float32Array.of(1) }],
    ["a.scale", { shape: [1], values: Float32Array.of(1) }],
  ]);
  assert.throws(() => compress(clash, { precision: "int8" }), /two arrays of a file have one name.*a\.scale/);
  assert.match((await errorOf(loadCompressed("/nowhere/model.safetensors"))).message, /ENOENT/);
});

test.run();
