import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError } from "../../../lib/errors";
import { type DqnDocument, type DqnMetrics, dqn, loadDqn } from "../../../lib/strategy/agents/dqn";
import { FlashSale } from "../../../lib/strategy/market/flash-sale";
import { evaluate, solve } from "../../../lib/strategy/optimum/dynamic-programming";
import { policyFromAgent } from "../../../lib/strategy/policy";
import { tinySale } from "../sales";
import { chain } from "./chain";

const small = { hidden: [16, 16], batch: 32, warmUp: 200, discount: 0.9, capacity: 2000 };
const ANY = Uint8Array.of(1, 1, 0);

for (const [name, options] of [
  ["with every extension", {}],
  ["as plain double Q-learning", { duelling: false, lookAhead: 1, priority: 0 }],
] as const)
  test(`${name} it finds the values of a chain, which can be written down, and never does what is forbidden`, async () => {
    const environment = chain(3);
    const agent = await dqn(environment, { ...small, ...options, steps: 5000, seed: 1, lastExploration: 0.3 });
    assert.is(environment.forbidden, 0);
    // From cell k, going on: V(2) = 0.9, V(1) = −0.1 + 0.9 V(2), V(0) = −0.1 + 0.9 V(1); staying: −0.1 + 0.9 V(k).
    const worth = [-0.1 + 0.9 * (-0.1 + 0.9 * 0.9), -0.1 + 0.9 * 0.9, 0.9];
    worth.forEach((value, cell) => {
      const q = agent.values([cell / 3]).slice();
      assert.ok(Math.abs(q[1] - value) < 0.05, `Q(${cell}, on) = ${q[1]}, should be ${value}`);
      // Over several steps, staying is followed by exploration too, which makes it look worse.
      if ("lookAhead" in options) assert.ok(Math.abs(q[0] - (-0.1 + 0.9 * value)) < 0.05);
      assert.is(agent.act([cell / 3], ANY), 1);
      assert.is(agent.act([cell / 3], Uint8Array.of(1, 0, 0)), 0);
    });
  });

test("a truncated episode goes on in its value, a terminated one doesn't", async () => {
  // A chain too long to reach the end in 20 steps: staying for ever is worth −0.1 / (1 − γ), not 20 steps of it.
  const agent = await dqn(chain(1000), { ...small, discount: 0.95, steps: 6000, seed: 2, follow: 0.05 });
  const [stay] = agent.values([0]);
  assert.ok(Math.abs(stay + 2) < 0.2, `${stay}`);
});

test("on a tiny sale it reaches 98 % of the optimum's gain over salvage, also where prices may not rise", async () => {
  for (const markdownOnly of [false, true]) {
    const sale = tinySale({ markdownOnly });
    const idle = sale.stock * (sale.salvage - sale.unitCost);
    const agent = await dqn(new FlashSale(sale), {
      ...{
        ...small,
        batch: 64,
        capacity: 20_000,
        steps: 20_000,
        seed: 3,
        discount: 1,
        rewardScale: 0.1,
        lookAhead: 1,
        lastExploration: 0.2,
      },
    });
    const share = (evaluate(sale, policyFromAgent(sale, agent)).value - idle) / (solve(sale).value - idle);
    assert.ok(share > 0.98 && share <= 1, `${share}`);
  }
});

test("one seed, one network; saved and loaded through JSON it acts the same", async () => {
  const learn = (seed: number) => dqn(chain(3), { ...small, steps: 600, seed });
  const one = await learn(4);
  assert.equal((await learn(4)).save(), one.save());
  assert.not.equal((await learn(5)).save(), one.save());
  const loaded = loadDqn(JSON.parse(JSON.stringify(one.save())));
  assert.equal(loaded.values([0.3]), one.values([0.3]));
  assert.is(loaded.act([0.3], ANY), one.act([0.3], ANY));
  const broken = one.save();
  broken.network.parameters.pop();
  assert.throws(() => loadDqn(broken), /saved network/);
  for (const change of [{ kind: "ppo" }, { actions: 4 }, { duelling: "yes" }, { rewardScale: 0 }])
    assert.throws(() => loadDqn({ ...one.save(), ...change } as DqnDocument), /don't fit together/);
});

test("it reports what it does and can be stopped from outside", async () => {
  const controller = new AbortController();
  const seen: DqnMetrics[] = [];
  let stopped: unknown;
  setImmediate(() => setImmediate(() => controller.abort()));
  await dqn(chain(3), {
    ...{ ...small, steps: 50_000, seed: 1, signal: controller.signal },
    onProgress: (_, metrics) => seen.push({ ...metrics }),
  }).catch((error: unknown) => {
    stopped = error;
  });
  assert.ok(stopped instanceof AbortedError);
  assert.ok(seen.length < 100);
  await dqn(chain(3), { ...small, steps: 600, seed: 1, onProgress: (_, metrics) => seen.push({ ...metrics }) });
  const last = seen[seen.length - 1];
  assert.is(last.steps, 600);
  assert.is(last.updates, 101);
  assert.ok(Math.abs(last.exploration - 0.05) < 1e-12 && last.loss > 0 && Number.isFinite(last.meanReturn));
});

test("what can't be is refused", async () => {
  const refuses = async (options: object, message: RegExp) => {
    let caught: unknown;
    await dqn(chain(3), { steps: 10, seed: 1, ...options }).catch((error: unknown) => {
      caught = error;
    });
    assert.match(String(caught), message);
  };
  await refuses({ steps: 0 }, /0 at steps/);
  await refuses({ discount: 1.1 }, /1.1 at discount/);
  await refuses({ capacity: 10 }, /10 at capacity/);
});

test.run();
