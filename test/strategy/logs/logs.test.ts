import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openEngine } from "../../../lib/engine/index";
import { AbortedError, DataError } from "../../../lib/errors";
import { ruleOfThumb } from "../../../lib/strategy/agents/rule-of-thumb";
import { CartPole } from "../../../lib/strategy/control/cart-pole";
import {
  checkLog,
  collectSteps,
  deterministic,
  episodeReturns,
  episodeStarts,
  exploring,
  type LoggedSteps,
  loadSteps,
  saleActor,
  saveSteps,
  splitEpisodes,
} from "../../../lib/strategy/logs/index";
import { FlashSale, type FlashSaleInfo } from "../../../lib/strategy/market/flash-sale";
import { evaluate } from "../../../lib/strategy/optimum/dynamic-programming";
import { forecast } from "../../../lib/strategy/optimum/forecast";
import { exampleSale } from "../sales";

const sale = exampleSale({ markdownOnly: true });
const rule = ruleOfThumb(sale, { start: 1 });
const given = ({ sales }: FlashSaleInfo, level: number) => sales * (sale.listPrice - sale.prices[level]);

function logOf(epsilon: number, steps: number, seed = 1): LoggedSteps {
  return collectSteps(new FlashSale(sale), exploring(saleActor(sale, rule), epsilon), { steps, seed, cost: given });
}

test("without exploration the log's mean return and cost are the rule's exact ones", () => {
  const log = checkLog(logOf(0, 60_000));
  assert.ok(log.propensities.every((propensity) => propensity === 1));
  const { revenue, units } = forecast(sale, rule);
  for (const [of, expected] of [
    ["rewards", evaluate(sale, rule).value],
    ["costs", units * sale.listPrice - revenue],
  ] as const) {
    const returns = episodeReturns(log, of);
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1);
    const errors = Math.abs(mean - expected) / Math.sqrt(variance / returns.length);
    assert.ok(errors < 4, `${of}: ${mean}, exactly ${expected}, ${errors} standard errors`);
  }
});

test("propensities are the frequencies of the actions, and the rules are kept", () => {
  const log = checkLog(logOf(0.3, 40_000));
  // Of each action's logged chance given the mask: Σ 1 / p over the steps that took one sums to the steps where it could be.
  for (let action = 0; action < sale.levels; action++) {
    let could = 0;
    let weighted = 0;
    let spread = 0;
    for (let step = 0; step < log.steps; step++) {
      could += log.masks[step * log.actions + action];
      if (log.taken[step] !== action) continue;
      weighted += 1 / log.propensities[step];
      spread += 1 / log.propensities[step] ** 2;
    }
    assert.ok(Math.abs(weighted - could) < 4 * Math.sqrt(spread), `action ${action}: ${weighted}, could ${could}`);
  }
});

test("steps of an episode follow each other, and the log stops at the steps asked for", () => {
  const log = logOf(0.1, 1000);
  const starts = episodeStarts(log);
  assert.is(log.steps, 1000);
  assert.is(starts[starts.length - 1], 1000);
  for (let step = 1; step < log.steps; step++) {
    if (log.episodes[step] !== log.episodes[step - 1]) {
      assert.is(log.terminated[step - 1], 1);
      assert.equal([...log.observations.subarray(step * 3, step * 3 + 3)], [0, sale.stock, 0]);
    } else assert.equal(log.observations.subarray(step * 3, step * 3 + 3), log.next.subarray(step * 3 - 3, step * 3));
  }
  assert.equal(logOf(0.1, 1000), log);
  assert.not.equal(logOf(0.1, 1000, 2).taken, log.taken);
});

test("a split keeps whole episodes, each on one side", () => {
  const log = logOf(0.1, 5000);
  const [first, second] = splitEpisodes(log, 0.3, 1);
  assert.is(first.steps + second.steps, log.steps);
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum(first.rewards) + sum(second.rewards) - sum(log.rewards)) < 1e-6);
  checkLog(first);
  for (const part of [first, second])
    assert.ok(Array.from(episodeStarts(part).subarray(0, -1)).every((start) => part.observations[3 * start] === 0));
  assert.is(splitEpisodes(log, 0, 1)[0].steps, 0);
});

test("a Parquet file gives back the same log, of a sale and of a cart, and other files are refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "flashlab-logs-"));
  try {
    const cart = collectSteps(new CartPole(), deterministic({ act: (observation) => (observation[0] > 0 ? 0 : 1) }), {
      steps: 300,
      seed: 1,
    });
    for (const log of [logOf(0.1, 3000), cart]) {
      const file = join(folder, "log's.parquet");
      await saveSteps(log, file);
      assert.equal(await loadSteps(file), log);
      assert.equal(readdirSync(folder), ["log's.parquet"]);
    }
    const other = join(folder, "other.parquet");
    const engine = await openEngine();
    await engine.run(`COPY (SELECT 1 AS a) TO '${other}' (FORMAT parquet)`);
    await engine.close();
    let caught: unknown;
    await loadSteps(other).catch((error: unknown) => {
      caught = error;
    });
    assert.ok(caught instanceof DataError);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what can't be is refused", () => {
  const log = logOf(0.1, 100);
  assert.throws(() => checkLog({ ...log, propensities: new Float64Array(100) }), /0 at propensities\[0\]/);
  assert.throws(() => checkLog({ ...log, rewards: log.rewards.subarray(1) }), /99 at rewards/);
  assert.throws(() => checkLog({ ...log, masks: new Uint8Array(800) }), /not allowed/);
  assert.throws(() => exploring(saleActor(sale, rule), 1.5), /1.5 at epsilon/);
  const halfHearted = {
    probabilities: (_: ArrayLike<number>, __: Uint8Array, into: Float64Array) => void into.fill(0),
  };
  assert.throws(() => collectSteps(new FlashSale(sale), halfHearted, { steps: 5, seed: 1 }), /sum to 1/);
  const controller = new AbortController();
  controller.abort();
  assert.throws(
    () =>
      collectSteps(new FlashSale(sale), deterministic(saleActor(sale, rule)), {
        steps: 5,
        seed: 1,
        signal: controller.signal,
      }),
    (error: unknown) => error instanceof AbortedError,
  );
});

test.run();
