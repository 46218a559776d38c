import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../lib/random";
import { type LoggedSteps, mergeSteps } from "../../../lib/strategy/logs/index";

/** A log of few distinct states, some of them told apart by the last bit, by the mask or not at all (0 and −0). */
function logOf(steps: number, seed: number): LoggedSteps {
  const random = createRandom(seed);
  const states = [
    { observation: [0, 1], mask: [1, 1, 0] },
    { observation: [-0, 1], mask: [1, 1, 0] },
    { observation: [0, 1 + Number.EPSILON], mask: [1, 1, 0] },
    { observation: [0, 1], mask: [1, 1, 1] },
    { observation: [1, 0], mask: [1, 1, 1] },
  ];
  const draw = () => Array.from({ length: steps }, () => states[random.integer(states.length)]);
  const [before, after] = [draw(), draw()];
  const episodes = Int32Array.from({ length: steps }, (_, step) => Math.floor(step / 5));
  return {
    ...{ steps, actions: 3, episodes },
    observationSpace: { kind: "box", names: ["one", "other"], low: Float64Array.of(0, 0), high: Float64Array.of(2, 2) },
    observations: Float64Array.from(before.flatMap(({ observation }) => observation)),
    masks: Uint8Array.from(before.flatMap(({ mask }) => mask)),
    next: Float64Array.from(after.flatMap(({ observation }) => observation)),
    nextMasks: Uint8Array.from(after.flatMap(({ mask }) => mask)),
    taken: Int32Array.from({ length: steps }, () => random.integer(2)),
    propensities: Float64Array.from({ length: steps }, () => 0.25 + 0.5 * random.uniform()),
    rewards: Float64Array.from({ length: steps }, () => random.uniform()),
    costs: Float64Array.from({ length: steps }, () => random.uniform()),
    terminated: Uint8Array.from({ length: steps }, (_, step) => Number(step % 5 === 4)),
  };
}

const rowOf = (numbers: Float64Array, masks: Uint8Array, at: number) =>
  JSON.stringify([
    ...Array.from(numbers.subarray(2 * at, 2 * at + 2), (x) => x + 0),
    ...masks.subarray(3 * at, 3 * at + 3),
  ]);

test("states, pairs and means are those of grouping by text", () => {
  const log = logOf(500, 1);
  const merged = mergeSteps(log);
  assert.is(merged.states, 4, "0 and −0 are one state; a last bit or a mask makes another");
  assert.is(merged.nextStates, 4);
  assert.is(merged.starts[merged.states], merged.pairs);

  const pairOf = (step: number) => `${rowOf(log.observations, log.masks, step)} ${log.taken[step]}`;
  const all = Array.from({ length: log.steps }, (_, step) => step);
  const seen = new Set<string>();
  for (let state = 0; state < merged.states; state++) {
    const row = rowOf(merged.observations, merged.masks, state);
    assert.is(merged.counts[state], all.filter((step) => rowOf(log.observations, log.masks, step) === row).length);
    for (let pair = merged.starts[state]; pair < merged.starts[state + 1]; pair++) {
      const name = `${row} ${merged.taken[pair]}`;
      seen.add(name);
      const own = all.filter((step) => pairOf(step) === name);
      const mean = (value: (step: number) => number) => own.reduce((sum, step) => sum + value(step), 0) / own.length;
      const near = (found: number, expected: number) => assert.ok(Math.abs(found - expected) < 1e-12);
      assert.is(merged.pairCounts[pair], own.length);
      near(
        merged.rewards[pair],
        mean((step) => log.rewards[step]),
      );
      near(
        merged.costs[pair],
        mean((step) => log.costs[step]),
      );
      near(
        merged.inverses[pair],
        mean((step) => 1 / log.propensities[step]),
      );
      let led = 0;
      for (let at = merged.nextStarts[pair]; at < merged.nextStarts[pair + 1]; at++) {
        const next = rowOf(merged.nextObservations, merged.nextMasks, merged.nextOf[at]);
        near(
          merged.nextShares[at],
          mean((step) => Number(!log.terminated[step] && rowOf(log.next, log.nextMasks, step) === next)),
        );
        led += merged.nextShares[at];
      }
      near(led, 1 - mean((step) => log.terminated[step]));
    }
  }
  assert.equal(seen, new Set(all.map(pairOf)));
});

test.run();
