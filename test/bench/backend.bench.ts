import { type BackendName, measureMatmul, ready } from "../../lib/backend";
import { runCode } from "../backend/child";
import { alternate, type Bench, metric } from "./harness";

const SIZE = 1024;

/** One measurement in this process: the median of a few products, or a single one where a product takes seconds. */
function gflops(backend: BackendName): () => Promise<number> {
  const few = backend === "cpu" ? { runs: 1, warmup: 0 } : { runs: 5, warmup: 1 };
  return async () => (await measureMatmul(SIZE, { backend, ...few })).gflops;
}

/** The same in a process of its own, whose WebAssembly has the given number of threads. */
function threaded(threads: number, size: number): () => Promise<number> {
  const code = `
    const { measureMatmul, ready } = require("./lib/backend");
    ready().then(() => measureMatmul(${size}, { runs: 15 })).then(({ gflops }) => console.log(gflops));`;
  return async () => {
    const ended = await runCode(code, { FLASHLAB_BACKEND: "wasm", FLASHLAB_WASM_THREADS: String(threads) });
    if (ended.status !== 0) throw new Error(ended.stderr);
    return Number(ended.stdout);
  };
}

const bench: Bench = {
  about: `Matrix product of ${SIZE}³: the backend in use against WebAssembly and plain JavaScript; WebAssembly's threads`,
  async run({ runs, log }) {
    const { name, device } = await ready();
    log(`${name} on ${device}, against WebAssembly and plain JavaScript`);
    const speed = await alternate({ ours: gflops(name), wasm: gflops("wasm"), js: gflops("cpu") }, runs);
    log("WebAssembly with two threads, against one");
    const large = await alternate({ two: threaded(2, SIZE), one: threaded(1, SIZE) }, runs);
    const small = await alternate({ two: threaded(2, 64), one: threaded(1, 64) }, runs);
    return [
      metric(`matrix product ${SIZE}³ (${name})`, "GFLOP/s", "higher", speed.ours, { name: "wasm", value: speed.wasm }),
      metric(`matrix product ${SIZE}³ (wasm)`, "GFLOP/s", "higher", speed.wasm, { name: "cpu", value: speed.js }),
      metric(`matrix product ${SIZE}³ (wasm, 2 threads)`, "GFLOP/s", "higher", large.two, {
        name: "wasm, 1 thread",
        value: large.one,
      }),
      metric("matrix product 64³ (wasm, 2 threads)", "GFLOP/s", "higher", small.two, {
        name: "wasm, 1 thread",
        value: small.one,
      }),
    ];
  },
};

export default bench;
