import { InputError, requireInteger } from "./errors";

/**
 * A seeded source of random numbers, passed to every function that draws any.
 *
 * The generator is xoshiro128** (Blackman and Vigna 2021, https://prng.di.unimi.it/xoshiro128starstar.c), its state
 * filled from the seed by FNV-1a with a finaliser. Period 2^128 − 1; passes BigCrush. Same seed, same numbers on every machine:
 * only 32-bit integer arithmetic is used, and the transcendental functions of the samplers below are the only
 * place where two JavaScript engines could differ in the last bit.
 */
export interface Random {
  /** A number in [0, 1), a multiple of 2^-32. */
  uniform(): number;
  /** A whole number in [0, count), without modulo bias. */
  integer(count: number): number;
  /** A standard normal draw (Marsaglia's polar method). */
  normal(): number;
  /** An exponential draw of mean 1. */
  exponential(): number;
  /** A gamma draw of the given shape (> 0) and scale 1 (Marsaglia and Tsang 2000). */
  gamma(shape: number): number;
  /** A beta(a, b) draw, a and b > 0. */
  beta(a: number, b: number): number;
  /** A Poisson draw of the given mean (>= 0). */
  poisson(mean: number): number;
  /** A binomial draw: successes in `trials` tries of the given probability. */
  binomial(trials: number, probability: number): number;
  /** An index drawn with chance proportional to its weight (all >= 0, not all 0). */
  categorical(weights: ArrayLike<number>): number;
  /** Shuffles in place (Fisher–Yates) and returns the array. */
  shuffle<T extends { [index: number]: unknown; length: number }>(array: T): T;
  /** An independent generator named by a label: the same label of the same parent gives the same numbers. */
  fork(label: string | number): Random;
}

/** Makes a {@link Random} from a seed: a safe integer or a string. Throws InputError for another kind of seed. */
export function createRandom(seed: number | string): Random {
  if (typeof seed === "number" && !Number.isSafeInteger(seed))
    throw new InputError("a seed is a whole number or a string", { value: seed, place: "seed" });
  return fromHash(typeof seed === "number" ? `#${seed}` : seed);
}

function fromHash(name: string): Random {
  const next32 = xoshiro128(hash(name));
  const uniform = () => next32() / 4294967296;
  // Never 0, for logarithms.
  const positive = () => (next32() + 0.5) / 4294967296;
  let spare = Number.NaN;

  const random: Random = {
    uniform,
    integer(count) {
      requireInteger(count, "count", 1, 4294967296);
      const limit = 4294967296 - (4294967296 % count);
      let draw = next32();
      while (draw >= limit) draw = next32();
      return draw % count;
    },
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare;
        spare = Number.NaN;
        return value;
      }
      for (;;) {
        const u = 2 * uniform() - 1;
        const v = 2 * uniform() - 1;
        const s = u * u + v * v;
        if (s >= 1 || s === 0) continue;
        const factor = Math.sqrt((-2 * Math.log(s)) / s);
        spare = v * factor;
        return u * factor;
      }
    },
    exponential: () => -Math.log(positive()),
    gamma(shape) {
      if (!(shape > 0)) throw new InputError("a gamma shape is above 0", { value: shape, place: "shape" });
      if (shape < 1) return random.gamma(shape + 1) * positive() ** (1 / shape);
      const d = shape - 1 / 3;
      const c = 1 / Math.sqrt(9 * d);
      for (;;) {
        const x = random.normal();
        const v = (1 + c * x) ** 3;
        if (v > 0 && Math.log(positive()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
      }
    },
    beta(a, b) {
      const x = random.gamma(a);
      return x / (x + random.gamma(b));
    },
    poisson: (mean) => poisson(random, mean),
    binomial(trials, probability) {
      requireInteger(trials, "trials", 0);
      if (!(probability >= 0 && probability <= 1))
        throw new InputError("a probability is in [0, 1]", { value: probability, place: "probability" });
      return binomial(random, trials, probability);
    },
    categorical(weights) {
      let total = 0;
      for (let i = 0; i < weights.length; i++) total += weights[i];
      if (!(total > 0)) throw new InputError("weights must sum to more than 0", { value: total, place: "weights" });
      let left = uniform() * total;
      for (let i = 0; i < weights.length; i++) {
        left -= weights[i];
        if (left < 0) return i;
      }
      let last = weights.length - 1;
      while (weights[last] === 0) last--;
      return last;
    },
    shuffle(array) {
      const items = array as { [index: number]: unknown; length: number };
      for (let i = items.length - 1; i > 0; i--) {
        const j = random.integer(i + 1);
        const kept = items[i];
        items[i] = items[j];
        items[j] = kept;
      }
      return array;
    },
    fork: (label) => fromHash(`${name}/${typeof label}:${label}`),
  };
  return random;
}

/** Halves a large mean by gamma order statistics (Devroye 1986, X.3), then counts exponential gaps: O(log mean). */
function poisson(random: Random, mean: number): number {
  if (!(mean >= 0 && mean < Number.MAX_SAFE_INTEGER))
    throw new InputError("a Poisson mean is a finite number of at least 0", { value: mean, place: "mean" });
  let count = 0;
  let left = mean;
  while (left > 30) {
    const order = Math.floor(left * 0.875);
    const arrival = random.gamma(order);
    if (arrival > left) return count + binomial(random, order - 1, left / arrival);
    count += order;
    left -= arrival;
  }
  const threshold = Math.exp(-left);
  let product = random.uniform();
  while (product > threshold) {
    count++;
    product *= random.uniform();
  }
  return count;
}

/** Splits many trials at a beta order statistic (Devroye 1986, X.4), then counts: O(log trials). */
function binomial(random: Random, trials: number, probability: number): number {
  let count = 0;
  let n = trials;
  let p = probability;
  while (n > 40) {
    const middle = 1 + Math.floor(n / 2);
    const split = random.beta(middle, n + 1 - middle);
    if (split <= p) {
      count += middle;
      n -= middle;
      p = split >= 1 ? 0 : (p - split) / (1 - split);
    } else {
      n = middle - 1;
      p /= split;
    }
  }
  for (let i = 0; i < n; i++) if (random.uniform() < p) count++;
  return count;
}

/** Four 32-bit words from a name: FNV-1a over UTF-16 code units from four starts, each mixed by a finaliser. */
function hash(name: string): Uint32Array {
  const state = new Uint32Array(4);
  for (let word = 0; word < 4; word++) {
    let h = (0x811c9dc5 ^ Math.imul(word + 1, 0x9e3779b9)) >>> 0;
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193) >>> 0;
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    state[word] = h ^ (h >>> 15);
  }
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}

function xoshiro128(state: Uint32Array): () => number {
  let [a, b, c, d] = state;
  return () => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}
