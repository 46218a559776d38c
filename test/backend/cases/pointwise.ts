import { tf } from "../../../lib/backend";
import { type Case, type Input, normal, uniform } from "./case";
import { erf, map, sigmoid, softplus } from "./oracle";

/** Functions of one number, and of two, over the range in which models use them. */
function unary(name: string, input: Input, run: (x: tf.Tensor) => tf.Tensor, f: (x: number) => number): Case {
  return { name, inputs: [input], run, reference: (x) => map(x, f), terms: 1 };
}

function binary(
  name: string,
  [a, b]: [Input, Input],
  run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  f: (a: number, b: number) => number,
): Case {
  return { name, inputs: [a, b], run, reference: (x, y) => map(x, (value, i) => f(value, y[i])), terms: 1 };
}

const wide = uniform("wide", -2.9, 2.9, 6, 7);
const positive = uniform("positive", 0.1, 4, 6, 7);
const other = uniform("other", -1.7, 2.3, 6, 7);

const geluTanh = (x: tf.Tensor) =>
  tf.mul(
    tf.mul(x, 0.5),
    tf.add(tf.tanh(tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))), 1),
  );

export const pointwise: Case[] = [
  unary("exp", wide, tf.exp, Math.exp),
  unary("expm1", wide, tf.expm1, Math.expm1),
  unary("log", positive, tf.log, Math.log),
  unary("log1p", positive, tf.log1p, Math.log1p),
  unary("sqrt", positive, tf.sqrt, Math.sqrt),
  unary("rsqrt", positive, tf.rsqrt, (x) => 1 / Math.sqrt(x)),
  unary("square", wide, tf.square, (x) => x * x),
  unary("reciprocal", positive, tf.reciprocal, (x) => 1 / x),
  unary("neg", wide, tf.neg, (x) => -x),
  unary("abs", wide, tf.abs, Math.abs),
  { ...unary("sin", wide, tf.sin, Math.sin), rests: "sine and cosine" },
  { ...unary("cos", wide, tf.cos, Math.cos), rests: "sine and cosine" },
  unary("tanh", wide, tf.tanh, Math.tanh),
  unary("sigmoid", wide, tf.sigmoid, sigmoid),
  unary("softplus", wide, tf.softplus, softplus),
  unary("relu", wide, tf.relu, (x) => Math.max(x, 0)),
  unary(
    "leakyRelu",
    wide,
    (x) => tf.leakyRelu(x, 0.2),
    (x) => (x > 0 ? x : Math.fround(0.2) * x),
  ),
  unary("elu", wide, tf.elu, (x) => (x > 0 ? x : Math.expm1(x))),
  unary("erf", wide, tf.erf, erf),
  unary(
    "gelu (erf)",
    wide,
    (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
    (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  ),
  unary(
    "gelu (tanh)",
    wide,
    geluTanh,
    (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ),
  unary(
    "swish",
    wide,
    (x) => tf.mul(x, tf.sigmoid(x)),
    (x) => x * sigmoid(x),
  ),
  unary(
    "clipByValue",
    wide,
    (x) => tf.clipByValue(x, -1, 1.5),
    (x) => Math.min(Math.max(x, -1), 1.5),
  ),
  binary("add", [wide, other], tf.add, (a, b) => a + b),
  binary("sub", [wide, other], tf.sub, (a, b) => a - b),
  binary("mul", [wide, other], tf.mul, (a, b) => a * b),
  binary("div", [wide, positive], tf.div, (a, b) => a / b),
  binary("pow", [positive, other], tf.pow, (a, b) => a ** b),
  binary("maximum", [wide, other], tf.maximum, Math.max),
  binary("minimum", [wide, other], tf.minimum, Math.min),
  binary("squaredDifference", [wide, other], tf.squaredDifference, (a, b) => (a - b) ** 2),
  {
    name: "broadcast add and mul",
    inputs: [normal("rows", 5, 1, 4), normal("columns", 3, 1)],
    run: (a, b) => tf.mul(tf.add(a, b), b),
    reference: (a, b) =>
      Float64Array.from({ length: 60 }, (_, i) => {
        const [row, middle, column] = [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4];
        return (a[row * 4 + column] + b[middle]) * b[middle];
      }),
    terms: 20,
  },
];
