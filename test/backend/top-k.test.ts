import { test } from "uvu";
import * as assert from "uvu/assert";
import { availableBackends, ready, tf, topK, withBackend } from "../../lib/backend/index";
import { createRandom } from "../../lib/random";

test.before(async () => {
  await ready();
});

/** Whole numbers, so few that many are equal. */
function draw(rows: number, columns: number, levels: number): Float32Array {
  const random = createRandom(`${rows} ${columns} ${levels}`);
  return Float32Array.from({ length: rows * columns }, () => random.integer(levels) - levels / 2);
}

test("finds what sorting finds on every backend, equals by column, and leaves no tensor behind", async () => {
  for (const { name, available } of await availableBackends()) {
    if (!available) continue;
    await withBackend(name, async () => {
      for (const [rows, columns, k, stored, levels] of [
        [400, 1500, 10, 1500, 3], // as many columns as groups hold, and 28 more
        [400, 1500, 10, 1504, 100_000], // filled up, with what would win
        [400, 1500, 1, 1503, 3],
        [2, 1500, 3, 1503, 3], // too few rows for groups to pay
        [2, 1500, 400, 1500, 3], // too many are asked for
        [2, 20, 20, 25, 100_000],
        [1, 1, 1, 1, 3],
      ]) {
        const values = draw(rows, stored, levels);
        for (let row = 0; row < rows; row++) values.fill(levels, row * stored + columns, (row + 1) * stored);
        const x = tf.tensor2d(values, [rows, stored]);
        const before = tf.memory().numTensors;
        const found = topK(x, k, columns);
        const [indices, best] = [await found.indices.data(), await found.values.data()];
        assert.equal(
          [found.indices.shape, found.values.shape],
          [
            [rows, k],
            [rows, k],
          ],
        );
        tf.dispose([found.indices, found.values]);
        assert.is(tf.memory().numTensors, before);
        for (let row = 0; row < rows; row += 23) {
          const own = values.subarray(row * stored, row * stored + columns);
          const order = Array.from(own.keys()).sort((a, b) => own[b] - own[a] || a - b);
          const what = `${name}, ${columns} of ${stored} columns, k ${k}, ${levels} levels`;
          assert.equal(Array.from(indices.subarray(row * k, (row + 1) * k)), order.slice(0, k), what);
          assert.equal(
            Array.from(best.subarray(row * k, (row + 1) * k)),
            order.slice(0, k).map((at) => own[at]),
            what,
          );
        }
        x.dispose();
      }
    });
  }
});

test.run();
