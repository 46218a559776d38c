const number = new Float32Array(1);
const word = new Uint32Array(number.buffer);

/**
 * The sixteen bits of the half-precision number nearest to a number (IEEE 754-2019, binary16), of two equally near ones the
 * even; beyond 65,519.99 infinity. The way back is `fromHalf`.
 */
export function toHalf(value: number): number {
  number[0] = value;
  const bits = word[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal: the exponent moved from bias 127 to 15, thirteen bits of the fraction rounded off.
    const moved = magnitude - 0x38000000;
    return sign | roundedShift(moved, 13);
  }
  // Below 2^-14 the fraction counts 2^-24; less than half of that is 0.
  if (magnitude < 0x33000000) return sign;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  return sign | roundedShift(fraction, 126 - (magnitude >>> 23));
}

/** value / 2^by, the nearest whole number, of two the even. */
function roundedShift(value: number, by: number): number {
  const kept = value >>> by;
  const rest = value & ((1 << by) - 1);
  const half = 1 << (by - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}

/** Numbers as half-precision bits. */
export function toHalves(values: ArrayLike<number>): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let at = 0; at < halves.length; at++) halves[at] = toHalf(values[at]);
  return halves;
}
