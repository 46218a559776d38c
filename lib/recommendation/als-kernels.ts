import * as wasm from "../wasm/assemble";
import { type Code, F32, get, I32, load, move, multiply, repeat, set, store, V128, whole } from "../wasm/assemble";
import { multiply as product } from "../wasm/multiply";

/** Entries of a row that are gone through together, so that the row's vector is read once for them. */
const TOGETHER = 4;

const range = (count: number) => [...Array(count).keys()];
const locals = (declare: wasm.Declare, count: number, type: typeof V128 | typeof I32) =>
  range(count).map(() => declare(type));

/** local += a · b, of vectors. */
const addProduct = (sum: number, a: Code, b: Code): Code => set(sum, wasm.add(get(sum), multiply(a, b)));

/** The kernels of alternating least squares (als-work.ts) for vectors of 4 · `quads` single-precision numbers. */
export function alsKernels(quads: number): wasm.Kernel[] {
  return [
    product,
    spread("residual", quads, true),
    spread("spread", quads, false),
    begin(quads),
    advance(quads),
    fit(quads),
  ];
}

/** Sums four at a time of four vectors' numbers: the vector of the four sums. */
function fourTotals(sums: readonly number[], pairs: readonly number[]): Code {
  const both = (a: Code, b: Code): Code => wasm.add(wasm.pick(a, b, [0, 2, 4, 6]), wasm.pick(a, b, [1, 3, 5, 7]));
  return [
    ...set(pairs[0], both(get(sums[0]), get(sums[1]))),
    ...set(pairs[1], both(get(sums[2]), get(sums[3]))),
    ...both(get(pairs[0]), get(pairs[1])),
  ];
}

/**
 * `spread(rows, offsets, indices, factors, others, from, into)`: intoᵣ += Σₖ factorₖ (yₖ · fromᵣ) yₖ over the entries k
 * of each row r, yₖ the vector of the entry's index among `others`; `residual` has one more array behind `factors`,
 * the `ones`: (onesₖ + factorₖ (yₖ · fromᵣ)) yₖ. `indices`, `factors` and `ones` are at the first row's first entry.
 */
function spread(name: string, quads: number, withOnes: boolean): wasm.Kernel {
  const vectors = range(quads);
  const bytes = 16 * quads;
  return {
    name,
    parameters: Array<typeof I32>(withOnes ? 8 : 7).fill(I32),
    body(parameters, declare) {
      const [rows, offsets, indices, factors] = parameters;
      const ones = withOnes ? parameters[4] : undefined;
      const [others, from, into] = parameters.slice(-3);
      const [count, left] = locals(declare, 2, I32);
      const y = locals(declare, TOGETHER, I32);
      const sums = locals(declare, TOGETHER, V128);
      const pairs = locals(declare, 2, V128);
      const weights = locals(declare, TOGETHER, V128);
      const [x, sum] = locals(declare, 2, V128);
      const weigh = (dots: Code, at: (address: number) => Code): Code => {
        const scaled = multiply(at(factors), dots);
        return ones === undefined ? scaled : wasm.add(at(ones), scaled);
      };
      const onwards = (entries: number) =>
        [indices, factors, ...(ones === undefined ? [] : [ones])].flatMap((array) => move(array, whole(4 * entries)));
      const find = (entry: number): Code =>
        set(y[entry], wasm.plus(get(others), wasm.times(wasm.loadWhole(indices, 4 * entry), whole(bytes))));
      const four = [
        ...range(TOGETHER).flatMap((e) => [...find(e), ...set(sums[e], wasm.constant(0))]),
        ...vectors.flatMap((j) => [
          ...set(x, load(from, 16 * j)),
          ...range(TOGETHER).flatMap((e) => addProduct(sums[e], get(x), load(y[e], 16 * j))),
        ]),
        ...set(sum, fourTotals(sums, pairs)),
        ...set(
          sum,
          weigh(get(sum), (address) => load(address)),
        ),
        ...range(TOGETHER).flatMap((e) => set(weights[e], wasm.pick(get(sum), get(sum), [e, e, e, e]))),
        ...vectors.flatMap((j) => [
          ...set(x, load(into, 16 * j)),
          ...range(TOGETHER).flatMap((e) => addProduct(x, get(weights[e]), load(y[e], 16 * j))),
          ...store(into, get(x), 16 * j),
        ]),
        ...onwards(TOGETHER),
      ];
      const single = [
        ...[...find(0), ...set(sum, wasm.constant(0))],
        ...vectors.flatMap((j) => addProduct(sum, load(from, 16 * j), load(y[0], 16 * j))),
        ...set(
          sum,
          weigh(wasm.same(wasm.total(sum)), (address) => wasm.loadSame(address)),
        ),
        ...vectors.flatMap((j) => {
          const added = wasm.add(load(into, 16 * j), multiply(get(sum), load(y[0], 16 * j)));
          return store(into, added, 16 * j);
        }),
        ...onwards(1),
      ];
      return repeat(
        rows,
        set(count, wasm.minus(wasm.loadWhole(offsets, 4), wasm.loadWhole(offsets))),
        set(left, wasm.shifted(get(count), 2)),
        wasm.when(get(left), repeat(left, four)),
        set(left, wasm.masked(get(count), whole(TOGETHER - 1))),
        wasm.when(get(left), repeat(left, single)),
        ...[move(offsets, whole(4)), move(from, whole(bytes)), move(into, whole(bytes))],
      );
    },
  };
}

