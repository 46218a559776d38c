import { tf } from "../../backend/index";
import { InputError } from "../../errors";
import type { Random } from "../../random";
import { addParameter, type Initialiser, type Parameters, parameter } from "../parameters";
import { addDense, dense } from "./dense";

/** How the rows of a {@link gru}'s input lie. */
export interface GruOptions {
  batch: number;
  length: number;
}

/**
 * Adds the weights of a GRU: a dense layer `${name}.input` [inputs × 3 · hidden] (which may get an adapter),
 * `${name}.state.weight` [hidden × 3 · hidden] and `${name}.state.bias` [3 · hidden]; reset, update and candidate side by
 * side, all uniform in ±1 / √hidden as PyTorch's are.
 */
export function addGru(parameters: Parameters, name: string, [inputs, hidden]: [number, number], random: Random): void {
  const bound = 1 / Math.sqrt(hidden);
  const start: Initialiser = (count) => Float32Array.from({ length: count }, () => bound * (2 * random.uniform() - 1));
  addDense(parameters, `${name}.input`, [inputs, 3 * hidden], start);
  addParameter(parameters, `${name}.state.weight`, [hidden, 3 * hidden], start);
  addParameter(parameters, `${name}.state.bias`, [3 * hidden], start);
}

/**
 * A gated recurrent unit (Cho et al. 2014) over sequences side by side, from a state of zeros. Each place's row depends on
 * it and those before alone, so that padding at a sequence's end changes nothing before it.
 *
 * @param x [batch · length × inputs]
 * @returns the state after each place, [batch · length × hidden]
 */
export function gru(x: tf.Tensor2D, parameters: Parameters, name: string, options: GruOptions): tf.Tensor2D {
  const weight = parameter(parameters, `${name}.state.weight`) as tf.Tensor as tf.Tensor2D;
  const bias = parameter(parameters, `${name}.state.bias`) as tf.Tensor as tf.Tensor1D;
  return recur(dense(x, parameters, `${name}.input`), weight, bias, options);
}

/**
 * The recurrence of a {@link gru}:
 *
 *   r = σ(x_r + h W_r + b_r),  z = σ(x_z + h W_z + b_z),  n = tanh(x_n + r ∘ (h W_n + b_n)),  h ← (1 − z) ∘ n + z ∘ h.
 *
 * Differs from the paper: the reset gate acts on the product with the state and not on the state, as in cuDNN and
 * PyTorch. The gradient through time is written out: what doesn't hang on the step after is computed for all places at
 * once, the weights' gradients too, and a step back takes ten operations where TensorFlow.js would take thirty.
 *
 * @param projected x_r, x_z, x_n side by side, [batch · length × 3 · hidden]
 * @param weight W_r, W_z, W_n side by side, [hidden × 3 · hidden]
 * @param bias [3 · hidden]
 * @returns [batch · length × hidden]
 */
export function recur(
  projected: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  { batch, length }: GruOptions,
): tf.Tensor2D {
  const [hidden] = weight.shape;
  if (projected.shape[0] !== batch * length || projected.shape[1] !== 3 * hidden)
    throw new InputError("a GRU's rows are its places, each with three gates", {
      value: projected.shape,
      place: `[${batch} · ${length} × 3 · ${hidden}]`,
    });
  const operation = tf.customGrad((...inputs) => {
    const [given, matrix, offset] = inputs as unknown as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
    const save = inputs[3] as unknown as tf.GradSaveFunc;
    const run = forward(given, matrix, offset, batch, length);
    save([matrix, run.gates, run.candidates, run.recurrent, run.before]);
    const gradFunc = (dy: tf.Tensor, [w, gates, candidates, recurrent, before]: tf.Tensor[]) =>
      backward(dy, w as tf.Tensor2D, { gates, candidates, recurrent, before }, batch, length);
    return { value: turn(tf.stack(run.states), length, batch, hidden), gradFunc };
  });
  return operation(projected, weight, bias) as tf.Tensor2D;
}

/** What a run leaves for its gradient, each [length × batch × …]. */
interface Trace {
  /** Reset and update, [… × 2 · hidden]. */
  gates: tf.Tensor;
  /** n. */
  candidates: tf.Tensor;
  /** h W_n + b_n. */
  recurrent: tf.Tensor;
  /** The states before each place. */
  before: tf.Tensor;
}

