import { tf } from "../../../lib/backend";
import { type Case, flags, indices, normal, uniform } from "./case";
import { map, rows, sum } from "./oracle";

const matrix = normal("matrix", 5, 6);
const cube = normal("cube", 2, 4, 6);

/** Reads `x` of `from` at each index of a result of shape `to`. */
function reindex(to: number[], read: (...index: number[]) => number): Float64Array {
  const size = to.reduce((product, side) => product * side, 1);
  return Float64Array.from({ length: size }, (_, flat) => {
    const index: number[] = [];
    let rest = flat;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      index.unshift(rest % to[axis]);
      rest = Math.floor(rest / to[axis]);
    }
    return read(...index);
  });
}

/** Moving, choosing and summing numbers. */
export const arrays: Case[] = [
  {
    name: "transpose of a matrix",
    inputs: [matrix],
    run: (x) => tf.transpose(x),
    reference: (x) => reindex([6, 5], (i, j) => x[j * 6 + i]),
    terms: 1,
  },
  {
    name: "transpose of heads",
    inputs: [normal("heads", 2, 3, 4, 5)],
    run: (x) => tf.transpose(x, [0, 2, 1, 3]),
    reference: (x) => reindex([2, 4, 3, 5], (b, i, h, d) => x[((b * 3 + h) * 4 + i) * 5 + d]),
    terms: 1,
  },
  {
    name: "concat",
    inputs: [matrix, normal("more", 5, 3)],
    run: (a, b) => tf.concat([a, b], 1),
    reference: (a, b) => reindex([5, 9], (i, j) => (j < 6 ? a[i * 6 + j] : b[i * 3 + j - 6])),
    terms: 1,
  },
  {
    name: "stack and unstack",
    inputs: [matrix, normal("beside", 5, 6)],
    run: (a, b) => tf.unstack(tf.stack([a, b], 1), 2)[3],
    reference: (a, b) => reindex([5, 2], (i, which) => (which === 0 ? a : b)[i * 6 + 3]),
    terms: 1,
  },
  {
    name: "split",
    inputs: [matrix],
    run: (x) => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor])),
    reference: (x) => reindex([5, 3], (i, j) => x[i * 6 + j] * x[i * 6 + j + 3]),
    terms: 1,
  },
  {
    name: "slice",
    inputs: [cube],
    run: (x) => tf.slice(x, [0, 1, 2], [2, 2, 3]),
    reference: (x) => reindex([2, 2, 3], (b, i, j) => x[(b * 4 + i + 1) * 6 + j + 2]),
    terms: 1,
  },
  {
    name: "pad",
    inputs: [cube],
    run: (x) =>
      tf.pad(
        x,
        [
          [0, 0],
          [2, 1],
          [0, 0],
        ],
        0.5,
      ),
    reference: (x) => reindex([2, 7, 6], (b, i, j) => (i >= 2 && i < 6 ? x[(b * 4 + i - 2) * 6 + j] : 0.5)),
    terms: 1,
  },
  {
    name: "tile",
    inputs: [matrix],
    run: (x) => tf.tile(x, [2, 1]),
    reference: (x) => reindex([10, 6], (i, j) => x[(i % 5) * 6 + j]),
    terms: 2,
  },
  {
    name: "reverse",
    inputs: [matrix],
    run: (x) => tf.reverse(x, 1),
    reference: (x) => reindex([5, 6], (i, j) => x[i * 6 + 5 - j]),
    terms: 1,
  },
  {
    name: "gather rows (embedding), its gradient a scatter",
    inputs: [normal("table", 7, 4), indices("tokens", 7, 3, 5)],
    run: (table, tokens) => tf.gather(table, tokens as tf.Tensor2D),
    reference: (table, tokens) => reindex([3, 5, 4], (b, i, d) => table[tokens[b * 5 + i] * 4 + d]),
    terms: 15,
  },
  {
    name: "gather columns",
    inputs: [matrix, indices("columns chosen", 6, 4)],
    run: (x, chosen) => tf.gather(x, chosen as tf.Tensor1D, 1),
    reference: (x, chosen) => reindex([5, 4], (i, j) => x[i * 6 + chosen[j]]),
    terms: 4,
  },
  {
    name: "unsortedSegmentSum",
    inputs: [normal("parts", 8, 3), indices("segments", 4, 8)],
    run: (x, segments) => tf.unsortedSegmentSum(x, segments as tf.Tensor1D, 4),
    reference: (x, segments) =>
      reindex([4, 3], (s, d) => sum(Array.from({ length: 8 }, (_, i) => (segments[i] === s ? x[i * 3 + d] : 0)))),
    terms: 8,
  },
  {
    name: "oneHot",
    inputs: [indices("classes", 6, 9)],
    run: (x) => tf.oneHot(x as tf.Tensor1D, 6).toFloat(),
    reference: (x) => reindex([9, 6], (i, j) => (x[i] === j ? 1 : 0)),
    terms: 1,
    differentiable: false,
  },
  {
    name: "where",
    inputs: [flags("chosen", 5, 6), matrix, normal("else", 5, 6)],
    run: (chosen, a, b) => tf.where(chosen, a, b),
    reference: (chosen, a, b) => map(chosen, (yes, i) => (yes ? a[i] : b[i])),
    terms: 1,
  },
  {
    name: "mask by comparison",
    inputs: [matrix, normal("threshold", 6)],
    run: (x, t) => tf.logicalAnd(tf.greaterEqual(x, t), tf.logicalNot(tf.less(x, -0.5))).toFloat(),
    reference: (x, t) => map(x, (value, i) => (value >= t[i % 6] && !(value < -0.5) ? 1 : 0)),
    terms: 1,
    differentiable: false,
  },
  {
    name: "equal and notEqual of whole numbers",
    inputs: [indices("left", 3, 8), indices("right", 3, 8)],
    run: (a, b) => tf.sub(tf.mul(tf.equal(a, b).toFloat(), 2), tf.notEqual(a, b).toFloat()),
    reference: (a, b) => map(a, (value, i) => (value === b[i] ? 2 : -1)),
    terms: 1,
    differentiable: false,
  },
  {
    name: "top k values",
    inputs: [matrix],
    run: (x) => tf.topk(x, 3).values,
    reference: (x) => rows(x, 6, (row) => row.slice().sort().reverse().slice(0, 3)),
    terms: 1,
    differentiable: false,
  },
  {
    name: "top k indices",
    inputs: [matrix],
    run: (x) => tf.topk(x, 3).indices.toFloat(),
    reference: (x) =>
      rows(x, 6, (row) =>
        Array.from(row.keys())
          .sort((a, b) => row[b] - row[a])
          .slice(0, 3),
      ),
    terms: 1,
    differentiable: false,
  },
  {
    name: "argMax",
    inputs: [matrix],
    run: (x) => tf.argMax(x, 1).toFloat(),
    reference: (x) => rows(x, 6, (row) => [row.indexOf(Math.max(...row))]),
    terms: 1,
    differentiable: false,
  },
  {
    name: "sum over axes",
    inputs: [cube],
    run: (x) => tf.sum(x, [0, 2]),
    reference: (x) => reindex([4], (i) => sum(reindex([2, 6], (b, j) => x[(b * 4 + i) * 6 + j]))),
    terms: 12,
  },
  {
    name: "mean of the last axis, kept",
    inputs: [cube],
    run: (x) => tf.mean(x, -1, true),
    reference: (x) => rows(x, 6, (row) => [sum(row) / 6]),
    terms: 6,
  },
  {
    name: "max",
    inputs: [cube],
    run: (x) => tf.max(x, -1),
    reference: (x) => rows(x, 6, (row) => [Math.max(...row)]),
    terms: 1,
  },
  {
    name: "min",
    inputs: [cube],
    run: (x) => tf.min(x, -1),
    reference: (x) => rows(x, 6, (row) => [Math.min(...row)]),
    terms: 1,
  },
  {
    name: "prod",
    inputs: [uniform("factors", 0.5, 1.5, 4, 5)],
    run: (x) => tf.prod(x, 1),
    reference: (x) => rows(x, 5, (row) => [row.reduce((product, value) => product * value, 1)]),
    terms: 5,
  },
  {
    name: "variance",
    inputs: [matrix],
    run: (x) => tf.moments(x, 1).variance,
    reference: (x) => rows(x, 6, (row) => [sum(row.map((value) => (value - sum(row) / 6) ** 2)) / 6]),
    terms: 12,
  },
  {
    name: "logSumExp",
    inputs: [matrix],
    run: (x) => tf.logSumExp(x, 1),
    reference: (x) => rows(x, 6, (row) => [Math.log(sum(row.map(Math.exp)))]),
    terms: 6,
  },
  {
    name: "all and any",
    inputs: [flags("truths", 6, 3)],
    run: (x) => tf.add(tf.all(x, 1).toFloat(), tf.any(x, 1).toFloat()),
    reference: (x) => rows(x, 3, (row) => [(row.every(Boolean) ? 1 : 0) + (row.some(Boolean) ? 1 : 0)]),
    terms: 1,
    differentiable: false,
  },
  {
    name: "cumsum",
    inputs: [matrix],
    run: (x) => tf.cumsum(x, 1),
    reference: (x) => rows(x, 6, (row) => row.map((_, i) => sum(row.subarray(0, i + 1)))),
    terms: 6,
  },
  {
    name: "cumsum, exclusive and reversed",
    inputs: [matrix],
    run: (x) => tf.cumsum(x, 1, true, true),
    reference: (x) => rows(x, 6, (row) => row.map((_, i) => sum(row.subarray(i + 1)))),
    terms: 6,
  },
];
