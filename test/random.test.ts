import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../lib/errors";
import { createRandom, type Random } from "../lib/random";
import { upperGamma } from "../lib/statistics/gamma";
import { normalCdf } from "../lib/statistics/normal";
import { poissonProbability } from "../lib/statistics/poisson";
import { chiSquare, continuous, fits, tally } from "./statistics/goodness-of-fit";
import { Xoshiro128StarStar } from "./xoshiro";

const bits = (random: Random) => random.uniform() * 2 ** 32;

test("the reference generator gives the first numbers published for the state 1, 2, 3, 4", () => {
  const reference = new Xoshiro128StarStar([1, 2, 3, 4]);
  // From the authors' C code, version 1.1; also the vector of the Rust crate rand_xoshiro and of .NET's tests.
  const published = [
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ];
  assert.equal(
    Array.from(published, () => reference.next()),
    published,
  );
});

test("every stream is xoshiro128**: four outputs give its state, from which the reference foretells the rest", () => {
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeInteger(), fc.string()), (seed) => {
      const random = createRandom(seed);
      const reference = Xoshiro128StarStar.fromOutputs([bits(random), bits(random), bits(random), bits(random)]);
      for (let i = 0; i < 200; i++) assert.is(bits(random), reference.next());
    }),
  );
});

test("same seed, same numbers; numbers and their text are different seeds", () => {
  const first = (seed: number | string) => {
    const random = createRandom(seed);
    return [random.uniform(), random.normal(), random.gamma(2.5), random.poisson(80), random.integer(1000)];
  };
  assert.equal(first(42), first(42));
  assert.equal(first("sale"), first("sale"));
  assert.not.equal(first(42), first(43));
  assert.not.equal(first(42), first("42"));
  assert.throws(
    () => createRandom(0.5),
    (error: unknown) => error instanceof InputError,
  );
  assert.throws(() => createRandom(2 ** 53), /seed/);
});

test("neighbouring seeds and labels start unrelated: first numbers of 20,000 are uniform and never meet", () => {
  const n = 20_000;
  for (const [what, start] of [
    ["seeds", (i: number) => createRandom(i)],
    ["labels", (i: number) => createRandom("parent").fork(i)],
    ["words", (i: number) => createRandom(`user ${i}`)],
  ] as const) {
    const seen = new Set<string>();
    const counts = new Float64Array(64);
    let products = 0;
    let previous = 0;
    for (let i = 0; i < n; i++) {
      const random = start(i);
      const u = random.uniform();
      seen.add(`${u} ${random.uniform()}`);
      counts[Math.floor(u * 64)]++;
      if (i > 0) products += (u - 0.5) * (previous - 0.5);
      previous = u;
    }
    assert.is(seen.size, n, what);
    fits(chiSquare(counts, new Float64Array(64).fill(1 / 64), n), what);
    // Neighbours' product has mean 0 and variance 1/144.
    assert.ok(Math.abs(products) < 4.5 * Math.sqrt(n / 144), `${what}: neighbours correlate, ${products}`);
  }
});

test("a fork depends on its parent's name and its label alone, and leaves the parent alone", () => {
  const parent = createRandom(9);
  const before = parent.fork("arrivals").uniform();
  parent.normal();
  assert.is(parent.fork("arrivals").uniform(), before);
  const untouched = createRandom(9);
  untouched.normal();
  assert.is(parent.uniform(), untouched.uniform());
  const others = [
    parent.fork("demand"),
    parent.fork("arrivals").fork("x"),
    createRandom(8).fork("arrivals"),
    parent.fork(1),
  ];
  for (const other of others) assert.is.not(other.uniform(), before);
  assert.is.not(parent.fork(1).uniform(), parent.fork("1").uniform());
});

test("parent and fork are independent: their joint draws fill the square evenly", () => {
  const parent = createRandom("square");
  const child = parent.fork("child");
  const counts = new Float64Array(100);
  for (let i = 0; i < 40_000; i++) counts[Math.floor(parent.uniform() * 10) * 10 + Math.floor(child.uniform() * 10)]++;
  fits(chiSquare(counts, new Float64Array(100).fill(0.01), 40_000), "pairs");
});

test("uniform", () => {
  const random = createRandom("uniform");
  continuous(
    "uniform",
    () => random.uniform(),
    1 / 2,
    1 / 12,
    1 / 80,
    (x) => x,
  );
});

test("integer is even, for counts that don't divide 2^32 too", () => {
  const random = createRandom("integer");
  for (const count of [1, 2, 6, 37]) {
    const counts = tally(30_000, count, () => random.integer(count));
    if (count > 1) fits(chiSquare(counts, new Float64Array(count).fill(1 / count), 30_000), `integer(${count})`);
    else assert.is(counts[0], 30_000);
  }
  // Without rejection, draws of 3 · 2^30 values would fall in the first third half of the time.
  const thirds = tally(30_000, 3, () => Math.floor(random.integer(3 * 2 ** 30) / 2 ** 30));
  fits(chiSquare(thirds, [1 / 3, 1 / 3, 1 / 3], 30_000), "integer(3 · 2^30)");
  assert.ok(random.integer(2 ** 32) < 2 ** 32);
  for (const count of [0, -1, 1.5, 2 ** 33]) assert.throws(() => random.integer(count), /count/);
});