function forward(projected: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D, batch: number, length: number) {
  const [hidden] = weight.shape;
  const sizes = [2 * hidden, hidden];
  const [gateBias, lastBias] = tf.split(bias, sizes);
  const [gateWeight, lastWeight] = tf.split(weight, sizes, 1);
  const [forGates, forCandidates] = tf.split(turn(projected, batch, length, 3 * hidden), sizes, 1);
  const places = (rows: tf.Tensor, width: number) => tf.unstack(tf.reshape(rows, [length, batch, width]));
  const gateInputs = places(tf.add(forGates, gateBias), 2 * hidden);
  const inputs = places(forCandidates, hidden);
  let state: tf.Tensor2D = tf.zeros([batch, hidden]);
  const [states, before, gates, candidates, recurrent] = Array.from({ length: 5 }, () => [] as tf.Tensor[]);
  for (let place = 0; place < length; place++) {
    const open = tf.sigmoid(tf.add(gateInputs[place], tf.matMul(state, gateWeight)));
    const [reset, update] = tf.split(open, 2, 1);
    const from = tf.add(tf.matMul(state, lastWeight), lastBias);
    const candidate = tf.tanh(tf.add(inputs[place], tf.mul(reset, from)));
    before.push(state);
    state = tf.add(candidate, tf.mul(update, tf.sub(state, candidate)));
    states.push(state);
    gates.push(open);
    candidates.push(candidate);
    recurrent.push(from);
  }
  const stacked = [gates, candidates, recurrent, before].map((list) => tf.stack(list));
  return { states, gates: stacked[0], candidates: stacked[1], recurrent: stacked[2], before: stacked[3] };
}

function backward(dy: tf.Tensor, weight: tf.Tensor2D, trace: Trace, batch: number, length: number): tf.Tensor[] {
  const [hidden] = weight.shape;
  const { gates, candidates, recurrent, before } = trace;
  const [resets, updates] = tf.split(gates, 2, 2);
  // σ' = σ (1 − σ) and tanh' = 1 − tanh² of every place; what a step multiplies by.
  const slopes = tf.mul(gates, tf.sub(1, gates));
  const [resetSlopes, updateSlopes] = tf.split(slopes, 2, 2);
  const toCandidate = tf.unstack(tf.mul(tf.sub(1, updates), tf.sub(1, tf.square(candidates))));
  const toUpdate = tf.unstack(tf.mul(tf.sub(before, candidates), updateSlopes));
  const toReset = tf.unstack(tf.mul(recurrent, resetSlopes));
  const [opened, kept] = [tf.unstack(resets), tf.unstack(updates)];
  const upstream = tf.unstack(tf.reshape(turn(dy as tf.Tensor2D, batch, length, hidden), [length, batch, hidden]));
  const [toGates, toInputs]: [tf.Tensor[], tf.Tensor[]] = [new Array(length), new Array(length)];
  let carry: tf.Tensor | undefined;
  for (let place = length - 1; place >= 0; place--) {
    const d = carry ? tf.add(upstream[place], carry) : upstream[place];
    const candidate = tf.mul(d, toCandidate[place]);
    const all = [tf.mul(candidate, toReset[place]), tf.mul(d, toUpdate[place]), tf.mul(candidate, opened[place])];
    toInputs[place] = candidate;
    toGates[place] = tf.concat(all, 1);
    if (place > 0)
      carry = tf.add(tf.mul(d, kept[place]), tf.matMul(toGates[place] as tf.Tensor2D, weight, false, true));
  }
  const products = tf.reshape(tf.stack(toGates), [length * batch, 3 * hidden]) as tf.Tensor2D;
  const [forGates] = tf.split(products, [2 * hidden, hidden], 1);
  const dInput = tf.concat([forGates, tf.reshape(tf.stack(toInputs), [length * batch, hidden])], 1) as tf.Tensor2D;
  const states = tf.reshape(before, [length * batch, hidden]) as tf.Tensor2D;
  return [turn(dInput, length, batch, 3 * hidden), tf.matMul(states, products, true, false), tf.sum(products, 0)];
}

/** [outer · inner × width], or [outer × inner × width], with its first two dimensions exchanged: [inner · outer × width]. */
function turn(rows: tf.Tensor, outer: number, inner: number, width: number): tf.Tensor2D {
  return tf.reshape(tf.transpose(tf.reshape(rows, [outer, inner, width]), [1, 0, 2]), [inner * outer, width]);
}
