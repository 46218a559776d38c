import { DataError, requireInteger } from "../../../errors";
import { createRandom, type Random } from "../../../random";
import { fetch, type Layer, layersOf, place, tall, wide } from "./layout";
import { orthogonal } from "./orthogonal";
import { simd } from "./simd";

export type Activation = "relu" | "tanh";

/** A saved {@link Network}: plain JSON. */
export interface NetworkDocument {
  /** Width of the input, of each hidden layer, and of the output. */
  sizes: number[];
  activation: Activation;
  /** Layer by layer its weights [inputs × outputs], then its biases; nine digits, which single precision needs. */
  parameters: number[];
}

/**
 * A fully connected network: y = W_L f(… f(x W_1 + b_1) …) + b_L, f between layers only, in single precision.
 *
 * It is here beside TensorFlow because the networks of agents are tiny: one update of 64 rows through two layers of 64
 * is some thirty operations for TensorFlow, whose calls then take longer than the arithmetic
 * (`npm run bench -- network`). Its numbers are the same on every machine, and it acts in microseconds. The arithmetic
 * is {@link simd}'s.
 *
 * Outputs and gradients belong to the network and are overwritten by its next call.
 */
export class Network {
  readonly sizes: readonly number[];
  readonly activation: Activation;
  /** Layer by layer its weights [inputs × outputs], then its biases. */
  readonly parameters: Float32Array;
  /** Of the same layout; what the last {@link backward} found. */
  readonly gradient: Float32Array;
  private readonly layers: Layer[];
  /** Numbers that the parameters take in the workspace. */
  private readonly places: number;
  /** What each layer got in the last batch, laid out as in the workspace; and what the last one gave. */
  private received: Float32Array[] = [];
  private outputs = new Float64Array(0);
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
    const { layers, count, places } = layersOf(this.sizes);
    this.layers = layers;
    this.places = places;
    this.parameters = new Float32Array(count);
    this.gradient = new Float32Array(count);
    layers.forEach(({ inputs, width, weights }, i) => {
      const gain = i === layers.length - 1 ? (options.outputGain ?? 1) : Math.SQRT2;
      const start = orthogonal(inputs, width, options.random);
      for (let j = 0; j < start.length; j++) this.parameters[weights + j] = gain * start[j];
    });
  }

  /** @param inputs at least [batch × inputs], row by row. @returns [batch × outputs], and room behind it. */
  forward(inputs: Float32Array | Float64Array, batch: number): Float64Array {
    this.makeRoom(batch);
    const rows = tall(batch);
    const { multiply, relu, tanh, workspace } = simd();
    // The parameters, then what each layer gets and gives in turn; a block of rows may be read beyond the inputs.
    const first = this.places;
    const memory = workspace(first + rows * this.sizes.reduce((sum, size) => sum + wide(size), 0));
    this.placeParameters(memory);
    memory.set(inputs.subarray(0, batch * this.sizes[0]), first);
    let from = first;
    let pitch = this.sizes[0];
    let to = first + rows * wide(pitch);
    this.layers.forEach((layer, i) => {
      const next = wide(layer.width);
      this.received[i].set(memory.subarray(from, from + rows * pitch));
      multiply(
        ...([rows / 4, next / 8, layer.inputs] as const),
        ...[4 * from, 4 * pitch, 4],
        ...[4 * layer.placedWeights, 4 * next],
        ...[4 * layer.placedBiases, 0],
        ...[4 * to, 4 * next],
      );
      if (i < this.layers.length - 1) (this.activation === "relu" ? relu : tanh)((rows * next) / 4, 4 * to);
      from = to;
      pitch = next;
      to += rows * next;
    });
    fetch(memory, from, this.outputs, 0, batch, this.sizes[this.sizes.length - 1]);
    return this.outputs;
  }

  /**
   * The gradient of a loss by the parameters, for the batch of the last {@link forward}.
   * @param slopes of the loss by the outputs, [batch × outputs].
   */
  backward(slopes: Float32Array | Float64Array, batch: number): void {
    const rows = tall(batch);
    const widest = Math.max(...this.sizes.map(wide));
    const { multiply, reluSlope, tanhSlope, transpose, workspace } = simd();
    // The parameters; zeros, and a one; two turns of slopes; what the layer got; a matrix of weights' size.
    const zeros = this.places;
    const one = zeros + widest;
    const turns = [one + 8, one + 8 + rows * widest];
    const got = one + 8 + 2 * rows * widest;
    const matrix = got + rows * widest;
    const memory = workspace(matrix + (widest + 4) * widest);
    this.placeParameters(memory);
    memory.fill(0, zeros, one);
    memory[one] = 1;
    place(memory, turns[0], slopes, 0, batch, this.sizes[this.sizes.length - 1]);
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const { inputs, width, weights, biases, placedWeights } = this.layers[i];
      const [pitch, gotPitch] = [wide(width), i === 0 ? inputs : wide(inputs)];
      const [slope, before] = turns;
      memory.set(this.received[i].subarray(0, rows * gotPitch), got);
      const by = [4 * slope, 4 * pitch, 4 * zeros, 0, 4 * matrix, 4 * pitch];
      // What the layer got, transposed, times the slopes; and a row of ones times the slopes.
      multiply(tall(inputs) / 4, pitch / 8, batch, 4 * got, 4, 4 * gotPitch, ...by);
      fetch(memory, matrix, this.gradient, weights, inputs, width);
      multiply(1, pitch / 8, batch, 4 * one, 0, 0, ...by);
      fetch(memory, matrix, this.gradient, biases, 1, width);
      if (i === 0) return;
      transpose(tall(inputs) / 4, tall(width) / 4, 4 * placedWeights, 4 * pitch, 4 * matrix, 4 * gotPitch);
      multiply(
        ...([rows / 4, gotPitch / 8, width] as const),
        ...[4 * slope, 4 * pitch, 4],
        ...[4 * matrix, 4 * gotPitch, 4 * zeros, 0],
        ...[4 * before, 4 * gotPitch],
      );
      (this.activation === "relu" ? reluSlope : tanhSlope)((rows * gotPitch) / 4, 4 * before, 4 * got);
      turns.reverse();
    }
  }

  /** Moves the parameters by `share` of the way to another's of the same sizes: 1 makes it a copy. */
  follow(other: Network, share: number): void {
    if (share === 1) {
      this.parameters.set(other.parameters);
      return;
    }
    const { blend, workspace } = simd();
    const count = this.parameters.length;
    const quads = Math.ceil(count / 4);
    const memory = workspace(8 * quads);
    memory.set(this.parameters);
    memory.set(other.parameters, 4 * quads);
    blend(quads, 0, 16 * quads, share);
    this.parameters.set(memory.subarray(0, count));
  }

  save(): NetworkDocument {
    const parameters = Array.from(this.parameters, (value) => Number(value.toPrecision(9)));
    return { sizes: [...this.sizes], activation: this.activation, parameters };
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

  /** The network that {@link save} wrote. Throws {@link DataError} for what isn't one. */
  static from(document: NetworkDocument): Network {
    const { sizes, activation, parameters } = (document ?? {}) as Partial<NetworkDocument>;
    const sound =
      Array.isArray(sizes) &&
      sizes.length >= 2 &&
      sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 1e6) &&
      (activation === "relu" || activation === "tanh") &&
      Array.isArray(parameters) &&
      // Before anything of that size is made.
      parameters.length === layersOf(sizes).count;
    if (!sound)
      throw new DataError("this is not a saved network", {
        value: { sizes, activation, parameters: Array.isArray(parameters) ? parameters.length : typeof parameters },
        place: "document",
        remedy: "Give it what save() wrote, whole.",
      });
    const network = new Network({ sizes, activation, random: createRandom(0) });
    network.load(document);
    return network;
  }

  private placeParameters(memory: Float32Array): void {
    for (const { inputs, width, weights, biases, placedWeights, placedBiases } of this.layers) {
      place(memory, placedWeights, this.parameters, weights, inputs, width);
      place(memory, placedBiases, this.parameters, biases, 1, width);
    }
  }

  private makeRoom(batch: number): void {
    if (batch <= this.room) return;
    this.room = batch;
    const rows = tall(batch);
    this.received = this.layers.map(({ inputs }, i) => new Float32Array(rows * (i === 0 ? inputs : wide(inputs))));
    this.outputs = new Float64Array(batch * this.sizes[this.sizes.length - 1]);
  }
}
