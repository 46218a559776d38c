import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { createNoise } from "../../../lib/models/layers/noise";
import { disposeParameters, parameter, readParameters } from "../../../lib/models/parameters";
import { contrastiveLoss, contrastiveTask, segmentAndRest } from "../../../lib/models/pretraining/contrastive";
import {
  attributeLoss,
  attributesFromField,
  createAttributeHead,
  itemAttributeTask,
} from "../../../lib/models/pretraining/item-attributes";
import { hideEvents, maskedEventTask } from "../../../lib/models/pretraining/masked-events";
import { together } from "../../../lib/models/pretraining/together";
import type { EventSequences } from "../../../lib/models/sequences/batches";
import { nextItemTask } from "../../../lib/models/sequences/next-item";
import { train } from "../../../lib/models/training/train";
import { behaviourShape, createBehaviour, lookingBothWays } from "../../../lib/models/transformer/behaviour";
import { createRandom } from "../../../lib/random";
import { circles } from "../circles";
import { assertNumericalGradient, draw } from "../gradients";

test.before(async () => {
  await ready();
});

const FIELDS = [
  { name: "item", count: 20 },
  { name: "type", count: 4 },
];
const SHAPE = behaviourShape(20, { width: 16, length: 10, dropout: 0, fields: FIELDS });

const quarter = (item: number) => 1 + Math.floor((item - 1) / 5);

/** {@link circles} with a second field: an item's type is its quarter. */
function quartered(users: number): EventSequences {
  const { offsets, fields } = circles(users);
  return { offsets, fields: [...fields, fields[0].map(quarter)] };
}

/** Every item's attribute is its quarter, but item 20 has none. */
const ATTRIBUTES = {
  offsets: Int32Array.from({ length: 22 }, (_, item) => Math.min(Math.max(item - 1, 0), 19)),
  indices: Int32Array.from({ length: 19 }, (_, at) => quarter(at + 1) - 1),
  attributeCount: 4,
};

test("hidden events show the mask in every field, and what they were is the target", () => {
  const { fields } = quartered(3);
  const events = { batch: 3, length: 10, fields, lengths: Int32Array.of(10, 4, 0) };
  let hidden = 0;
  for (let seed = 0; seed < 200; seed++) {
    const masked = hideEvents(events, [20, 4], 0.2, createRandom(seed));
    hidden += masked.rows.length;
    assert.ok(masked.rows.some((row) => row < 10) && masked.rows.some((row) => row >= 10), "one of each at least");
    assert.ok(
      masked.rows.every((row) => row < 14),
      "never padding",
    );
    for (const [field, values] of masked.fields.entries()) {
      const found = Array.from(values.keys()).filter((row) => values[row] !== fields[field][row]);
      assert.equal(found, [...masked.rows]);
      assert.ok(found.every((row) => values[row] === [21, 5][field]));
      assert.equal(
        [...masked.targets[field]],
        Array.from(masked.rows, (row) => fields[field][row]),
      );
    }
  }
  // Expected: 14 · 0.2, and one more for each sequence of which none was drawn.
  const expected = 200 * (2.8 + 0.8 ** 10 + 0.8 ** 4);
  assert.ok(Math.abs(hidden - expected) < 4 * Math.sqrt(200 * 14 * 0.16), `${hidden}, expected ${expected}`);
});

test("the loss of attributes is the cross-entropy of each, written out; its gradient is right", () => {
  const head = createAttributeHead(ATTRIBUTES, 16, 1);
  const rows = draw([3, 16], "rows");
  const items = Int32Array.of(1, 20, 12);
  const [scores, loss] = tf.tidy(() => {
    const products = tf.matMul(
      rows as tf.Tensor2D,
      parameter(head.parameters, "attribute.embedding") as tf.Tensor as tf.Tensor2D,
      false,
      true,
    );
    const all = tf.add(products, parameter(head.parameters, "attribute.bias")).arraySync() as number[][];
    return [all, attributeLoss(head, rows as tf.Tensor2D, items).dataSync()[0]];
  });
  let expected = 0;
  for (const [row, wanted] of [
    [0, 0],
    [2, 2],
  ])
    for (let attribute = 0; attribute < 4; attribute++) {
      const chance = 1 / (1 + Math.exp(-scores[row][attribute]));
      expected -= Math.log(attribute === wanted ? chance : 1 - chance) / 2;
    }
  assert.ok(Math.abs(loss - expected) < 1e-5 * expected, `${loss} against ${expected}`);
  assert.ok(tf.tidy(() => attributeLoss(head, rows as tf.Tensor2D, Int32Array.of(20, 20, 20)).dataSync()[0]) === 0);
  assertNumericalGradient((x) => attributeLoss(head, x as tf.Tensor2D, items), rows);
  rows.dispose();
  disposeParameters(head.parameters);
  assert.throws(() => createAttributeHead({ ...ATTRIBUTES, attributeCount: 3 }, 16, 1), /numbered/);
});

