import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { attend, attentionOf } from "../../../lib/models/layers/attention";
import { addAdapter } from "../../../lib/models/layers/dense";
import { countParameters, disposeParameters, parameter } from "../../../lib/models/parameters";
import { bucket, sequenceBatch } from "../../../lib/models/sequences/batches";
import { itemEmbeddings, pickLast } from "../../../lib/models/sequences/model";
import { nextItemTask } from "../../../lib/models/sequences/next-item";
import { train } from "../../../lib/models/training/train";
import {
  attentionMaps,
  behaviourShape,
  createBehaviour,
  lookingBothWays,
} from "../../../lib/models/transformer/behaviour";
import { createRandom } from "../../../lib/random";
import { circles } from "../circles";
import { near } from "../gradients";

test.before(async () => {
  await ready();
});

const SMALL = behaviourShape(20, { width: 16, length: 8, dropout: 0 });

/** Rows of a batch as numbers, [batch · length] arrays of width. */
function rows(model: ReturnType<typeof createBehaviour>, items: number[][]): number[][] {
  const length = Math.max(...items.map((list) => list.length));
  const padded = Int32Array.from(items.flatMap((list) => [...list, ...new Array(length - list.length).fill(0)]));
  const lengths = Int32Array.from(items, (list) => list.length);
  return tf.tidy(
    () => model.states({ batch: items.length, length, fields: [padded], lengths }).arraySync() as number[][],
  );
}

const distance = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

