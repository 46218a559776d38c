import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  budget,
  halvingRungs,
  hyperband,
  hyperbandBrackets,
  integers,
  logUniform,
  randomSearch,
  type SearchProgress,
  successiveHalving,
  uniform,
} from "../../../lib/models/search/index";
import { createRandom } from "../../../lib/random";
import { errorOf } from "../../error-of";
import oracle from "./oracles/halving.json";

/** Branin's function over its usual square: three minima of 0.397887. */
function branin(x: number, y: number): number {
  const a = y - (5.1 * x * x) / (4 * Math.PI ** 2) + (5 * x) / Math.PI - 6;
  return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}

const SPACE = { x: uniform(-5, 10), y: uniform(0, 15) };

/** What a trial at a place has reached after so many epochs: early on a part of it is luck, which fades. */
function reached({ x, y }: { x: number; y: number }, epochs: number): number {
  const luck = createRandom(`${x} ${y}`).fork(epochs).normal();
  return -(branin(x, y) + (20 + 8 * luck) / epochs);
}

test("rungs and budgets are Jamieson and Talwalkar's, brackets those of Hyperband's table", () => {
  assert.equal(
    halvingRungs({ trials: 81, most: 81 }).map(({ trials, resource }) => [trials, resource]),
    [
      [81, 1],
      [27, 3],
      [9, 9],
      [3, 27],
      [1, 81],
    ],
  );
  assert.is(budget(halvingRungs({ trials: 81, most: 81 })), 81 + 27 * 2 + 9 * 6 + 3 * 18 + 54);
  // Li et al. 2018, table 1 (R = 81, η = 3), by the algorithm's own formula.
  assert.equal(
    hyperbandBrackets({ most: 81 }).map((bracket) =>
      halvingRungs(bracket).map(({ trials, resource }) => [trials, resource]),
    ),
    [
      [
        [81, 1],
        [27, 3],
        [9, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [34, 3],
        [11, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [15, 9],
        [5, 27],
        [1, 81],
      ],
      [
        [8, 27],
        [2, 81],
      ],
      [[5, 81]],
    ],
  );
  assert.equal(halvingRungs({ trials: 4, most: 10, least: 4, factor: 2 }), [
    { trials: 4, resource: 5 },
    { trials: 2, resource: 10 },
  ]);
  assert.equal(halvingRungs({ trials: 1, most: 100 }), [{ trials: 1, resource: 100 }]);
  assert.throws(() => halvingRungs({ trials: 9, most: 3, least: 4 }), /at most the most/);
  assert.throws(() => halvingRungs({ trials: 9, most: 3, factor: 1 }), /factor is above 1/);
});

test("the same trials survive each rung as in scikit-learn's HalvingRandomSearchCV, and the same wins", async () => {
  const seen: { resource: number; candidates: number[] }[] = [];
  const found = await successiveHalving({
    space: { any: integers(0, 1) },
    seed: 1,
    trials: 81,
    most: 81,
    evaluate({ number, rung, to }) {
      seen[rung] ??= { resource: to, candidates: [] };
      seen[rung].candidates.push(number);
      return -(oracle.level[number] + oracle.gap[number] * to ** -oracle.speed[number]);
    },
  });
  assert.equal(seen, oracle.rungs);
  assert.is(found.best.trial, oracle.best);
  assert.ok(Math.abs(found.best.score - oracle.bestScore) < 1e-12);
  assert.is(found.scores.numRows(), 121);
});

test("on Branin's function it finds nearly what random search finds, for a twentieth of its cost", async () => {
  const optimum = -0.39788735772973816;
  let [halved, full, cheap, same] = [0, 0, 0, 0];
  const searches = 20;
  const trials = 243;
  for (let seed = 0; seed < searches; seed++) {
    const evaluate = ({ settings, to }: { settings: { x: number; y: number }; to: number }) => reached(settings, to);
    const common = { space: SPACE, seed, evaluate };
    const quick = await successiveHalving({ ...common, trials, most: 81 });
    const whole = await randomSearch({ ...common, trials, resource: 81 });
    // What random search finds with the same budget: a few of the same trials.
    const few = await randomSearch({ ...common, trials: Math.floor(quick.spent / 81), resource: 81 });
    assert.ok(quick.spent / whole.spent < 0.05, `${quick.spent} of ${whole.spent}`);
    const regret = (settings: { x: number; y: number }) => optimum + branin(settings.x, settings.y);
    halved += regret(quick.best.settings) / searches;
    full += regret(whole.best.settings) / searches;
    cheap += regret(few.best.settings) / searches;
    if (quick.best.trial === whole.best.trial) same++;
  }
  assert.ok(halved < 2 * full + 0.1, `${halved} against ${full}`);
  assert.ok(same > searches / 2, `the same trial in ${same} of ${searches}`);
  assert.ok(halved < cheap / 3, `${halved} against ${cheap}`);
});

test("a search that was stopped goes on where it was and ends as one that wasn't", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-search-"));
  const calls: string[] = [];
  const stop = new AbortController();
  const options = (signal?: AbortSignal, limit = Infinity) => ({
    space: { rate: logUniform(1e-4, 1), units: integers(1, 8) },
    seed: "s",
    trials: 9,
    most: 9,
    folder,
    signal,
    evaluate({
      number,
      rung,
      to,
      settings,
    }: {
      number: number;
      rung: number;
      to: number;
      settings: { rate: number; units: number };
    }) {
      calls.push(`${rung}/${number}`);
      if (calls.length === limit) stop.abort();
      return -Math.abs(Math.log(settings.rate) + 3) - 1 / to;
    },
  });
  const whole = await successiveHalving({ ...options(), folder: undefined });
  const order = calls.splice(0);
  assert.match((await errorOf(successiveHalving(options(stop.signal, 4)))).message, /search was stopped/);
  const again = await successiveHalving(options());
  assert.equal(calls, order, "no trial is evaluated twice");
  assert.equal(again.best, { ...whole.best, folder: join(folder, `trial-${whole.best.trial}`) });
  assert.equal(again.scores.objects(), whole.scores.objects());
  assert.match((await errorOf(successiveHalving({ ...options(), seed: "t" }))).message, /holds another search/);
  assert.match(await readFile(join(folder, "search.json"), "utf8"), /logarithmic/);
  await writeFile(join(folder, "search.json"), "{");
  assert.match((await errorOf(successiveHalving(options()))).message, /not a flashlab search.*another folder/);
  await rm(folder, { recursive: true });
});

test("a trial's settings depend on seed, name and number alone; failed trials are left behind", async () => {
  const evaluate = ({ settings }: { settings: { x: number } }) => settings.x;
  const few = await randomSearch({ space: { x: uniform(0, 1) }, seed: 1, trials: 3, evaluate });
  const more = await randomSearch({ space: { y: integers(1, 3), x: uniform(0, 1) }, seed: 1, trials: 5, evaluate });
  assert.equal(more.scores.array("x").slice(0, 3), few.scores.array("x"));
  const progress: SearchProgress[] = [];
  const part = await successiveHalving({
    space: SPACE,
    seed: 1,
    trials: 9,
    most: 9,
    evaluate: ({ number }) => (number < 7 ? Number.NaN : number),
    onProgress: (step) => progress.push(step),
  });
  assert.is(part.best.trial, 8);
  assert.equal(progress.map(({ trial }) => trial).slice(-3), [7, 8, 8]);
  assert.ok(progress.every(({ share }, at) => share > (progress[at - 1]?.share ?? 0) && share <= 1));
  const none = successiveHalving({ space: SPACE, seed: 1, trials: 9, most: 9, evaluate: () => Number.NaN });
  assert.match((await errorOf(none)).message, /every trial failed.*Narrow the space/);
});

test("Hyperband runs every bracket and has the best of all", async () => {
  const shares: number[] = [];
  const evaluate = ({ settings, to }: { settings: { x: number; y: number }; to: number }) => reached(settings, to);
  const { best, brackets, spent } = await hyperband({
    space: SPACE,
    seed: 3,
    most: 27,
    evaluate,
    onProgress: ({ share }) => shares.push(share),
  });
  assert.is(brackets.length, 4);
  assert.is(best.score, Math.max(...brackets.map((bracket) => bracket.best.score)));
  assert.is(
    spent,
    brackets.reduce((sum, bracket) => sum + bracket.spent, 0),
  );
  assert.ok(Math.abs(shares.at(-1)! - 1) < 1e-12 && shares.every((share, at) => share > (shares[at - 1] ?? 0)));
});

test.run();
