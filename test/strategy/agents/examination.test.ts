import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../lib/random";
import { dqn } from "../../../lib/strategy/agents/dqn";
import { Examiner } from "../../../lib/strategy/agents/examination";
import { Network } from "../../../lib/strategy/agents/network/network";
import { ppo } from "../../../lib/strategy/agents/ppo";
import { chain } from "./chain";

test("the parameters of the best score are kept, the earliest of equal ones, and the due steps are met", async () => {
  const network = new Network({ sizes: [1, 1], activation: "relu", random: createRandom(1) });
  const scores = [1, 5, 3, 5];
  const seen: number[] = [];
  const examiner = new Examiner({ every: 10, score: () => scores[seen.length - 1], enough: 6 }, [network]);
  for (let steps = 1; steps <= 37; steps++) {
    network.parameters[0] = steps;
    if (steps % 10 === 0 || steps === 37) seen.push(steps);
    assert.is(await examiner.visit(null, steps, steps === 37), false);
  }
  assert.is(examiner.score, 5);
  examiner.restore();
  assert.is(network.parameters[0], 20);
});

test("without an examination nothing changes", async () => {
  const network = new Network({ sizes: [1, 1], activation: "relu", random: createRandom(1) });
  const before = network.parameters.slice();
  const examiner = new Examiner(undefined, [network]);
  assert.is(await examiner.visit(null, 1, true), false);
  examiner.restore();
  assert.equal(network.parameters, before);
});

const small = { hidden: [8], discount: 0.9, seed: 1 };
/** An agent's document at each examination, scored as `scores` say. */
function watch<Agent extends { save(): object }>(scores: number[]) {
  const documents: object[] = [];
  const score = (agent: Agent) => {
    documents.push(agent.save());
    return scores[documents.length - 1] ?? -1;
  };
  return { documents, score };
}

test("DQN and PPO return what they knew at their best, and stop when that is enough", async () => {
  for (const learn of [
    async (examine: { every: number; score(agent: { save(): object }): number; enough?: number }) =>
      dqn(chain(3), { ...small, steps: 600, warmUp: 100, batch: 16, capacity: 500, examine }),
    async (examine: { every: number; score(agent: { save(): object }): number; enough?: number }) =>
      ppo(() => chain(3), { ...small, steps: 600, environments: 2, horizon: 50, batch: 50, examine }),
  ]) {
    const best = watch([1, 3, 2]);
    assert.equal((await learn({ every: 200, score: best.score })).save(), best.documents[1]);
    assert.is(best.documents.length, 3);
    assert.not.equal(best.documents[1], best.documents[2]);
    const stopped = watch([1, 3, 2]);
    await learn({ every: 200, score: stopped.score, enough: 2.5 });
    assert.is(stopped.documents.length, 2);
  }
});

test.run();
