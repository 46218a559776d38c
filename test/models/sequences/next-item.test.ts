import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { disposeParameters } from "../../../lib/models/parameters";
import { crop, mask } from "../../../lib/models/sequences/augment";
import { nextItemTask } from "../../../lib/models/sequences/next-item";
import { behaviourShape, createBehaviour } from "../../../lib/models/transformer/behaviour";

test.before(async () => {
  await ready();
});

/** Three users' items; the last has too few to learn from. */
const SEQUENCES = { offsets: Int32Array.of(0, 5, 9, 10), fields: [Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)] };
const SHAPE = behaviourShape(10, { width: 8, length: 4, dropout: 0 });

test("after each event the next one's item is the target, without what is held out", () => {
  const model = createBehaviour(SHAPE, 1);
  const task = nextItemTask(model, SEQUENCES, { seed: 1, batch: 8, heldOut: 1 });
  const [batch, ...others] = [...task.batches(0)];
  assert.is(others.length, 0);
  assert.is(task.batchCount, 1);
  const pairs = Array.from(batch.rows, (row, at) => [batch.fields[0][row], batch.targets[at]]);
  assert.equal(
    pairs.sort(([a], [b]) => a - b),
    [1, 2, 3, 6, 7].map((item) => [item, item + 1]),
  );
  disposeParameters(model.parameters);
});

test("what an augmentation hides is shown as the mask and is no target", () => {
  const model = createBehaviour(SHAPE, 1);
  const task = nextItemTask(model, SEQUENCES, { seed: 1, batch: 8, augment: mask(0.4, [11]) });
  let hidden = 0;
  for (let epoch = 0; epoch < 10; epoch++)
    for (const batch of task.batches(epoch)) {
      hidden += batch.fields[0].filter((item) => item === 11).length;
      assert.ok(batch.targets.every((item) => item >= 1 && item <= 10));
      for (const [at, row] of batch.rows.entries()) {
        const shown = batch.fields[0][row];
        assert.ok(shown === 11 || batch.targets[at] === shown + 1);
      }
    }
  assert.ok(hidden > 5);
  disposeParameters(model.parameters);
});

test("an epoch is drawn by its number and the seed, and an augmentation that leaves nothing leaves the batch as it was", () => {
  const model = createBehaviour(SHAPE, 1);
  const epochs = (seed: number) => {
    const task = nextItemTask(model, SEQUENCES, { seed, batch: 1, negatives: 3, augment: crop(0.7) });
    return [0, 1, 0].map((epoch) =>
      JSON.stringify([...task.batches(epoch)].map((b) => [...b.targets, ...(b.candidates?.items ?? [])])),
    );
  };
  const [first, second, again] = epochs(1);
  assert.is(first, again);
  assert.is.not(first, second);
  assert.is.not(first, epochs(2)[0]);
  const nothing = nextItemTask(model, SEQUENCES, { seed: 1, augment: crop(0.01) });
  for (const batch of nothing.batches(0)) assert.is(batch.targets.length, 7);
  disposeParameters(model.parameters);
});

test("a softmax over some of the items has the loss of the full one when all are drawn", () => {
  const model = createBehaviour(SHAPE, 1);
  const losses = [undefined, 100].map((negatives) => {
    const task = nextItemTask(model, SEQUENCES, { seed: 1, negatives });
    const [batch] = [...task.batches(0)];
    const noise = { next: (): [number, number] => [1, 1] };
    return tf.tidy(() => task.loss(batch, noise).dataSync()[0]);
  });
  // The full one counts padding and mask, which are of the size of all others at first: log 12 / 10.
  assert.ok(Math.abs(losses[0] - losses[1] - Math.log(12 / 10)) < 0.02, losses.join(" against "));
  disposeParameters(model.parameters);
});

test("users of one event alone are said to be too few", () => {
  const model = createBehaviour(SHAPE, 1);
  assert.throws(() => nextItemTask(model, SEQUENCES, { seed: 1, users: Int32Array.of(2) }), /two events/);
  disposeParameters(model.parameters);
});

test.run();
