import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../lib/random";
import { evolve } from "../../../lib/strategy/agents/evolution";

const square = (scale: (j: number) => number) => (x: Float64Array) =>
  -x.reduce((sum, value, j) => sum + scale(j) * (value - j) ** 2, 0);

test("it finds the top of a bowl, round or a million times longer in one direction than another", () => {
  for (const [generations, scale] of [
    [150, () => 1],
    [500, (j: number) => 1000 ** (j / 2)],
  ] as const) {
    const found = evolve((all) => all.map(square(scale)), {
      ...{ start: new Float64Array(5), spread: 0.5, generations, random: createRandom(1) },
    });
    found.forEach((value, j) => {
      assert.ok(Math.abs(value - j) < 1e-6, `${found}`);
    });
  }
});

test("only the order of the scores counts", () => {
  const run = (bend: (score: number) => number) =>
    evolve((all) => all.map((x) => bend(square(() => 1)(x))), {
      ...{ start: [3, 3, 3], spread: 1, generations: 20, random: createRandom(2) },
    });
  assert.equal(
    run((score) => score),
    run((score) => Math.atan(score) * 1e6),
  );
});

test("noise that all candidates of a generation share doesn't matter; noise of their own is averaged out", () => {
  const noise = createRandom("noise");
  const run = (noisy: () => number, shared: number[]) =>
    evolve((all, generation) => all.map((x) => square(() => 1)(x) + noisy() + shared[generation]), {
      ...{ start: [2, -2], spread: 0.5, generations: 60, random: createRandom(3) },
    });
  const calm = run(() => 0, new Array(60).fill(0));
  const tossed = run(
    () => 0,
    Array.from({ length: 60 }, () => Math.round(1000 * noise.normal())),
  );
  calm.forEach((value, j) => {
    assert.ok(Math.abs(value - tossed[j]) < 1e-3);
  });
  const rough = run(() => 0.3 * noise.normal(), new Array(60).fill(0));
  assert.ok(Math.hypot(rough[0], rough[1] - 1) < 0.5, `${rough}`);
});

test("nothing learned without generations; wrong scores and a stop are refused", () => {
  const options = { start: [1, 2], spread: 1, generations: 3, random: createRandom(4) };
  assert.equal(Array.from(evolve(() => [], { ...options, generations: 0 })), [1, 2]);
  assert.throws(() => evolve(() => [1], options), /candidates need as many scores/);
  assert.throws(() => evolve((all) => all.map(() => Number.NaN), options), /score/);
  assert.throws(() => evolve((all) => all.map(() => 0), { ...options, signal: AbortSignal.abort() }), /was stopped/);
  const seen: number[] = [];
  evolve((all) => all.map(square(() => 1)), { ...options, onProgress: (done) => seen.push(done) });
  assert.equal(seen, [1 / 3, 2 / 3, 1]);
});

test.run();
