import { performance } from "node:perf_hooks";

/** One measured figure, as `npm run bench -- NAME --json` prints it. */
export interface Metric {
  metric: string;
  unit: string;
  ours: number;
  peer: number | null;
  peerName: string | null;
  /** How many times better we are than the peer (above 1: we are), whichever way the unit runs; null without a peer. */
  better: number | null;
}

/** What a benchmark is given. */
export interface BenchContext {
  /** Python interpreter of the peers' own virtual environment (made by `npm run bench -- --setup`). */
  python: string;
  /** Alternating runs of each side; at least 5. */
  runs: number;
  /** Progress, on stderr. */
  log(text: string): void;
}

/** A benchmark: the default export of `test/bench/NAME.bench.ts`. */
export interface Bench {
  /** What it measures, in one line. */
  about: string;
  run(context: BenchContext): Promise<Metric[]>;
}

/** Builds a {@link Metric}; `direction` says whether a lower or a higher figure is the better one. */
export function metric(
  name: string,
  unit: string,
  direction: "lower" | "higher",
  ours: number,
  peer: { name: string; value: number } | null,
): Metric {
  const better = peer === null ? null : direction === "lower" ? peer.value / ours : ours / peer.value;
  return { metric: name, unit, ours, peer: peer?.value ?? null, peerName: peer?.name ?? null, better };
}

/** The middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Runs each side once unmeasured, then `runs` times in alternation; returns each side's measurements' median. */
export async function alternate<Side extends string>(
  sides: Record<Side, () => number | Promise<number>>,
  runs: number,
): Promise<Record<Side, number>> {
  const names = Object.keys(sides) as Side[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Side, number[]>;
  for (const name of names) await sides[name]();
  for (let run = 0; run < runs; run++) for (const name of names) measured[name].push(await sides[name]());
  return Object.fromEntries(names.map((name) => [name, median(measured[name])])) as Record<Side, number>;
}

/** Milliseconds that `work` takes. */
export async function milliseconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
