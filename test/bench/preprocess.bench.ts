import { join } from "node:path";
import { type Bench, type Metric, median, metric } from "./harness";
import { soiledEvents } from "./preprocess/csv";
import { ours, type Run, requireEqual, run } from "./preprocess/side";

/** How often each side runs, and which peers: pandas needs more memory than most machines have at the largest size. */
const PLANS: Record<number, { runs(asked: number): number; peers: readonly ("pandas" | "polars")[] }> = {
  1000000: { runs: (asked) => asked, peers: ["pandas", "polars"] },
  10000000: { runs: (asked) => Math.min(asked, 3), peers: ["pandas", "polars"] },
  50000000: { runs: () => 1, peers: [] },
};

const bench: Bench = {
  about:
    "CSV to clean events, sessions, user features on one scale, at 1, 10 and 50 million events, beside pandas and polars",
  async run({ python, runs, log }) {
    const sizes = (process.env.FLASHLAB_BENCH_EVENTS ?? Object.keys(PLANS).join(",")).split(",").map(Number);
    const metrics: Metric[] = [];
    const perEvent = new Map<number, number>();
    for (const events of sizes) {
      const csv = await soiledEvents(events, log);
      const plan = PLANS[events] ?? PLANS[1_000_000];
      const sides = {
        ours: () => ours("ours", csv),
        ...Object.fromEntries(
          plan.peers.map((peer) => [peer, () => run(python, [join(__dirname, "peers", "preprocess.py"), peer, csv])]),
        ),
      } as Record<string, () => Promise<Run>>;
      const found: Record<string, Run[]> = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
      const times = plan.runs(runs);
      for (let index = 0; index < times; index++)
        for (const [side, work] of Object.entries(sides)) {
          const done = await work();
          found[side].push(done);
          log(
            `${events.toLocaleString("en")}, ${side}: ${done.seconds.toFixed(1)} s, processor ${done.cpu.toFixed(1)} s, ${(done.peak / 1e6).toFixed(0)} MB`,
          );
        }
      for (const peer of plan.peers) requireEqual(found.ours[0], found[peer][0], peer);
      const middle = (side: string, value: "seconds" | "cpu" | "peak") =>
        median(found[side].map((each) => each[value]));
      const name = `${events.toLocaleString("en")} events`;
      const beside = (value: "seconds" | "cpu" | "peak", scale: number, what: string, unit: string) => {
        const own = middle("ours", value) / scale;
        const peers = plan.peers.length === 0 ? [null] : plan.peers;
        for (const peer of peers)
          metrics.push(
            metric(
              `${name}, ${what}, median of ${times}`,
              unit,
              "lower",
              own,
              peer && { name: peer, value: middle(peer, value) / scale },
            ),
          );
      };
      beside("seconds", 1, "wall time", "s");
      beside("cpu", 1, "processor time", "s");
      beside("peak", 1e6, "peak memory", "MB");
      perEvent.set(events, middle("ours", "seconds") / events);
    }
    const [first] = perEvent.keys();
    for (const [events, seconds] of perEvent)
      if (events > first) {
        const growth = seconds / (perEvent.get(first) as number);
        const name = `time an event at ${events.toLocaleString("en")} over that at ${first.toLocaleString("en")}`;
        metrics.push(metric(name, "×", "lower", growth, null));
      }
    return metrics;
  },
};

export default bench;
