import * as wasm from "../../../wasm/assemble";
import {
  type Code,
  constant,
  F32,
  get,
  I32,
  load,
  move,
  repeat,
  set,
  store,
  V128,
  whole,
} from "../../../wasm/assemble";
import { fourTimes, multiply } from "../../../wasm/multiply";

/** A function over vectors of four numbers: `name(quads, address, …)`, one address for each array. */
function elementwise(
  name: string,
  arrays: number,
  body: (addresses: number[], declare: wasm.Declare) => Code,
): wasm.Kernel {
  return {
    name,
    parameters: Array<typeof I32>(1 + arrays).fill(I32),
    body([quads, ...addresses], declare) {
      return repeat(quads, body(addresses, declare), ...addresses.map((address) => move(address, whole(16))));
    },
  };
}

/** `relu(quads, values)` and, given its values, `reluSlope(quads, slopes, values)`, in place. */
const relu = elementwise("relu", 1, ([y]) => store(y, wasm.greatest(load(y), constant(0))));
const reluSlope = elementwise("reluSlope", 2, ([slope, y]) =>
  store(slope, wasm.both(load(slope), wasm.above(load(y), constant(0)))),
);

/** Odd powers over even ones: the minimax fit to tanh in single precision of the library Eigen, good to 4 · 10⁻⁷. */
const ODD = [
  ...[4.89352455891786e-3, 6.37261928875436e-4, 1.48572235717979e-5, 5.12229709037114e-8, -8.60467152213735e-11],
  ...[2.00018790482477e-13, -2.76076847742355e-16],
];
const EVEN = [4.89352518554385e-3, 2.268434632439e-3, 1.18534705686654e-4, 1.19825839466702e-6];
/** From here on tanh is 1 in single precision. */
const FLAT = 7.905311107635498;

/** `tanh(quads, values)` and, given its values, `tanhSlope(quads, slopes, values)`, in place. */
const tanh = elementwise("tanh", 1, ([y], declare) => {
  const [x, square] = [declare(V128), declare(V128)];
  const series = (factors: number[]) =>
    factors
      .map((factor) => constant(factor))
      .reduceRight((later, factor) => wasm.add(factor, wasm.multiply(get(square), later)));
  return [
    ...set(x, wasm.greatest(constant(-FLAT), wasm.least(constant(FLAT), load(y)))),
    ...set(square, wasm.multiply(get(x), get(x))),
    ...store(y, wasm.divide(wasm.multiply(get(x), series(ODD)), series(EVEN))),
  ];
});
const tanhSlope = elementwise("tanhSlope", 2, ([slope, y]) =>
  store(slope, wasm.multiply(load(slope), wasm.subtract(constant(1), wasm.multiply(load(y), load(y))))),
);

/** Two vectors' first or second halves in turns; and their first or second halves one behind the other. */
const [FIRST, SECOND]: wasm.Places[] = [
  [0, 4, 1, 5],
  [2, 6, 3, 7],
];
const [LOW, HIGH]: wasm.Places[] = [
  [0, 1, 4, 5],
  [2, 3, 6, 7],
];

/** `transpose(blocks, quads, from, fromDown, to, toDown)`: of a matrix of 4 · blocks rows and 4 · quads columns. */
const transpose: wasm.Kernel = {
  name: "transpose",
  parameters: Array<typeof I32>(6).fill(I32),
  body([blocks, quads, from, fromDown, to, toDown], declare) {
    const [quad, start, get4, put4] = [declare(I32), declare(I32), declare(I32), declare(I32)];
    const rows = Array.from({ length: 4 }, () => declare(V128));
    const pairs = Array.from({ length: 4 }, () => declare(V128));
    const pair = (into: number, a: number, b: number, places: wasm.Places) =>
      set(pairs[into], wasm.pick(get(rows[a]), get(rows[b]), places));
    const write = (a: number, b: number, places: wasm.Places) => [
      ...store(put4, wasm.pick(get(pairs[a]), get(pairs[b]), places)),
      ...move(put4, get(toDown)),
    ];
    return repeat(
      blocks,
      [...set(start, get(from)), ...set(put4, get(to)), ...set(quad, get(quads))],
      repeat(
        quad,
        set(get4, get(start)),
        ...rows.map((row) => [...set(row, load(get4)), ...move(get4, get(fromDown))]),
        [...pair(0, 0, 1, FIRST), ...pair(1, 2, 3, FIRST), ...pair(2, 0, 1, SECOND), ...pair(3, 2, 3, SECOND)],
        [...write(0, 1, LOW), ...write(0, 1, HIGH), ...write(2, 3, LOW), ...write(2, 3, HIGH)],
        move(start, whole(16)),
      ),
      [...move(from, fourTimes(fromDown)), ...move(to, whole(16))],
    );
  },
};

/** `squares(quads, values)`: the sum of their squares. */
const squares: wasm.Kernel = {
  name: "squares",
  parameters: [I32, I32],
  result: F32,
  body([quads, values], declare) {
    const [sum, x] = [declare(V128), declare(V128)];
    const add = set(sum, wasm.add(get(sum), wasm.multiply(get(x), get(x))));
    return [
      ...repeat(quads, set(x, load(values)), add, move(values, whole(16))),
      ...[0, 1, 2, 3].map((index) => wasm.lane(get(sum), index)).reduce(wasm.addOnes),
    ];
  },
};

/** `blend(quads, values, others, share)`: values += share · (others − values). */
const blend: wasm.Kernel = {
  name: "blend",
  parameters: [I32, I32, I32, F32],
  body([quads, values, others, share]) {
    const step = wasm.multiply(wasm.same(get(share)), wasm.subtract(load(others), load(values)));
    return repeat(
      quads,
      store(values, wasm.add(load(values), step)),
      ...[values, others].map((address) => move(address, whole(16))),
    );
  },
};

/** `adam(quads, parameters, gradient, mean, square, shorten, rate, scale, epsilon)`: see adam.ts. */
const adam: wasm.Kernel = {
  name: "adam",
  parameters: [I32, I32, I32, I32, I32, F32, F32, F32, F32],
  body([quads, parameters, gradient, mean, square, ...numbers], declare) {
    const [shorten, rate, scale, epsilon] = numbers.map((number) => wasm.same(get(number)));
    const [slope, m, v] = [declare(V128), declare(V128), declare(V128)];
    const towards = (old: number, share: number, value: Code) =>
      wasm.add(load(old), wasm.multiply(constant(share), wasm.subtract(value, load(old))));
    // What is too small to matter becomes 0: the processor is slow with the smallest numbers there are.
    const clear = (local: number) =>
      set(local, wasm.both(get(local), wasm.above(wasm.size(get(local)), constant(1e-30))));
    const spread = wasm.add(wasm.root(wasm.multiply(get(v), scale)), epsilon);
    return repeat(
      quads,
      set(slope, wasm.multiply(load(gradient), shorten)),
      [...set(m, towards(mean, 0.1, get(slope))), ...clear(m), ...store(mean, get(m))],
      [...set(v, towards(square, 0.001, wasm.multiply(get(slope), get(slope)))), ...clear(v), ...store(square, get(v))],
      store(parameters, wasm.subtract(load(parameters), wasm.divide(wasm.multiply(rate, get(m)), spread))),
      ...[parameters, gradient, mean, square].map((address) => move(address, whole(16))),
    );
  },
};

export const KERNELS: readonly wasm.Kernel[] = [
  ...[multiply, transpose, relu, reluSlope, tanh, tanhSlope, squares, blend, adam],
];
