import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../lib/backend/index";
import { openIfReachable, type Sequences, sequences } from "../../lib/datasets/index";
import { BeautyStudy, METHODS } from "./beauty-study";

/** The `most` commonest items alone, renumbered by how common they are, and users who have at least four of them. */
function amongCommon({ offsets, items, itemCount, attributes }: Sequences, most: number): Sequences {
  const counts = new Int32Array(itemCount + 1);
  for (const item of items) counts[item]++;
  const order = Array.from({ length: itemCount }, (_, at) => at + 1).sort((a, b) => counts[b] - counts[a] || a - b);
  const common = order.slice(0, most);
  const place = new Map(common.map((item, at) => [item, at + 1]));
  const kept: number[][] = [];
  for (let user = 0; user + 1 < offsets.length; user++) {
    const own = Array.from(items.subarray(offsets[user], offsets[user + 1]), (item) => place.get(item) ?? 0);
    const left = own.filter((item) => item > 0);
    if (left.length >= 4) kept.push(left);
  }
  const known = common.map((item) =>
    attributes.indices.subarray(attributes.offsets[item], attributes.offsets[item + 1]),
  );
  const starts = (rows: ArrayLike<number>[]) => {
    let at = 0;
    return Int32Array.from([0, ...rows.map((row) => (at += row.length))]);
  };
  const flat = Int32Array.from(kept.flat());
  return {
    offsets: starts(kept),
    items: flat,
    times: Float64Array.from(flat.keys()),
    timesAreSteps: true,
    itemCount: most,
    attributes: {
      offsets: starts([[], ...known]),
      indices: Int32Array.from(known.flatMap((row) => [...row])),
      attributeCount: attributes.attributeCount,
    },
  };
}

test("on Beauty's common items every model beats popularity, and a study that is run again finds what it found", async () => {
  await ready();
  const beauty = await openIfReachable("amazon-beauty", (why) => console.log(`skipped: ${why}`));
  if (!beauty) return;
  const all = await sequences(beauty);
  const events = amongCommon(all, 100);
  await beauty.close();
  const folder = await mkdtemp(join(tmpdir(), "beauty-"));
  const training = { epochs: 6, rate: 5e-3, clip: 5 };
  const settings = {
    transformer: { width: 32, blocks: 1, dropout: 0.2, length: 12 },
    gru: { width: 32, hidden: 32, dropout: 0.2, length: 12 },
    batch: 64,
    training: { ...training, validateEvery: 3 },
    pretraining: { batch: 50, training: { epochs: 10, rate: 1e-2 } },
    judged: 4,
  };
  const whole = new BeautyStudy(all, settings, folder, () => {}).popular("all");
  assert.equal(
    [whole.hitRate.toFixed(4), whole.ndcg.toFixed(4)],
    ["0.0152", "0.0068"],
    "as published by S3-Rec's authors",
  );
  const tensors = tf.memory().numTensors;
  let epochs = 0;
  const study = new BeautyStudy(events, settings, folder, () => epochs++);
  const popular = study.popular("known");
  for (const method of METHODS) {
    const found = await study.run(method, 1);
    assert.ok(found.ndcg > 1.5 * popular.ndcg, `${method}: ${found.ndcg} against popularity's ${popular.ndcg}`);
    const trained = epochs;
    assert.equal(await study.run(method, 1), found);
    assert.is(epochs, trained, "nothing is trained again");
  }
  assert.is(tf.memory().numTensors, tensors, "no tensor is left behind");
  await rm(folder, { recursive: true });
});

test.run();
