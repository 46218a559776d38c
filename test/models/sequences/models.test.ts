import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { addAdapter } from "../../../lib/models/layers/dense";
import { disposeParameters } from "../../../lib/models/parameters";
import { sequenceBatch } from "../../../lib/models/sequences/batches";
import { cnnShape, createCnnModel, receptiveField } from "../../../lib/models/sequences/cnn";
import { createGruModel, gruShape } from "../../../lib/models/sequences/gru";
import { createMlpModel, mlpShape } from "../../../lib/models/sequences/mlp";
import { itemEmbeddings, pickLast, type SequenceModel } from "../../../lib/models/sequences/model";
import { nextItemTask } from "../../../lib/models/sequences/next-item";
import { train } from "../../../lib/models/training/train";
import { createRandom } from "../../../lib/random";
import { circles } from "../circles";

test.before(async () => {
  await ready();
});

const SMALL = { width: 16, length: 8, dropout: 0 };
const MODELS: Record<string, () => SequenceModel> = {
  GRU: () => createGruModel(gruShape(20, { ...SMALL, hidden: 24, layers: 2 }), 1),
  CNN: () => createCnnModel(cnnShape(20, { ...SMALL, kernel: 2, dilations: [1, 2] }), 1),
  MLP: () => createMlpModel(mlpShape(20, { ...SMALL, hidden: 24 }), 1),
};

/** Rows of a batch as numbers, [batch · length] arrays of width. */
function rows(model: SequenceModel, items: number[][]): number[][] {
  const length = Math.max(...items.map((list) => list.length));
  const padded = Int32Array.from(items.flatMap((list) => [...list, ...new Array(length - list.length).fill(0)]));
  const events = { batch: items.length, length, fields: [padded], lengths: Int32Array.from(items, (l) => l.length) };
  return tf.tidy(() => model.states(events).arraySync());
}

const distance = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

for (const [kind, create] of Object.entries(MODELS)) {
  test(`${kind}: a row depends on its event and those before alone, never on padding or neighbours`, () => {
    const model = create();
    assert.is(model.kind, kind);
    const one = rows(model, [[3, 4, 5, 6]]);
    const changed = rows(model, [[3, 4, 5, 9]]);
    assert.ok(distance(one[3], changed[3]) > 1e-4);
    assert.ok(distance(one[2], changed[2]) < 1e-6);
    assert.ok(distance(one[2], rows(model, [[9, 4, 5]])[2]) > 1e-5, "the first of three events is seen");
    const beside = rows(model, [
      [3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ]);
    for (let place = 0; place < 4; place++) assert.ok(distance(one[place], beside[place]) < 1e-5);
    disposeParameters(model.parameters);
  });

  test(`${kind}: the last row is that of the last event, its gradients too`, () => {
    const model = create();
    const events = {
      batch: 3,
      length: 4,
      fields: [Int32Array.of(3, 4, 5, 6, 7, 8, 0, 0, 9, 0, 0, 0)],
      lengths: Int32Array.of(4, 2, 1),
    };
    const aim = tf.randomNormal([3, 16], 0, 1, "float32", 3);
    const [alone, among] = [() => model.last(events), () => pickLast(model.states(events), events)].map((way) =>
      tf.variableGrads(() => tf.sum(tf.mul(way(), aim)) as tf.Scalar, [...model.parameters.values()]),
    );
    for (const [name, variable] of model.parameters) {
      const [one, other] = [alone, among].map(({ grads }) => grads[variable.name].dataSync() as Float32Array);
      const largest = Math.max(...other.map(Math.abs));
      assert.ok(distance([...one], [...other]) <= 2e-5 * largest + 1e-7, name);
    }
    tf.dispose([aim, alone, among] as tf.TensorContainer);
    disposeParameters(model.parameters);
  });
}

test("GRU and CNN learn a circle: the next item comes first for every user", async () => {
  const sequences = circles(64);
  const tensors = tf.memory().numTensors;
  for (const kind of ["GRU", "CNN"]) {
    const model = MODELS[kind]();
    const task = nextItemTask(model, sequences, { seed: 1, batch: 64, heldOut: 1 });
    await train(task, { epochs: 50, seed: 1, rate: 3e-2 });
    const users = Int32Array.from({ length: 64 }, (_, i) => i);
    const best = tf.tidy(() => {
      const states = model.last(sequenceBatch(sequences, users, 8, 1));
      return tf.argMax(tf.matMul(states, itemEmbeddings(model), false, true), 1).dataSync();
    });
    assert.is(best.filter((item, user) => item === sequences.fields[0][user * 10 + 9]).length, 64, kind);
    disposeParameters(model.parameters);
  }
  assert.is(tf.memory().numTensors, tensors, "no tensor is left behind");
});

test("the MLP knows no order: events in another one give the same, one more of them something else", () => {
  const model = MODELS.MLP();
  const [one, turned, more] = [
    [3, 4, 5],
    [5, 3, 4],
    [3, 4, 5, 3, 4, 5],
  ].map((items) => rows(model, [items]).at(-1)!);
  assert.ok(distance(one, turned) < 1e-6);
  assert.ok(distance(one, more) > 1e-3);
  disposeParameters(model.parameters);
});

test("a CNN sees as far as its dilations reach, on both sides where it isn't causal, and no padding", () => {
  const settings = { ...SMALL, length: 12, kernel: 3, dilations: [1, 2] };
  assert.is(receptiveField(settings), 7);
  const model = createCnnModel(cnnShape(20, settings), 1);
  const items = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const at = (place: number) => items.map((item, i) => (i === place ? 20 : item));
  const last = rows(model, [items])[9];
  assert.ok(distance(last, rows(model, [at(3)])[9]) > 1e-5, "six back");
  assert.ok(distance(last, rows(model, [at(2)])[9]) < 1e-6, "seven back");
  disposeParameters(model.parameters);
  const both = createCnnModel(cnnShape(20, { ...settings, causal: false }), 1);
  const [short] = [rows(both, [[1, 2, 3]])];
  const [padded] = [rows(both, [[1, 2, 3], items])];
  for (let place = 0; place < 3; place++) assert.ok(distance(short[place], padded[place]) < 1e-5);
  assert.ok(distance(short[1], rows(both, [[1, 2, 9]])[1]) > 1e-5, "it looks forwards");
  disposeParameters(both.parameters);
});

test("a GRU's input may have an adapter, and a shape that can't be is refused", () => {
  const model = createGruModel(gruShape(20, SMALL), 1);
  addAdapter(model.parameters, "gru.0.input", 2, createRandom(1));
  const before = rows(model, [[1, 2]])[1];
  tf.tidy(() => model.parameters.get("gru.0.input.adapter.up")?.assign(tf.fill([2, 3 * 128], 0.3)));
  assert.ok(distance(before, rows(model, [[1, 2]])[1]) > 1e-3);
  disposeParameters(model.parameters);
  assert.throws(() => createGruModel(gruShape(20, { layers: 0 }), 1), /layers/);
  assert.throws(() => createCnnModel(cnnShape(20, { dilations: [] }), 1), /dilations/);
  assert.throws(() => createMlpModel(mlpShape(20, { dropout: 1 }), 1), /dropout/);
});

test.run();
