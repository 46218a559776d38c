import * as tf from "@tensorflow/tfjs";

/** What the plain-JS backend keeps private: whether it still owes Node's users its invitation to install another one. */
interface Greeter {
  firstUse?: boolean;
}

// The plain-JS backend prints a ten-line greeting on its first tensor in Node, whichever backend was meant to compute.
((tf.findBackend("cpu") as Greeter | null) ?? {}).firstUse = false;

/**
 * The one TensorFlow.js namespace of the library. Which backend computes is settled by `ready()`; until then
 * operations run in plain JavaScript, and their tensors move to the chosen backend when it first needs them.
 */
export { tf };
