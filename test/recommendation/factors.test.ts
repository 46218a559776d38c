import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../lib/backend/index";
import { DataError, InputError } from "../../lib/errors";
import { writeSafetensors } from "../../lib/models/safetensors";
import { createRandom } from "../../lib/random";
import { type Factors, factorRecommender, loadFactors, saveFactors } from "../../lib/recommendation/factors";
import { errorOf } from "../error-of";

function someFactors(userCount: number, itemCount: number, rank: number): Factors {
  const random = createRandom("factors");
  const draw = (rows: number) => Float32Array.from({ length: rows * rank }, () => random.normal());
  return { rank, userCount, itemCount, users: draw(userCount), items: draw(itemCount) };
}

test("scores in blocks are those one by one, and leave no tensor behind", async () => {
  await ready();
  const before = tf.memory().numTensors;
  const factors = someFactors(7, 11, 5);
  const recommender = factorRecommender(factors, "some");
  const users = Int32Array.of(3, 0, 3, 6);
  const together = recommender.scoreMany?.(users) ?? new Float32Array();
  const alone = new Float64Array(11);
  users.forEach((user, row) => {
    recommender.score(user, alone);
    // Five products of numbers of the order of 1, in single precision.
    alone.forEach((score, item) => {
      assert.ok(Math.abs(together[row * 11 + item] - score) < 1e-5);
    });
  });
  assert.is(tf.memory().numTensors, before);
});

test("a saved model is loaded bit for bit, with its metadata", async () => {
  const folder = await mkdtemp(join(tmpdir(), "factors-"));
  try {
    const factors = someFactors(4, 3, 2);
    const path = join(folder, "model.safetensors");
    await saveFactors(path, factors, { method: "ALS" });
    assert.equal(await loadFactors(path), { factors, metadata: { method: "ALS" } });

    await writeSafetensors(path, new Map([["users", { shape: [2, 2], values: new Float32Array(4) }]]));
    const error = await errorOf(loadFactors(path));
    assert.instance(error, DataError);
    assert.match(error.message, path);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("factors of another shape, with a number that isn't one, and users that don't exist are refused", () => {
  const factors = someFactors(4, 3, 2);
  const refused = (work: () => unknown, place: RegExp) =>
    assert.throws(work, (error: unknown) => error instanceof InputError && place.test(error.message));
  refused(() => factorRecommender({ ...factors, userCount: 5 }), /users/);
  refused(() => factorRecommender({ ...factors, items: new Float32Array(6).fill(Number.NaN) }), /items, row 0/);
  refused(() => factorRecommender(factors).score(4, new Float64Array(3)), /user/);
  refused(() => factorRecommender(factors).scoreMany?.(Int32Array.of(0, -1)), /users\[1\]/);
});

test.run();