/** `begin(rows, q, r, p, squares)`: r = p = −q and squaresᵣ = r · r, row by row. */
function begin(quads: number): wasm.Kernel {
  return {
    name: "begin",
    parameters: Array<typeof I32>(5).fill(I32),
    body([rows, q, r, p, squares], declare) {
      const [x, sum] = locals(declare, 2, V128);
      return repeat(
        rows,
        set(sum, wasm.constant(0)),
        range(quads).flatMap((j) => [
          ...set(x, wasm.subtract(wasm.constant(0), load(q, 16 * j))),
          ...[...store(r, get(x), 16 * j), ...store(p, get(x), 16 * j)],
          ...addProduct(sum, get(x), get(x)),
        ]),
        wasm.storeOne(squares, wasm.total(sum)),
        ...[q, r, p].map((array) => move(array, whole(16 * quads))),
        move(squares, whole(4)),
      );
    },
  };
}

/** Squared residuals below this are taken for 0: the row is solved. */
const SOLVED = 1e-20;

/**
 * `advance(rows, x, r, p, q, squares)`: a step of conjugate gradients, row by row, q = A p being known.
 * α = r·r / p·q, x += α p, r −= α q, β = the new r·r over the old, p = r + β p.
 */
function advance(quads: number): wasm.Kernel {
  return {
    name: "advance",
    parameters: Array<typeof I32>(6).fill(I32),
    body([rows, x, r, p, q, squares], declare) {
      const [sum, step, value] = locals(declare, 3, V128);
      const [old, fresh] = [declare(F32), declare(F32)];
      const ratio = (a: Code, b: Code) =>
        wasm.same(wasm.whereLess(wasm.one(SOLVED), get(old), wasm.divideOnes(a, b), wasm.one(0)));
      return repeat(
        rows,
        [...set(old, wasm.loadOne(squares)), ...set(sum, wasm.constant(0))],
        range(quads).flatMap((j) => addProduct(sum, load(p, 16 * j), load(q, 16 * j))),
        [...set(step, ratio(get(old), wasm.total(sum))), ...set(sum, wasm.constant(0))],
        range(quads).flatMap((j) => [
          ...store(x, wasm.add(load(x, 16 * j), multiply(get(step), load(p, 16 * j))), 16 * j),
          ...set(value, wasm.subtract(load(r, 16 * j), multiply(get(step), load(q, 16 * j)))),
          ...[...store(r, get(value), 16 * j), ...addProduct(sum, get(value), get(value))],
        ]),
        [...set(fresh, wasm.total(sum)), ...set(step, ratio(get(fresh), get(old)))],
        range(quads).flatMap((j) => store(p, wasm.add(load(r, 16 * j), multiply(get(step), load(p, 16 * j))), 16 * j)),
        wasm.storeOne(squares, get(fresh)),
        ...[x, r, p, q].map((array) => move(array, whole(16 * quads))),
        move(squares, whole(4)),
      );
    },
  };
}

/** `fit(rows, offsets, indices, ones, others, from, into)`: intoᵣ = Σₖ onesₖ (yₖ · fromᵣ), a number for each row. */
function fit(quads: number): wasm.Kernel {
  return {
    name: "fit",
    parameters: Array<typeof I32>(7).fill(I32),
    body([rows, offsets, indices, ones, others, from, into], declare) {
      const [left, y] = locals(declare, 2, I32);
      const [sum, dot] = locals(declare, 2, V128);
      const entry = [
        ...set(y, wasm.plus(get(others), wasm.times(wasm.loadWhole(indices), whole(16 * quads)))),
        ...set(dot, wasm.constant(0)),
        ...range(quads).flatMap((j) => addProduct(dot, load(from, 16 * j), load(y, 16 * j))),
        ...addProduct(sum, wasm.loadSame(ones), get(dot)),
        ...[...move(indices, whole(4)), ...move(ones, whole(4))],
      ];
      return repeat(
        rows,
        set(left, wasm.minus(wasm.loadWhole(offsets, 4), wasm.loadWhole(offsets))),
        set(sum, wasm.constant(0)),
        wasm.when(get(left), repeat(left, entry)),
        wasm.storeOne(into, wasm.total(sum)),
        ...[move(offsets, whole(4)), move(from, whole(16 * quads)), move(into, whole(4))],
      );
    },
  };
}
