import { tf } from "../../backend/index";
import {
  addParameter,
  constant,
  type NamedArrays,
  type Parameters,
  parameter,
  readParameters,
  writeParameters,
} from "../parameters";

/** Settings of {@link createAdamW}. */
export interface AdamWOptions {
  /** Decay of the mean of gradients and of their squares. Default 0.9 and 0.999. */
  beta1?: number;
  beta2?: number;
  /** Default 1e-8. */
  epsilon?: number;
  /** Share of a matrix's weights taken away per step and unit of rate; vectors aren't decayed. Default 0. */
  decay?: number;
  /** Gradients whose norm over all weights is longer are shortened to it. Default: no limit. */
  clip?: number;
}

/** AdamW's state: two running means for each weight. */
export interface AdamW {
  /** Changes the weights by gradients of the same names, which it disposes of. */
  step(gradients: Record<string, tf.Tensor>, rate: number): void;
  /** Steps so far. */
  readonly steps: number;
  /** The state as arrays: `NAME.mean`, `NAME.square`. */
  read(): Promise<NamedArrays>;
  write(arrays: NamedArrays, steps: number): void;
  dispose(): void;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2):
 *
 *   m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,
 *   w ← w − rate (m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε) + decay w).
 *
 * @param names the weights that learn; the others stay as they are
 */
export function createAdamW(parameters: Parameters, names: readonly string[], options: AdamWOptions = {}): AdamW {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0, clip } = options;
  const state: Parameters = new Map();
  for (const name of names)
    for (const moment of ["mean", "square"])
      addParameter(state, `${name}.${moment}`, parameter(parameters, name).shape, constant(0));
  let steps = 0;
  return {
    get steps() {
      return steps;
    },
    step(gradients, rate) {
      steps++;
      const correct1 = 1 - beta1 ** steps;
      const correct2 = Math.sqrt(1 - beta2 ** steps);
      tf.tidy(() => {
        const shrink = clip === undefined ? undefined : shortening(Object.values(gradients), clip);
        for (const name of names) {
          const raw = gradients[name];
          if (!raw) continue;
          const gradient = shrink ? tf.mul(raw, shrink) : raw;
          const weight = parameter(parameters, name);
          const [mean, square] = [parameter(state, `${name}.mean`), parameter(state, `${name}.square`)];
          mean.assign(tf.add(mean, tf.mul(tf.sub(gradient, mean), 1 - beta1)));
          square.assign(tf.add(square, tf.mul(tf.sub(tf.square(gradient), square), 1 - beta2)));
          const length = tf.add(tf.sqrt(square), epsilon * correct2);
          const move = tf.mul(tf.div(mean, length), (-rate * correct2) / correct1);
          const kept = decay > 0 && weight.rank > 1 ? tf.mul(weight, 1 - rate * decay) : weight;
          weight.assign(tf.add(kept, move));
        }
      });
      tf.dispose(gradients);
    },
    read: () => readParameters(state),
    write(arrays, done) {
      writeParameters(state, arrays);
      steps = done;
    },
    dispose() {
      for (const variable of state.values()) variable.dispose();
    },
  };
}

/** min(1, clip / norm), the norm being that of all gradients as one vector. */
function shortening(gradients: tf.Tensor[], clip: number): tf.Tensor {
  const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
  return tf.minimum(1, tf.div(clip, tf.maximum(norm, 1e-12)));
}
