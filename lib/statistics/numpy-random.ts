import { InputError, requireInteger } from "../errors";

/** The part of NumPy's `RandomState` that published figures which we reproduce were drawn with. */
export interface NumpyRandom {
  /** `random_sample()`: 53 random bits in [0, 1). */
  uniform(): number;
  /** `standard_normal()`: Marsaglia's polar method, every second draw kept for the next call. */
  normal(): number;
  /** `standard_gamma(shape)`, shape above 0. */
  gamma(shape: number): number;
  /** `beta(a, b)`, both above 0. */
  beta(a: number, b: number): number;
  /** A whole number in [0, count), by masking and rejection. */
  integer(count: number): number;
  /** `shuffle(array)`: in place. */
  shuffle<T extends { [index: number]: unknown; length: number }>(array: T): T;
}

/**
 * NumPy's legacy generator `numpy.random.RandomState(seed)`, draw for draw: the Mersenne Twister MT19937 (Matsumoto and
 * Nishimura 1998) under the samplers that NumPy froze in 2019 (NEP 19). With it, results that others published from
 * Python with a seed can be reproduced to the last digit; for everything else use `createRandom`.
 *
 * @param seed a whole number from 0 to 2^32 − 1.
 */
export function numpyRandom(seed: number): NumpyRandom {
  const next32 = mersenneTwister(requireInteger(seed, "seed", 0, 4294967295));
  const uniform = () => {
    const high = next32() >>> 5;
    return (high * 67108864 + (next32() >>> 6)) / 9007199254740992;
  };
  let spare = Number.NaN;

  const random: NumpyRandom = {
    uniform,
    normal() {
      if (!Number.isNaN(spare)) {
        const kept = spare;
        spare = Number.NaN;
        return kept;
      }
      for (;;) {
        const u = 2 * uniform() - 1;
        const v = 2 * uniform() - 1;
        const square = u * u + v * v;
        if (square >= 1 || square === 0) continue;
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        spare = factor * u;
        return factor * v;
      }
    },
    gamma(shape) {
      if (!(shape > 0)) throw new InputError("a gamma shape is above 0", { value: shape, place: "shape" });
      if (shape === 1) return -Math.log(1 - uniform());
      return shape < 1 ? smallGamma(shape) : largeGamma(shape);
    },
    beta(a, b) {
      if (!(a > 0 && b > 0)) throw new InputError("a beta's shapes are above 0", { value: [a, b], place: "beta" });
      if (a <= 1 && b <= 1) return johnk(a, b);
      const x = random.gamma(a);
      return x / (x + random.gamma(b));
    },
    integer(count) {
      const most = requireInteger(count, "count", 1, 4294967296) - 1;
      if (most === 0) return 0;
      const mask = 0xffffffff >>> Math.clz32(most);
      for (;;) {
        const value = (next32() & mask) >>> 0;
        if (value <= most) return value;
      }
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
  };

  /** Marsaglia and Tsang 2000. */
  function largeGamma(shape: number): number {
    const b = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * b);
    for (;;) {
      let x: number;
      let v: number;
      do {
        x = random.normal();
        v = 1 + c * x;
      } while (v <= 0);
      v = v * v * v;
      const u = uniform();
      if (u < 1 - 0.0331 * (x * x) * (x * x)) return b * v;
      if (Math.log(u) < 0.5 * x * x + b * (1 - v + Math.log(v))) return b * v;
    }
  }

  /** Ahrens and Dieter 1974. */
  function smallGamma(shape: number): number {
    for (;;) {
      const u = uniform();
      const v = -Math.log(1 - uniform());
      if (u <= 1 - shape) {
        const x = u ** (1 / shape);
        if (x <= v) return x;
      } else {
        const y = -Math.log((1 - u) / shape);
        const x = (1 - shape + shape * y) ** (1 / shape);
        if (x <= v + y) return x;
      }
    }
  }

  /** Jöhnk 1964, in logarithms where both powers underflow. */
  function johnk(a: number, b: number): number {
    for (;;) {
      const u = uniform();
      const v = uniform();
      const x = u ** (1 / a);
      const y = v ** (1 / b);
      if (x + y > 1 || u + v === 0) continue;
      if (x + y > 0) return x / (x + y);
      const logX = Math.log(u) / a;
      const logY = Math.log(v) / b;
      const larger = Math.max(logX, logY);
      return Math.exp(logX - larger - Math.log(Math.exp(logX - larger) + Math.exp(logY - larger)));
    }
  }
  return random;
}

const WORDS = 624;

function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(WORDS);
  state[0] = seed;
  for (let i = 1; i < WORDS; i++) {
    const before = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = Math.imul(before, 1812433253) + i;
  }
  let position = WORDS;
  return () => {
    if (position === WORDS) {
      for (let i = 0; i < WORDS; i++) {
        const y = (state[i] & 0x80000000) | (state[(i + 1) % WORDS] & 0x7fffffff);
        state[i] = state[(i + 397) % WORDS] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      position = 0;
    }
    let y = state[position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  };
}
