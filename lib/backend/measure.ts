import { performance } from "node:perf_hooks";
import { requireInteger } from "../errors";
import { createRandom } from "../random";
import type { BackendName } from "./names";
import { backendReport } from "./pick";
import { withBackend } from "./several";
import { tf } from "./tensorflow";

/** How to measure. */
export interface MatmulOptions {
  /** The backend to measure; by default the one that `ready()` has picked. */
  backend?: BackendName;
  /** Timed products; the median counts. Default 5. */
  runs?: number;
  /** Products before the first timed one: threads start, shaders are compiled. Default 2. */
  warmup?: number;
  seed?: number | string;
}

/** How fast a backend multiplies matrices. */
export interface MatmulFigures {
  backend: BackendName;
  /** Rows and columns of both matrices. */
  size: number;
  runs: number;
  /** Median time of one product, with reading one of its elements back, so that the product is known to be done. */
  milliseconds: number;
  /** 2 · size³ floating-point operations over the median time, in 10⁹ a second. */
  gflops: number;
}

/**
 * Times the product of two `[size × size]` matrices of standard normal float32 numbers.
 * @throws EnvironmentError when the machine doesn't have `backend`; InputError for a size or a count below 1.
 */
export async function measureMatmul(size: number, options: MatmulOptions = {}): Promise<MatmulFigures> {
  requireInteger(size, "size", 1, 16384);
  const runs = requireInteger(options.runs ?? 5, "runs", 1);
  const warmup = requireInteger(options.warmup ?? 2, "warmup", 0);
  const backend = options.backend ?? backendReport().name;
  const times = await withBackend(backend, () => time(size, runs, warmup, options.seed ?? 1));
  times.sort((a, b) => a - b);
  const middle = runs >> 1;
  const milliseconds = runs % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
  return { backend, size, runs, milliseconds, gflops: (2 * size ** 3) / (milliseconds * 1e6) };
}

async function time(size: number, runs: number, warmup: number, seed: number | string): Promise<number[]> {
  const random = createRandom(seed);
  const draw = () => tf.tensor2d(Float32Array.from({ length: size * size }, random.normal), [size, size]);
  const a = draw();
  const b = draw();
  const times: number[] = [];
  for (let run = -warmup; run < runs; run++) {
    const start = performance.now();
    const corner = tf.tidy(() => tf.matMul(a, b).slice([0, 0], [1, 1]));
    await corner.data();
    if (run >= 0) times.push(performance.now() - start);
    corner.dispose();
  }
  tf.dispose([a, b]);
  return times;
}
