import { DataError, InputError, requireInteger } from "../../../errors";
import type { Random } from "../../../random";
import { type MatrixView, multiply } from "./multiply";

export type Activation = "relu" | "tanh";

/** A saved {@link Network}: plain JSON. */
export interface NetworkDocument {
  /** Width of the input, of each hidden layer, and of the output. */
  sizes: number[];
  activation: Activation;
  parameters: number[];
}

/**
 * A fully connected network in plain typed arrays: y = W_L f(… f(x W_1 + b_1) …) + b_L, f between layers only.
 *
 * It is here beside TensorFlow because the networks of agents are tiny: one update of 64 rows through two layers of 64
 * is some thirty operations for TensorFlow, whose calls then take longer than the arithmetic
 * (`npm run bench -- network`). Its numbers don't depend on the backend, and it acts in microseconds.
 *
 * Outputs and gradients belong to the network and are overwritten by its next call.
 */
export class Network {
  readonly sizes: readonly number[];
  readonly activation: Activation;
  /** Layer by layer its weights [inputs × outputs], then its biases. */
  readonly parameters: Float64Array;
  /** Of the same layout; what the last {@link backward} found. */
  readonly gradient: Float64Array;
  /** What each layer gave for the last batch, the input first; and the loss's slope in it. */
  private layers: Float64Array[] = [];
  private slopes: Float64Array[] = [];
  private room = 0;

  /**
   * Weights start as orthogonal matrices (Saxe et al. 2014) times √2, those of the last layer times `outputGain`
   * (default 1); biases at 0.
   */
  constructor(options: { sizes: readonly number[]; activation: Activation; random: Random; outputGain?: number }) {
    this.sizes = [...options.sizes];
    requireInteger(this.sizes.length, "number of sizes", 2);
    this.sizes.forEach((size, i) => {
      requireInteger(size, `sizes[${i}]`, 1);
    });
    this.activation = options.activation;
    let count = 0;
    for (let layer = 1; layer < this.sizes.length; layer++) count += (this.sizes[layer - 1] + 1) * this.sizes[layer];
    this.parameters = new Float64Array(count);
    this.gradient = new Float64Array(count);
    this.eachLayer((layer, weights) => {
      const gain = layer === this.sizes.length - 1 ? (options.outputGain ?? 1) : Math.SQRT2;
      const start = orthogonal(this.sizes[layer - 1], this.sizes[layer], options.random);
      for (let i = 0; i < start.length; i++) this.parameters[weights + i] = gain * start[i];
    });
  }

  /** @param inputs at least [batch × inputs], row by row. @returns [batch × outputs], and room behind it. */
  forward(inputs: Float64Array, batch: number): Float64Array {
    this.makeRoom(batch);
    this.layers[0] = inputs;
    const last = this.sizes.length - 1;
    this.eachLayer((layer, weights, biases) => {
      const width = this.sizes[layer];
      const output = this.layers[layer];
      for (let row = 0; row < batch; row++) output.set(this.parameters.subarray(biases, biases + width), row * width);
      multiply(
        ...([batch, width, this.sizes[layer - 1]] as const),
        whole(this.layers[layer - 1], this.sizes[layer - 1]),
        { data: this.parameters, first: weights, down: width, across: 1 },
        whole(output, width),
        true,
      );
      if (layer === last) return;
      const values = batch * width;
      if (this.activation === "relu") for (let i = 0; i < values; i++) output[i] = output[i] > 0 ? output[i] : 0;
      else for (let i = 0; i < values; i++) output[i] = Math.tanh(output[i]);
    });
    return this.layers[last];
  }

