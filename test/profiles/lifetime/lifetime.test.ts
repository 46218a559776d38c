import { test } from "uvu";
import * as assert from "uvu/assert";
import { open } from "../../../lib/datasets";
import { FlashlabError, InputError } from "../../../lib/errors";
import { expectedPurchases, fitBgNbd, probabilityAlive } from "../../../lib/profiles/lifetime/bg-nbd";
import { digamma } from "../../../lib/profiles/lifetime/digamma";
import { expectedSpend, fitGammaGamma } from "../../../lib/profiles/lifetime/gamma-gamma";
import { hypergeometric } from "../../../lib/profiles/lifetime/hypergeometric";
import { lifetimeValue } from "../../../lib/profiles/lifetime/lifetime-value";
import { repeatPurchases } from "../../../lib/profiles/lifetime/repeat-purchases";
import { createRandom } from "../../../lib/random";
import oracle from "./oracles/lifetimes-cdnow.json";

function near(actual: number, expected: number, relative: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${what}: ${actual} is not ${expected}`);
}

test("special functions are SciPy's", () => {
  for (const [x, expected] of oracle.digamma)
    assert.ok(Math.abs(digamma(x) - expected) < 1e-14 * Math.max(1, Math.abs(expected)), `ψ(${x})`);
  for (const [a, b, c, z, expected] of oracle.hyp2f1) near(hypergeometric(a, b, c, z), expected, 1e-12, `₂F₁ ${z}`);
  assert.throws(
    () => digamma(0),
    (error: unknown) => error instanceof InputError,
  );
  assert.throws(
    () => hypergeometric(1, 1, 1, 1),
    (error: unknown) => error instanceof InputError,
  );
});

test("BG/NBD on the CDNOW sample has the published parameters, and lifetimes' standard errors", async () => {
  const shop = await open("cdnow");
  try {
    const { frequency, recency, age } = (await shop.engine.columns(
      `SELECT frequency, recency, age FROM ${shop.relations.find((name) => name.endsWith(".summary"))}`,
    )) as Record<string, Float64Array>;
    const model = fitBgNbd({ frequency, recency, age });
    assert.is(model.customers, 2357);
    // Fader, Hardie and Lee 2005, table 2.
    assert.is(model.r.toFixed(4), "0.2426");
    assert.is(model.alpha.toFixed(4), "4.4135");
    assert.is(model.a.toFixed(4), "0.7929");
    assert.is(model.b.toFixed(4), "2.4258");
    assert.is(model.logLikelihood.toFixed(1), "-9582.4");
    for (const name of ["r", "alpha", "a", "b"] as const) {
      near(model[name], oracle.bgNbd.parameters[name], 1e-5, name);
      near(model.standardErrors[name], oracle.bgNbd.standardErrors[name], 1e-4, `standard error of ${name}`);
    }
  } finally {
    await shop.close();
  }
});

test("P(alive), expected purchases, expected spend and lifetime value are lifetimes'", () => {
  const model = oracle.bgNbd.parameters;
  for (const one of oracle.customers) {
    near(probabilityAlive(model, one), one.alive, 1e-10, "alive");
    for (const [index, time] of oracle.horizons.entries())
      near(expectedPurchases(model, one, time), one.expected[index], 1e-9, `expected in ${time}`);
    const spend = expectedSpend(oracle.gammaGamma.parameters, one.frequency, one.value);
    near(spend, one.meanValue, 1e-12, "spend");
    // lifetimes takes a month for 4.345 weeks.
    const worth = lifetimeValue(model, one, spend, { periods: 12, length: 4.345, discount: 0.01 });
    near(worth, one.lifetimeValue, 1e-9, "lifetime value");
  }
});

test("Gamma-Gamma and the summary, from every purchase of CDNOW, are lifetimes'; the hold-out is predicted", async () => {
  const shop = await open("cdnow");
  try {
    const until = Date.UTC(1997, 8, 30) / 1000;
    const holdout = Date.UTC(1998, 5, 30) / 1000;
    const all = await repeatPurchases(shop.engine, shop.events as string, { until, holdout });
    assert.is(all.users.length, 23570);
    const back = Array.from(all.users.keys()).filter((row) => all.value[row] > 0);
    assert.is(back.length, oracle.gammaGamma.customers);
    const spend = fitGammaGamma({
      frequency: back.map((row) => all.frequency[row]),
      value: back.map((row) => all.value[row]),
    });
    for (const name of ["p", "q", "v"] as const) {
      near(spend[name], oracle.gammaGamma.parameters[name], 1e-4, name);
      near(spend.standardErrors[name], oracle.gammaGamma.standardErrors[name], 1e-3, `standard error of ${name}`);
    }
    const model = fitBgNbd(all);
    const each = new Float64Array(all.users.length);
    let expected = 0;
    let bought = 0;
    const weeks = (holdout - until) / 604800;
    for (let row = 0; row < all.users.length; row++) {
      const one = { frequency: all.frequency[row], recency: all.recency[row], age: all.age[row] };
      each[row] = expectedPurchases(model, one, weeks);
      expected += each[row];
      bought += all.later[row];
    }
    assert.is(bought, oracle.holdout.bought);
    near(expected, oracle.holdout.expected, 1e-4, "expected purchases of all");
    // Both run low on these weeks, by less than a sixth of what was bought.
    assert.ok(expected < bought && expected > (5 / 6) * bought, `${expected} expected, ${bought} bought`);
    // Who bought more is foreseen: those with a higher expectation bought more, tenth by tenth.
    const order = Array.from(each.keys()).sort((one, other) => each[other] - each[one]);
    const tenth = (n: number) => order.slice(n * 2357, (n + 1) * 2357).reduce((sum, row) => sum + all.later[row], 0);
    for (let n = 0; n < 4; n++) assert.ok(tenth(n) > tenth(n + 1), `tenth ${n + 1}: ${tenth(n)}, then ${tenth(n + 1)}`);
  } finally {
    await shop.close();
  }
});

test("parameters of simulated customers come back within three standard errors", () => {
  const random = createRandom(11);
  const truth = { r: 0.6, alpha: 5, a: 1.2, b: 3 };
  const customers = 4000;
  const frequency = new Float64Array(customers);
  const recency = new Float64Array(customers);
  const age = new Float64Array(customers).fill(52);
  for (let row = 0; row < customers; row++) {
    const rate = random.gamma(truth.r) / truth.alpha;
    const leave = random.beta(truth.a, truth.b);
    for (let time = random.exponential() / rate; time < 52; time += random.exponential() / rate) {
      frequency[row]++;
      recency[row] = time;
      if (random.uniform() < leave) break;
    }
  }
  const model = fitBgNbd({ frequency, recency, age });
  for (const name of ["r", "alpha", "a", "b"] as const)
    assert.ok(Math.abs(model[name] - truth[name]) < 3 * model.standardErrors[name], `${name} ${model[name]}`);
});

test("limits: no time brings no purchase; a = 1 and a + b < 1 lie between their neighbours", () => {
  const model = { r: 0.3, alpha: 4, a: 0.8, b: 2.5 };
  const one = { frequency: 3, recency: 20, age: 30 };
  assert.is(expectedPurchases(model, one, 0), 0);
  const at = (a: number, history = one) => expectedPurchases({ ...model, a, b: 2.5 }, history, 39);
  near(at(1), (at(0.999) + at(1.001)) / 2, 1e-6, "a = 1");
  const fresh = { frequency: 0, recency: 0, age: 10 };
  const low = (b: number) => expectedPurchases({ ...model, a: 0.3, b }, fresh, 10);
  near(low(0.6), (low(0.55) + low(0.65)) / 2, 1e-2, "a + b below 1");
  assert.ok(low(0.65) < low(0.75) && low(0.55) < low(0.65));
  assert.ok(Number.isFinite(expectedPurchases(model, { frequency: 5000, recency: 100, age: 100 }, 100)));
  assert.is(probabilityAlive(model, fresh), 1);
});

test("histories that can't be are refused with their customer", () => {
  const refuses = (frequency: number[], recency: number[], age: number[], words: RegExp) =>
    assert.throws(
      () => fitBgNbd({ frequency, recency, age }),
      (error: unknown) => error instanceof InputError && words.test(error.message),
    );
  refuses([], [], [], /no customers/);
  refuses([1, 2], [1], [3, 3], /2 customers: 1 at recency/);
  refuses([1, 1], [1, 9], [3, 3], /customer 1/);
  refuses([0], [1], [3], /customer 0/);
  assert.throws(
    () => fitGammaGamma({ frequency: [1, 0], value: [3, 2] }),
    (error: unknown) => error instanceof InputError && /customer 1/.test(error.message),
  );
  assert.throws(
    () => fitBgNbd({ frequency: [0, 0, 0], recency: [0, 0, 0], age: [5, 6, 7] }),
    (error: unknown) => error instanceof FlashlabError,
  );
});

test.run();
