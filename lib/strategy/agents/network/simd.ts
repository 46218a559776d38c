import { assemble } from "../../../wasm/assemble";
import { KERNELS } from "./kernels";

/** What is used of the platform's WebAssembly, whose types belong to browsers. */
interface Platform {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: object };
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer; grow(pages: number): number };
}

/** The functions of kernels.ts, where they are described. Counts come first; addresses and strides are in bytes. */
export interface Kernels {
  multiply(blocks: number, panels: number, inner: number, ...matrices: number[]): void;
  transpose(blocks: number, quads: number, ...matrices: number[]): void;
  relu(quads: number, values: number): void;
  reluSlope(quads: number, slopes: number, values: number): void;
  tanh(quads: number, values: number): void;
  tanhSlope(quads: number, slopes: number, values: number): void;
  squares(quads: number, values: number): number;
  blend(quads: number, values: number, others: number, share: number): void;
  adam(quads: number, ...arraysAndNumbers: number[]): void;
}

/**
 * The arithmetic of agents' networks on the processor's vectors of four single-precision numbers, which JavaScript
 * itself can't reach and WebAssembly can. Its memory is a workspace: who uses it copies in, computes and copies out
 * without giving way to others in between (copying takes a hundredth of the time of a product).
 */
export interface Simd extends Kernels {
  /** The workspace, of at least `floats` numbers; asking for more may replace it. */
  workspace(floats: number): Float32Array;
}

let shared: Simd | undefined;

/** The one {@link Simd} of the process, assembled when it is first asked for. */
export function simd(): Simd {
  shared ??= start((globalThis as unknown as { WebAssembly: Platform }).WebAssembly);
  return shared;
}

function start({ Memory, Module, Instance }: Platform): Simd {
  const memory = new Memory({ initial: 1 });
  const { exports } = new Instance(new Module(assemble(KERNELS)), { js: { memory } });
  let numbers = new Float32Array(memory.buffer);
  return {
    ...(exports as Kernels),
    workspace(floats) {
      if (numbers.length < floats) {
        memory.grow(Math.ceil((4 * floats - memory.buffer.byteLength) / 65_536));
        numbers = new Float32Array(memory.buffer);
      }
      return numbers;
    },
  };
}
