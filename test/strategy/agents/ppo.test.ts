import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError } from "../../../lib/errors";
import { loadPpo, type PpoDocument, type PpoMetrics, ppo } from "../../../lib/strategy/agents/ppo";
import { CartPole } from "../../../lib/strategy/control/cart-pole";
import { FlashSale } from "../../../lib/strategy/market/flash-sale";
import { evaluate, solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { policyFromAgent } from "../../../lib/strategy/policy";
import { tinySale } from "../sales";
import { chain } from "./chain";

const small = { hidden: [16, 16], environments: 4, horizon: 64, batch: 64, learningRate: 3e-3, discount: 0.9 };
const ANY = Uint8Array.of(1, 1, 0);

test("on a chain it learns to go on, values states as can be written down, and never does what is forbidden", async () => {
  const environments: ReturnType<typeof chain>[] = [];
  const agent = await ppo(
    () => {
      environments.push(chain(3));
      return environments[environments.length - 1];
    },
    { ...small, steps: 12_000, seed: 1 },
  );
  assert.is(environments.length, 4);
  assert.ok(environments.every(({ forbidden }) => forbidden === 0));
  const worth = [-0.1 + 0.9 * (-0.1 + 0.9 * 0.9), -0.1 + 0.9 * 0.9, 0.9];
  worth.forEach((value, cell) => {
    const chances = agent.chances([cell / 3], ANY);
    assert.is(chances[2], 0);
    assert.ok(chances[1] > 0.95, `${chances}`);
    assert.is(agent.act([cell / 3], ANY), 1);
    assert.is(agent.act([cell / 3], Uint8Array.of(1, 0, 0)), 0);
    assert.ok(Math.abs(agent.value([cell / 3]) - value) < 0.05, `V(${cell}) = ${agent.value([cell / 3])}, ${value}`);
  });
});

test("a truncated episode goes on in its value", async () => {
  // Nothing but −0.1 for ever: −0.1 / (1 − γ), however soon the episodes are cut off.
  const agent = await ppo(() => chain(1000), { ...small, discount: 0.8, steps: 15_000, seed: 2 });
  assert.ok(Math.abs(agent.value([0]) + 0.5) < 0.05, `${agent.value([0])}`);
});

test("on a tiny sale it reaches 98 % of the optimum's gain over salvage, also where prices may not rise", async () => {
  for (const markdownOnly of [false, true]) {
    const sale = tinySale({ markdownOnly });
    const idle = sale.stock * (sale.salvage - sale.unitCost);
    const agent = await ppo(() => new FlashSale(sale), {
      ...{ ...small, steps: 20_000, seed: 3, discount: 1, rewardScale: 0.1 },
    });
    const share = (evaluate(sale, policyFromAgent(sale, agent)).value - idle) / (solve(sale).value - idle);
    assert.ok(share > 0.98 && share <= 1, `${share}`);
  }
});

test("the entropy's weight keeps the policy undecided", async () => {
  const run = async (entropy: number) =>
    (await ppo(() => chain(3), { ...small, entropy, steps: 5000, seed: 1 })).chances;
  const decided = (await run(0))([0], ANY)[1];
  const undecided = (await run(10))([0], ANY)[1];
  assert.ok(decided > 0.9 && Math.abs(undecided - 0.5) < 0.1, `${decided}, ${undecided}`);
});

test("one seed, one policy; saved and loaded through JSON it acts the same", async () => {
  const learn = (seed: number) => ppo(() => new CartPole(), { ...small, steps: 512, seed });
  const one = await learn(4);
  assert.equal((await learn(4)).save(), one.save());
  assert.not.equal((await learn(5)).save(), one.save());
  const loaded = loadPpo(JSON.parse(JSON.stringify(one.save())));
  const mask = Uint8Array.of(1, 1);
  assert.equal(loaded.chances([0.1, 0.2, 0.03, -0.4], mask), one.chances([0.1, 0.2, 0.03, -0.4], mask));
  assert.is(loaded.value([0.1, 0.2, 0.03, -0.4]), one.value([0.1, 0.2, 0.03, -0.4]));
  const broken = one.save();
  broken.value.parameters.pop();
  assert.throws(() => loadPpo(broken), /saved network/);
  for (const change of [{ kind: "dqn" }, { rewardScale: -1 }, { value: one.save().policy }])
    assert.throws(() => loadPpo({ ...one.save(), ...change } as PpoDocument), /don't fit together/);
});

test("it reports what it does and can be stopped from outside", async () => {
  const controller = new AbortController();
  const seen: PpoMetrics[] = [];
  let stopped: unknown;
  await ppo(() => chain(3), {
    ...{ ...small, steps: 50_000, seed: 1, signal: controller.signal },
    onProgress(done, metrics) {
      seen.push({ ...metrics });
      if (done > 0.02) controller.abort();
    },
  }).catch((error: unknown) => {
    stopped = error;
  });
  assert.ok(stopped instanceof AbortedError);
  assert.ok(seen.length < 20);
  const [first] = seen;
  assert.is(first.steps, 256);
  assert.is(first.updates, 16);
  // The first policy is nearly even between two allowed actions.
  assert.ok(Math.abs(first.entropy - Math.log(2)) < 0.05, `${first.entropy}`);
  assert.ok(first.divergence >= 0 && first.clipped >= 0 && first.clipped <= 1 && first.valueLoss > 0);
});

test("what can't be is refused", async () => {
  let caught: unknown;
  await ppo(() => chain(3), { steps: 10, seed: 1, lambda: 2 }).catch((error: unknown) => {
    caught = error;
  });
  assert.match(String(caught), /2 at lambda/);
});

test.run();
