import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../lib/random";
import { Replay } from "../../../lib/strategy/agents/replay";

function filled(options: { capacity: number; count: number; batch: number; alpha: number }) {
  const replay = new Replay({ ...options, width: 2, actions: 3 });
  for (let i = 0; i < options.count; i++)
    replay.add({
      ...{ state: Float64Array.of(i, -i), action: i % 3, reward: 10 * i, discount: i / 100 },
      ...{ next: Float64Array.of(i + 0.5, 1), nextMask: Uint8Array.of(1, i % 2, 0) },
    });
  return replay;
}

test("what is drawn is what was added, and only the latest are kept", () => {
  const replay = filled({ capacity: 5, count: 12, batch: 64, alpha: 0.5 });
  assert.is(replay.size, 5);
  const batch = replay.sample(createRandom(1), 1);
  const seen = new Set<number>();
  for (let row = 0; row < 64; row++) {
    const i = batch.states[2 * row];
    seen.add(i);
    assert.is(batch.states[2 * row + 1], -i);
    assert.is(batch.actions[row], i % 3);
    assert.is(batch.rewards[row], 10 * i);
    assert.is(batch.discounts[row], i / 100);
    assert.is(batch.next[2 * row], i + 0.5);
    assert.equal([...batch.nextMasks.subarray(3 * row, 3 * row + 3)], [1, i % 2, 0]);
  }
  assert.equal(
    [...seen].sort((a, b) => a - b),
    [7, 8, 9, 10, 11],
  );
});

for (const alpha of [0, 0.5, 1])
  test(`chances are proportional to priority^${alpha}, and the weights undo them`, () => {
    const replay = filled({ capacity: 6, count: 6, batch: 6, alpha });
    const errors = Float64Array.of(4, -1, 9, 0.25, 2, 16);
    replay.update(Int32Array.of(0, 1, 2, 3, 4, 5), errors);
    const shares = errors.map((error) => (Math.abs(error) + 1e-6) ** alpha);
    const total = shares.reduce((sum, share) => sum + share, 0);
    const random = createRandom(2);
    const draws = 6 * 20_000;
    const counts = new Float64Array(6);
    for (let i = 0; i < draws / 6; i++) {
      const { places, weights } = replay.sample(random, 1);
      const products = weights.map((weight, row) => weight * shares[places[row]]);
      assert.ok(Math.max(...products) / Math.min(...products) < 1 + 1e-9, "weight times chance is constant");
      assert.ok(Math.abs(Math.max(...weights) - 1) < 1e-12);
      for (const place of places) counts[place]++;
    }
    // Stratified draws vary less than binomial ones, so four binomial deviations are plenty.
    shares.forEach((share, place) => {
      const p = share / total;
      assert.ok(Math.abs(counts[place] / draws - p) <= 4 * Math.sqrt((p * (1 - p)) / draws), `place ${place}`);
    });
  });

test("without β the weights are even; new transitions come with the highest priority", () => {
  const replay = filled({ capacity: 8, count: 4, batch: 4, alpha: 1 });
  assert.equal([...replay.sample(createRandom(3), 0).weights], [1, 1, 1, 1]);
  replay.update(Int32Array.of(0, 1, 2, 3), Float64Array.of(0, 0, 0, 1000));
  replay.add({
    ...{ state: Float64Array.of(9, 9), action: 0, reward: 0, discount: 0 },
    ...{ next: Float64Array.of(0, 0), nextMask: Uint8Array.of(1, 1, 1) },
  });
  const places = new Set<number>();
  const random = createRandom(4);
  for (let i = 0; i < 20; i++) for (const place of replay.sample(random, 1).places) places.add(place);
  assert.equal([...places].sort(), [3, 4]);
});

test.run();
