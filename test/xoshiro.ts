/**
 * A second xoshiro128**, transcribed line by line from the authors' C code
 * (https://prng.di.unimi.it/xoshiro128starstar.c) in big integers, to check the library's own against.
 */
export class Xoshiro128StarStar {
  private readonly s: bigint[];

  constructor(state: readonly number[]) {
    this.s = state.map((word) => BigInt(word));
  }

  next(): number {
    const s = this.s;
    const result = word(rotl(word(s[1] * 5n), 7n) * 9n);
    const t = word(s[1] << 9n);
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
    return Number(result);
  }

  /**
   * The generator that has just given these four outputs. The scrambler (times 5, rotate, times 9) is a bijection of
   * the second word, and the engine is linear over xor, so that four outputs determine all four words.
   */
  static fromOutputs(outputs: readonly number[]): Xoshiro128StarStar {
    // 5 · 3435973837 and 9 · 954437177 are 1 modulo 2^32; a rotation by 25 undoes one by 7.
    const [y0, y1, y2, y3] = outputs.map((output) => word(rotl(word(BigInt(output) * 954437177n), 25n) * 3435973837n));
    const s0xor2 = y0 ^ y1;
    const s0xor3 = y2 ^ word(y0 << 9n);
    const s3 = rotl(y3 ^ y2 ^ y1 ^ word(y1 << 9n) ^ s0xor2 ^ word(y0 << 9n), 21n) ^ y0;
    const s0 = s0xor3 ^ s3;
    const generator = new Xoshiro128StarStar([s0, y0, s0 ^ s0xor2, s3].map(Number));
    for (const output of outputs)
      if (generator.next() !== output) throw new Error(`${outputs} are not four outputs in a row of xoshiro128**`);
    return generator;
  }
}

function word(value: bigint): bigint {
  return value & 0xffffffffn;
}

function rotl(value: bigint, k: bigint): bigint {
  return word((value << k) | (value >> (32n - k)));
}
