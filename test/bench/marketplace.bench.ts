import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeMarket } from "../../lib/datasets/marketplace/write";
import { type Bench, median, metric, milliseconds } from "./harness";

/** Events of the measured markets: if time or memory grew faster than the events, the second would show it. */
const SIZES = [250_000, 1_000_000];

const bench: Bench = {
  about: "the synthetic market, written as CSV: events a second, and the process's peak memory",
  async run({ runs, log }) {
    const folder = await mkdtemp(join(tmpdir(), "flashlab-market-"));
    const metrics = [];
    try {
      for (const events of SIZES) {
        const seconds = [];
        let peak = 0;
        const settings = { events, seed: 1, users: 20_000, products: 2000 };
        for (let run = 0; run < runs; run++) {
          const target = join(folder, `${events}-${run}`);
          const onEvents = () => {
            peak = Math.max(peak, process.memoryUsage.rss());
          };
          seconds.push((await milliseconds(() => writeMarket(target, settings, { onEvents }))) / 1000);
          await rm(target, { recursive: true });
          log(`${events} events: ${seconds[run].toFixed(1)} s`);
        }
        const name = events.toLocaleString("en");
        metrics.push(metric(`${name} events`, "events/s", "higher", events / median(seconds), null));
        metrics.push(metric(`${name} events, peak memory`, "MB", "lower", peak / 1e6, null));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return metrics;
  },
};

export default bench;