test("attributes are read from a field: the values an item occurs with", () => {
  const sequences = {
    offsets: Int32Array.of(0, 5),
    fields: [Int32Array.of(3, 1, 3, 3, 2), Int32Array.of(2, 1, 2, 1, 0)],
  };
  const { offsets, indices, attributeCount } = attributesFromField(sequences, 1, 3, 2);
  assert.equal([[...offsets], [...indices], attributeCount], [[0, 0, 1, 1, 3], [0, 0, 1], 2]);
  assert.throws(() => attributesFromField(sequences, 0, 3, 2), /beside the item/);
});

test("items learn their attributes without histories, and nothing but their embeddings changes", async () => {
  const model = createBehaviour(SHAPE, 1);
  const head = createAttributeHead(ATTRIBUTES, 16, 1);
  const before = await readParameters(model.parameters);
  const task = itemAttributeTask(model, head, { seed: 1, batch: 8 });
  assert.is(task.batchCount, 3);
  const seen = [...task.batches(0)].flatMap((batch) => [...batch]).sort((a, b) => a - b);
  assert.equal(
    seen,
    Array.from({ length: 19 }, (_, at) => at + 1),
  );
  const { epochs } = await train(task, { epochs: 25, seed: 1, rate: 5e-2 });
  assert.ok(epochs[24].loss < 0.1 * epochs[0].loss, `${epochs[0].loss} to ${epochs[24].loss}`);
  const after = await readParameters(model.parameters);
  for (const [name, { values }] of after)
    assert.is(
      values.every((value, at) => value === before.get(name)!.values[at]),
      name !== "item.embedding",
      name,
    );
  disposeParameters(head.parameters);
  const other = createAttributeHead({ ...ATTRIBUTES, offsets: ATTRIBUTES.offsets.subarray(0, 20) }, 16, 1);
  assert.throws(() => itemAttributeTask(model, other, { seed: 1 }), /other items/);
  for (const { parameters } of [other, model]) disposeParameters(parameters);
});

test("hidden events are learned from both sides, in all fields, with attributes; nothing leaks", async () => {
  const before = tf.memory().numTensors;
  const model = createBehaviour({ ...SHAPE, length: 4, blocks: 1 }, 1);
  const both = lookingBothWays(model);
  const head = createAttributeHead(ATTRIBUTES, 16, 1);
  // Each user has one item, four times.
  const items = Int32Array.from({ length: 400 }, (_, at) => 1 + (Math.floor(at / 4) % 20));
  const faithful = {
    offsets: Int32Array.from({ length: 101 }, (_, user) => 4 * user),
    fields: [items, items.map(quarter)],
  };
  const task = maskedEventTask(both, faithful, {
    seed: 1,
    batch: 50,
    attributes: { head, hidden: 0.2, shown: 0.2 },
    negatives: 8,
    weights: { type: 0.3 },
  });
  const { epochs } = await train(task, { epochs: 60, seed: 1, rate: 2e-2 });
  assert.ok(epochs[59].loss < 0.25 * epochs[0].loss, `${epochs[0].loss} to ${epochs[59].loss}`);
  // A first event that is hidden is known from those behind it, for every item.
  const fields = faithful.fields.map((values, field) => {
    const shown = values.slice(0, 80);
    for (let row = 0; row < 20; row++) shown[4 * row] = FIELDS[field].count + 1;
    return shown;
  });
  const found = tf.tidy(() => {
    const states = both.states({ batch: 20, length: 4, fields, lengths: new Int32Array(20).fill(4) });
    const first = tf.gather(states, tf.range(0, 80, 4, "int32")) as tf.Tensor2D;
    return FIELDS.map(({ name }) => {
      const embeddings = parameter(model.parameters, `${name}.embedding`) as tf.Tensor as tf.Tensor2D;
      return [...tf.argMax(tf.matMul(first, embeddings, false, true), 1).dataSync()];
    });
  });
  const right = [(item: number) => item, quarter].map(
    (value, field) => found[field].filter((one, at) => one === value(at + 1)).length,
  );
  assert.ok(right[0] >= 18 && right[1] >= 18, `${right.join(" and ")} of 20`);
  disposeParameters(head.parameters);
  disposeParameters(model.parameters);
  assert.is(tf.memory().numTensors, before, "no tensor is left behind");
});

