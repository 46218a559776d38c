import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { disposeParameters, parameter } from "../../../lib/models/parameters";
import { eventFields, eventsBefore, GAP_COUNT, gapValue, startGapsAsWaves } from "../../../lib/models/sequences/fields";
import { createGruModel, gruShape } from "../../../lib/models/sequences/gru";

test.before(async () => {
  await ready();
});

/** Two users with three and two events, as `readSequences` gives them. */
const READ = {
  users: ["a", "b"],
  offsets: Int32Array.of(0, 3, 5),
  items: Int32Array.of(1, 2, 1, 2, 2),
  times: Float64Array.of(0, 30, 90_000, 5, 125),
  itemIds: ["x", "y"],
  eventTypes: Uint8Array.of(1, 6, 0, 8, 1),
  categories: Int32Array.of(1, 0, 1, 2, 2),
  categoryIds: ["c", "d"],
  priceBands: Uint8Array.of(1, 3, 0, 2, 1),
  priceEdges: [1, 2],
  gaps: Float32Array.of(0, 30, 89_970, 0, 120),
};

test("fields count from 1; what isn't known is the highest value; a first event's gap is its own", () => {
  const { fields, events, times } = eventFields(READ);
  assert.equal(
    fields.map(({ name, count }) => [name, count]),
    [
      ["item", 2],
      ["type", 9],
      ["category", 3],
      ["price", 4],
      ["gap", GAP_COUNT],
    ],
  );
  assert.is(events.fields[0], READ.items, "items aren't copied");
  assert.is(times, READ.times);
  assert.equal([...events.fields[1]], [1, 6, 9, 8, 1]);
  assert.equal([...events.fields[2]], [1, 3, 1, 2, 2]);
  assert.equal([...events.fields[3]], [1, 3, 4, 2, 1]);
  // 120 s is one doubling of the first minute.
  assert.equal([...events.fields[4]], [1, 2, gapValue(89_970), 1, 5]);
  assert.equal(
    eventFields({ ...READ, eventTypes: undefined, categories: undefined, priceBands: undefined, gaps: undefined })
      .fields,
    [{ name: "item", count: 2 }],
  );
});

test("gaps rise in steps of √2 from a minute to a year, and stay in their field", () => {
  assert.equal([gapValue(0), gapValue(59), gapValue(60)], [2, 2, 3]);
  for (let step = 0; step < 30; step++) assert.is(gapValue(60 * 2 ** (step / 2)), 3 + step, `step ${step}`);
  assert.is(gapValue(366 * 86400), GAP_COUNT);
  assert.is(gapValue(1e12), GAP_COUNT);
  const seconds = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(fc.property(seconds, seconds, (a, b) => a > b || gapValue(a) <= gapValue(b)));
  assert.throws(() => gapValue(-1), /at least 0/);
});

test("what had happened before a moment leaves out later events, and users who had none", () => {
  const read = eventFields(READ);
  const before = eventsBefore(read, 100);
  assert.equal([...before.users], [0, 1]);
  assert.equal([...before.events.offsets], [0, 2, 3]);
  assert.equal([...before.times], [0, 30, 5]);
  assert.equal([...before.events.fields[1]], [1, 6, 8]);
  assert.equal([...eventsBefore(read, 5).users], [0]);
  assert.equal([...eventsBefore(read, 0).events.offsets], [0]);
});

test("gaps that start as waves are alike where they are near, and as long as other embeddings", () => {
  const { fields } = eventFields(READ);
  const model = createGruModel(gruShape(2, { fields }), 1);
  const before = tf.memory().numTensors;
  const others = parameter(model.parameters, "gap.embedding").dataSync().slice() as Float32Array;
  startGapsAsWaves(model);
  assert.is(tf.memory().numTensors, before);
  const width = 64;
  const rows = parameter(model.parameters, "gap.embedding").dataSync() as Float32Array;
  const cosine = (a: number, b: number) => {
    let [product, one, other] = [0, 0, 0];
    for (let at = 0; at < width; at++) {
      product += rows[a * width + at] * rows[b * width + at];
      one += rows[a * width + at] ** 2;
      other += rows[b * width + at] ** 2;
    }
    return product / Math.sqrt(one * other);
  };
  const norm = Math.sqrt(rows.slice(20 * width, 21 * width).reduce((sum, value) => sum + value * value, 0));
  assert.ok(Math.abs(norm - 0.02 * Math.sqrt(width)) < 1e-6, `${norm}`);
  assert.ok(cosine(20, 21) > cosine(20, 23) && cosine(20, 23) > cosine(20, 32), "nearer is more alike");
  assert.equal([...rows.slice(0, 2 * width)], [...others.slice(0, 2 * width)], "padding and first events stay");
  assert.equal([...rows.slice(-width)], [...others.slice(-width)], "the mask stays");
  disposeParameters(model.parameters);
});

test.run();
