import { type KernelName, startKernel } from "../../lib/kernel/client";
import { type Bench, median, metric, milliseconds } from "./harness";

/** TensorFlow by way of our library, as a notebook's first cell has it. */
const FIRST_CELL = `import { ready, tf } from "./lib/backend/index";
await ready();
tf.scalar(1).dataSync()[0]`;

/** One session's figures, in milliseconds. */
interface Session {
  start: number;
  firstCell: number;
  trivialCell: number;
}

/** A whole session: start to the first kernel_info_reply, then at once the first cell, then trivial ones. */
async function session(kernel: KernelName): Promise<Session> {
  const began = performance.now();
  const client = await startKernel({ kernel });
  const start = performance.now() - began;
  try {
    const run = async (code: string) => {
      const { status, error } = await client.execute(code);
      if (status !== "ok") throw new Error(`${kernel} could not run ${code}: ${error?.evalue}`);
    };
    const firstCell = await milliseconds(() => run(FIRST_CELL));
    const trivial: number[] = [];
    for (let time = 0; time < 5; time++) trivial.push(await milliseconds(() => run(`${time} + 1`)));
    return { start, firstCell, trivialCell: median(trivial) };
  } finally {
    await client.shutdown();
  }
}

const bench: Bench = {
  about: "the kernel's start, first cell and trivial cell, beside stock tslab's",
  async run({ runs, log }) {
    const sides: Record<KernelName, Session[]> = { flashlab: [], tslab: [] };
    const names = Object.keys(sides) as KernelName[];
    for (const name of names) await session(name);
    for (let run = 1; run <= runs; run++) {
      log(`run ${run} of ${runs}`);
      for (const name of names) sides[name].push(await session(name));
    }
    const of = (name: KernelName, figure: (session: Session) => number) => median(sides[name].map(figure));
    const compare = (what: string, unit: "s" | "ms", figure: (session: Session) => number) => {
      const scale = unit === "s" ? 1000 : 1;
      const peer = { name: "tslab", value: of("tslab", figure) / scale };
      return metric(what, unit, "lower", of("flashlab", figure) / scale, peer);
    };
    return [
      compare("start to first kernel_info_reply", "s", ({ start }) => start),
      compare("first cell, importing TensorFlow and our library, sent at once", "s", ({ firstCell }) => firstCell),
      compare("start to the end of that cell", "s", ({ start, firstCell }) => start + firstCell),
      compare("trivial cell", "ms", ({ trivialCell }) => trivialCell),
    ];
  },
};

export default bench;