test("a causal model's row depends on its event and those before alone; another's on all but padding", () => {
  for (const causal of [true, false]) {
    const model = createBehaviour({ ...SMALL, causal }, 1);
    const [one] = [rows(model, [[3, 4, 5, 6]])];
    const changed = rows(model, [[3, 4, 5, 9]]);
    assert.ok(distance(one[3], changed[3]) > 1e-3);
    assert.is(distance(one[1], changed[1]) < 1e-6, causal);
    const beside = rows(model, [
      [3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ]);
    for (let place = 0; place < 4; place++)
      assert.ok(distance(one[place], beside[place]) < 1e-5, "padding counts nowhere");
    disposeParameters(model.parameters);
  }
});

test("the last place alone is the last of all places, its gradient too, also with adapters", () => {
  const events = {
    batch: 3,
    length: 4,
    fields: [Int32Array.of(3, 4, 5, 6, 7, 8, 0, 0, 9, 0, 0, 0)],
    lengths: Int32Array.of(4, 2, 1),
  };
  for (const changes of [{ causal: true }, { causal: false }, { norm: "after" as const }]) {
    const model = createBehaviour({ ...SMALL, ...changes }, 1);
    const { parameters } = model;
    addAdapter(parameters, "block.1.attention.input", 2, createRandom(2));
    tf.tidy(() => parameter(parameters, "block.1.attention.input.adapter.up").assign(tf.fill([2, 48], 0.3)));
    const aim = tf.randomNormal([3, 16], 0, 1, "float32", 3);
    const [alone, among] = [() => model.last(events), () => pickLast(model.states(events), events)].map((way) =>
      tf.variableGrads(() => tf.sum(tf.mul(way(), aim)) as tf.Scalar, [...parameters.values()]),
    );
    for (const [name, variable] of parameters) {
      const [one, other] = [alone, among].map(({ grads }) => grads[variable.name].dataSync() as Float32Array);
      const largest = Math.max(...other.map(Math.abs));
      assert.ok(distance([...one], [...other]) <= 2e-5 * largest + 1e-7, `${name}: ${distance([...one], [...other])}`);
    }
    assert.ok(Math.abs(alone.value.dataSync()[0] - among.value.dataSync()[0]) < 1e-4);
    tf.dispose([aim, alone, among] as tf.TensorContainer);
    disposeParameters(parameters);
  }
});

test("attention is a distribution over what each event may look at, and mixing by it is what the block does", () => {
  const events = {
    batch: 2,
    length: 4,
    fields: [Int32Array.of(3, 4, 5, 6, 7, 8, 0, 0)],
    lengths: Int32Array.of(4, 2),
  };
  const model = createBehaviour(SMALL, 1);
  for (const [one, mayLook] of [
    [model, (row: number, from: number, to: number) => to <= from && to < events.lengths[row]],
    [lookingBothWays(model), (row: number, _: number, to: number) => to < events.lengths[row]],
  ] as const)
    for (const block of [0, 1]) {
      const maps = attentionMaps(one, events, block);
      assert.equal(maps.shape, [2, 2, 4, 4]);
      const weights = maps.arraySync();
      maps.dispose();
      for (const [row, heads] of weights.entries())
        for (const head of heads)
          for (let from = 0; from < events.lengths[row]; from++) {
            const sum = head[from].reduce((total, weight) => total + weight, 0);
            assert.ok(Math.abs(sum - 1) < 1e-5);
            for (let to = 0; to < 4; to++) assert.is(head[from][to] > 0, mayLook(row, from, to));
          }
    }
  assert.throws(() => attentionMaps(model, events, 2), /block/);
  disposeParameters(model.parameters);
});

test("attention's weights times the values are what attention gives", () => {
  const projected = tf.randomNormal([2 * 4, 3 * 16], 0, 1, "float32", 1) as tf.Tensor2D;
  const options = { batch: 2, length: 4, heads: 2, causal: true };
  tf.tidy(() => {
    const values = tf.transpose(tf.reshape(tf.slice(projected, [0, 32], [8, 16]), [2, 4, 2, 8]), [0, 2, 1, 3]);
    const mixed = tf.transpose(tf.matMul(attentionOf(projected, options), values), [0, 2, 1, 3]);
    near(tf.reshape(mixed, [8, 16]), attend(projected, options), 1e-5, "mixed values");
  });
  projected.dispose();
});

test("every field has its embedding, and its weights count", () => {
  const shape = behaviourShape(20, {
    width: 16,
    length: 8,
    fields: [
      { name: "item", count: 20 },
      { name: "type", count: 3 },
    ],
  });
  const model = createBehaviour(shape, 1);
  const block = 4 * 16 * 16 + 4 * 16 + 2 * 16 * 64 + 64 + 16 + 4 * 16;
  assert.is(countParameters(model.parameters), 22 * 16 + 5 * 16 + 8 * 16 + 2 * block + 2 * 16);
  const events = { batch: 1, length: 2, lengths: Int32Array.of(2) };
  const [one, other] = [1, 2].map((type) =>
    tf.tidy(() => model.last({ ...events, fields: [Int32Array.of(4, 5), Int32Array.of(1, type)] }).arraySync()),
  );
  assert.ok(distance(one[0], other[0]) > 1e-3);
  disposeParameters(model.parameters);
});

test("buckets hold every user once, those of like length together", () => {
  const random = createRandom(3);
  const lengths = Int32Array.from({ length: 1000 }, () => 1 + random.integer(50));
  const batches = bucket(
    lengths,
    Int32Array.from({ length: 1000 }, (_, i) => i),
    32,
    random,
    8,
  );
  assert.equal(
    batches.flatMap((batch) => [...batch]).sort((a, b) => a - b),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  const padded = batches.reduce((sum, batch) => sum + batch.length * Math.max(...[...batch].map((u) => lengths[u])), 0);
  const real = lengths.reduce((sum, length) => sum + length, 0);
  assert.ok(padded < 1.3 * real, `${padded} places for ${real} events`);
});

test("a batch has each user's last events, without those to skip", () => {
  const sequences = { offsets: Int32Array.of(0, 4, 6, 7), fields: [Int32Array.of(1, 2, 3, 4, 5, 6, 7)] };
  const { batch, length, fields, lengths } = sequenceBatch(sequences, [0, 1, 2], 2, 1);
  assert.equal([batch, length, [...lengths]], [3, 2, [2, 1, 0]]);
  assert.equal([...fields[0]], [2, 3, 5, 0, 0, 0]);
});

test("learns a circle: after a hundred steps the next item comes first for every user", async () => {
  const sequences = circles(64);
  const before = tf.memory().numTensors;
  const model = createBehaviour(SMALL, 1);
  const task = nextItemTask(model, sequences, { seed: 1, batch: 32, heldOut: 1 });
  const { epochs } = await train(task, { epochs: 50, seed: 1, rate: 1e-2 });
  assert.ok(epochs[49].loss < 0.3 && epochs[0].loss > 2.5, `${epochs[0].loss} to ${epochs[49].loss}`);
  const users = Int32Array.from({ length: 64 }, (_, i) => i);
  const best = tf.tidy(() => {
    const states = model.last(sequenceBatch(sequences, users, 8, 1));
    return tf.argMax(tf.matMul(states, itemEmbeddings(model), false, true), 1).dataSync();
  });
  const found = best.filter((item, user) => item === sequences.fields[0][user * 10 + 9]).length;
  assert.is(found, 64);
  disposeParameters(model.parameters);
  assert.is(tf.memory().numTensors, before, "no tensor is left behind");
});

test.run();