test("a segment and the rest of its events share no event, and make the whole", () => {
  const views = segmentAndRest([21, 5]);
  for (let seed = 0; seed < 100; seed++) {
    const items = Int32Array.from({ length: 2 + (seed % 9) }, (_, at) => at + 1);
    const [segment, rest] = views([items, items.map(quarter)], createRandom(seed));
    assert.ok(segment[0].length >= 1 && segment[0].length <= items.length / 2);
    assert.equal(
      [...rest[0].filter((item) => item !== 21), ...segment[0]].sort((a, b) => a - b),
      [...items],
    );
    assert.is(rest[0].length, items.length);
    assert.is(rest[1].filter((type) => type === 5).length, segment[0].length);
  }
});

test("the contrastive loss is the cross-entropy of each picture's other among the batch's, both ways", () => {
  const model = createBehaviour(SHAPE, 1);
  const task = contrastiveTask(model, quartered(5), { seed: 1, views: segmentAndRest([21, 5]) });
  const [pair] = [...task.batches(0)];
  const [a, b] = [pair.one, pair.other].map((events) => tf.tidy(() => model.last(events).arraySync() as number[][]));
  const product = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0) / 2;
  let expected = 0;
  for (const [x, y] of [
    [a, b],
    [b, a],
  ])
    for (let i = 0; i < 5; i++) {
      const total = y.reduce((sum, other) => sum + Math.exp(product(x[i], other)), 0);
      expected += (Math.log(total) - product(x[i], y[i])) / 10;
    }
  const loss = tf.tidy(() => contrastiveLoss(model, pair, 2).dataSync()[0]);
  assert.ok(Math.abs(loss - expected) < 1e-4 * Math.abs(expected), `${loss} against ${expected}`);
  assert.throws(
    () => contrastiveTask(model, quartered(5), { seed: 1, views: segmentAndRest([21, 5]), temperature: 0 }),
    /temperature/,
  );
  disposeParameters(model.parameters);
});

test("two tasks together: the weighted sum of both losses, the shorter one's batches over again", () => {
  const model = createBehaviour(SHAPE, 1);
  const sequences = quartered(12);
  const first = nextItemTask(model, sequences, { seed: 1, batch: 2 });
  const second = contrastiveTask(model, sequences, { seed: 1, batch: 5, views: segmentAndRest([21, 5]) });
  const task = together({ task: first }, { task: second, weight: 0.5 });
  assert.equal([task.batchCount, first.batchCount, second.batchCount], [6, 6, 3]);
  const batches = [...task.batches(2)];
  assert.equal(
    batches.map(([one]) => [...one.targets]),
    [...first.batches(2)].map((one) => [...one.targets]),
  );
  assert.is(new Set(batches.map(([, other]) => JSON.stringify([...other.one.fields[0]]))).size, 6, "drawn anew");
  const noise = () => createNoise(createRandom(1));
  const [sum, one, other] = tf.tidy(() =>
    [task.loss(batches[0], noise()), first.loss(batches[0][0], noise()), second.loss(batches[0][1], noise())].map(
      (loss) => loss.dataSync()[0],
    ),
  );
  assert.ok(Math.abs(sum - one - 0.5 * other) < 1e-5 * sum);
  disposeParameters(model.parameters);
});

test.run();