test("normal", () => {
  const random = createRandom("normal");
  continuous("normal", () => random.normal(), 0, 1, 3, normalCdf);
});

test("exponential", () => {
  const random = createRandom("exponential");
  continuous(
    "exponential",
    () => random.exponential(),
    1,
    1,
    9,
    (x) => -Math.expm1(-x),
  );
});

test("gamma, shapes below and above 1", () => {
  const random = createRandom("gamma");
  for (const shape of [0.1, 0.7, 1, 3.3, 50])
    continuous(
      `gamma(${shape})`,
      () => random.gamma(shape),
      shape,
      shape,
      3 * shape ** 2 + 6 * shape,
      (x) => 1 - upperGamma(shape, x),
    );
  for (const shape of [0, -1, Number.NaN]) assert.throws(() => random.gamma(shape), /shape/);
});

test("beta", () => {
  const random = createRandom("beta");
  for (const [a, b] of [
    [1, 1],
    [0.5, 0.5],
    [2, 5],
    [60, 30],
  ]) {
    const mean = a / (a + b);
    const variance = (a * b) / ((a + b) ** 2 * (a + b + 1));
    const excess = (6 * ((a - b) ** 2 * (a + b + 1) - a * b * (a + b + 2))) / (a * b * (a + b + 2) * (a + b + 3));
    continuous(
      `beta(${a}, ${b})`,
      () => random.beta(a, b),
      mean,
      variance,
      (excess + 3) * variance ** 2,
      closedForm(a, b),
    );
  }
});

/** The beta distribution function where it is elementary. */
function closedForm(a: number, b: number): ((x: number) => number) | undefined {
  if (a === 1 && b === 1) return (x) => x;
  if (a === 0.5 && b === 0.5) return (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x));
  // P(X <= x) = P(at least 2 of 6 uniform numbers are below x).
  if (a === 2 && b === 5) return (x) => 1 - (1 - x) ** 6 - 6 * x * (1 - x) ** 5;
  return undefined;
}

test("poisson, by counting and by halving", () => {
  const random = createRandom("poisson");
  for (const mean of [0.05, 1, 12, 30, 31, 200, 5000]) {
    const size = Math.ceil(mean + 12 * Math.sqrt(mean) + 12);
    const draws = 20_000;
    const shares = Float64Array.from({ length: size }, (_, k) => poissonProbability(mean, k));
    fits(
      chiSquare(
        tally(draws, size, () => random.poisson(mean)),
        shares,
        draws,
      ),
      `poisson(${mean})`,
    );
  }
  assert.is(random.poisson(0), 0);
  for (const mean of [-1, Number.NaN, Infinity]) assert.throws(() => random.poisson(mean), /Poisson mean/);
});

test("binomial, by counting and by splitting", () => {
  const random = createRandom("binomial");
  for (const [trials, probability] of [
    [1, 0.3],
    [10, 0.5],
    [40, 0.05],
    [41, 0.9],
    [300, 0.02],
    [1000, 0.4],
  ]) {
    const shares = new Float64Array(trials + 1);
    for (let k = 0, log = trials * Math.log1p(-probability); k <= trials; k++) {
      shares[k] = Math.exp(log);
      log += Math.log(((trials - k) / (k + 1)) * (probability / (1 - probability)));
    }
    const counts = tally(20_000, trials + 1, () => random.binomial(trials, probability));
    fits(chiSquare(counts, shares, 20_000), `binomial(${trials}, ${probability})`);
  }
  assert.is(random.binomial(0, 0.5), 0);
  assert.is(random.binomial(1000, 0), 0);
  assert.is(random.binomial(1000, 1), 1000);
  assert.throws(() => random.binomial(1.5, 0.5), /trials/);
  assert.throws(() => random.binomial(5, 1.5), /probability/);
});

test("categorical follows its weights and never draws a weight of 0", () => {
  const random = createRandom("categorical");
  const weights = [0, 3, 0, 1, 6, 0];
  const counts = tally(20_000, 6, () => random.categorical(weights));
  assert.is(counts[0] + counts[2] + counts[5], 0);
  fits(chiSquare([counts[1], counts[3], counts[4]], [0.3, 0.1, 0.6], 20_000), "categorical");
  assert.is(random.categorical([0, 0, 1e-300]), 2);
  assert.throws(() => random.categorical([0, 0]), /weights/);
});

test("shuffle keeps the items and gives every order the same chance", () => {
  const random = createRandom("shuffle");
  const orders = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = random.shuffle([1, 2, 3, 4]).join("");
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  assert.is(orders.size, 24);
  fits(chiSquare([...orders.values()], new Float64Array(24).fill(1 / 24), 24_000), "orders");
  const typed = Int32Array.of(5, 6, 7);
  assert.is(random.shuffle(typed), typed);
  assert.equal(Array.from(typed).sort(), [5, 6, 7]);
  assert.equal(random.shuffle([]), []);
});

test.run();