  /**
   * The gradient of a loss by the parameters, for the batch of the last {@link forward}, whose inputs must be unchanged.
   * @param slopes of the loss by the outputs, [batch × outputs].
   */
  backward(slopes: Float64Array, batch: number): void {
    const last = this.sizes.length - 1;
    this.slopes[last] = slopes;
    this.eachLayerBack((layer, weights, biases) => {
      const width = this.sizes[layer];
      const inputs = this.sizes[layer - 1];
      const input = this.layers[layer - 1];
      const slope = this.slopes[layer];
      this.gradient.fill(0, biases, biases + width);
      for (let row = 0, i = 0; row < batch; row++)
        for (let column = 0; column < width; column++, i++) this.gradient[biases + column] += slope[i];
      multiply(
        ...([inputs, width, batch] as const),
        { data: input, first: 0, down: 1, across: inputs },
        whole(slope, width),
        { data: this.gradient, first: weights, down: width, across: 1 },
      );
      if (layer === 1) return;
      const before = this.slopes[layer - 1];
      multiply(
        ...([batch, inputs, width] as const),
        whole(slope, width),
        { data: this.parameters, first: weights, down: 1, across: width },
        whole(before, inputs),
      );
      const values = batch * inputs;
      if (this.activation === "relu") for (let i = 0; i < values; i++) before[i] = input[i] > 0 ? before[i] : 0;
      else for (let i = 0; i < values; i++) before[i] *= 1 - input[i] * input[i];
    });
  }

  save(): NetworkDocument {
    return { sizes: [...this.sizes], activation: this.activation, parameters: Array.from(this.parameters) };
  }

  /** Takes over saved parameters. Throws {@link DataError} for a network of another shape. */
  load(document: NetworkDocument): void {
    const fits =
      document.activation === this.activation &&
      document.sizes.join() === this.sizes.join() &&
      document.parameters.length === this.parameters.length &&
      document.parameters.every(Number.isFinite);
    if (!fits)
      throw new DataError(`the saved network is not a ${this.activation} network of ${this.sizes.join(" × ")}`, {
        value: { sizes: document.sizes, activation: document.activation, parameters: document.parameters.length },
        place: "document",
        remedy: "Load it into an agent made with the same sizes.",
      });
    this.parameters.set(document.parameters);
  }

  private eachLayer(visit: (layer: number, weights: number, biases: number) => void): void {
    for (let layer = 1, at = 0; layer < this.sizes.length; layer++) {
      const biases = at + this.sizes[layer - 1] * this.sizes[layer];
      visit(layer, at, biases);
      at = biases + this.sizes[layer];
    }
  }

  private eachLayerBack(visit: (layer: number, weights: number, biases: number) => void): void {
    for (let layer = this.sizes.length - 1, end = this.parameters.length; layer > 0; layer--) {
      const biases = end - this.sizes[layer];
      end = biases - this.sizes[layer - 1] * this.sizes[layer];
      visit(layer, end, biases);
    }
  }

  private makeRoom(batch: number): void {
    if (batch <= this.room) return;
    this.room = batch;
    this.layers = this.sizes.map((size) => new Float64Array(batch * size));
    this.slopes = this.sizes.map((size) => new Float64Array(batch * size));
  }
}

function whole(data: Float64Array, width: number): MatrixView {
  return { data, first: 0, down: width, across: 1 };
}

/** A matrix [rows × columns] whose shorter side's vectors are orthonormal: Gram and Schmidt on normal draws. */
export function orthogonal(rows: number, columns: number, random: Random): Float64Array {
  const short = Math.min(rows, columns);
  const long = Math.max(rows, columns);
  const vectors = Float64Array.from({ length: short * long }, () => random.normal());
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < long; i++) sum += vectors[a * long + i] * vectors[b * long + i];
    return sum;
  };
  for (let a = 0; a < short; a++) {
    // Twice, since once loses digits.
    for (let pass = 0; pass < 2; pass++)
      for (let b = 0; b < a; b++) {
        const along = dot(a, b);
        for (let i = 0; i < long; i++) vectors[a * long + i] -= along * vectors[b * long + i];
      }
    const length = Math.sqrt(dot(a, a));
    if (!(length > 1e-12)) throw new InputError("the draws of a matrix depend on each other", { place: "random" });
    for (let i = 0; i < long; i++) vectors[a * long + i] /= length;
  }
  if (rows <= columns) return vectors;
  return Float64Array.from(vectors, (_, i) => vectors[(i % columns) * long + Math.floor(i / columns)]);
}
