import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { openEngine, quoteText } from "../../lib/engine/index";
import { EVENT_COLUMNS } from "../../lib/events";
import { type Bench, type Metric, median, metric } from "./harness";
import { soiledEvents } from "./preprocess/csv";
import { ours, type Run, requireEqual, run } from "./preprocess/side";

/** Events that are read; another count by FLASHLAB_BENCH_EVENTS. */
const EVENTS = 10_000_000;

/** The bench's CSV as Parquet, made once. */
async function parquetOf(csv: string): Promise<string> {
  const path = csv.replace(/\.csv$/, ".parquet");
  if (existsSync(path)) return path;
  const engine = await openEngine();
  const types = Object.entries(EVENT_COLUMNS).map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`);
  await engine.run(`COPY (SELECT * FROM read_csv(${quoteText(csv)}, auto_detect = false, header = true, nullstr = '',
    columns = {${types.join(", ")}})) TO ${quoteText(`${path}.part`)} (FORMAT parquet)`);
  await engine.close();
  await rename(`${path}.part`, path);
  return path;
}

const bench: Bench = {
  about:
    "10 million events (Parquet) to sequences and a weighted sparse matrix in typed arrays, beside pandas and polars",
  async run({ python, runs, log }) {
    const events = Number(process.env.FLASHLAB_BENCH_EVENTS ?? EVENTS);
    const parquet = await parquetOf(await soiledEvents(events, log));
    const peers = ["pandas", "polars"] as const;
    const found: Record<string, Run[]> = { ours: [], pandas: [], polars: [] };
    for (let index = 0; index < runs; index++)
      for (const side of ["ours", ...peers]) {
        const work =
          side === "ours"
            ? ours("sequences", parquet)
            : run(python, [join(__dirname, "peers", "sequences.py"), side, parquet]);
        const done = await work;
        found[side].push(done);
        log(
          `${side}: ${done.seconds.toFixed(1)} s, processor ${done.cpu.toFixed(1)} s, ${(done.peak / 1e6).toFixed(0)} MB`,
        );
      }
    const metrics: Metric[] = [];
    for (const peer of peers) {
      requireEqual(found.ours[0], found[peer][0], peer);
      const middle = (side: string, value: "seconds" | "cpu" | "peak") =>
        median(found[side].map((each) => each[value]));
      for (const [value, what, unit, scale] of [
        ["seconds", "wall time", "s", 1],
        ["cpu", "processor time", "s", 1],
        ["peak", "peak memory", "MB", 1e6],
      ] as const)
        metrics.push(
          metric(`${events.toLocaleString("en")} events, ${what}`, unit, "lower", middle("ours", value) / scale, {
            name: peer,
            value: middle(peer, value) / scale,
          }),
        );
    }
    return metrics;
  },
};

export default bench;
