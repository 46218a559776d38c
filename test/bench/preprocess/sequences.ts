import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { openEngine } from "../../../lib/engine/index";
import { interactionMatrix, readSequences } from "../../../lib/preprocessing/index";

const WEIGHTS = { view: 1, favourite: 2, cart: 3, purchase: 5 };

/** `sequences.ts PARQUET`: sequences and matrix once; prints seconds, peak memory and sums that depend on every place. */
async function main(parquet: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "flashlab-sequences-"));
  try {
    const start = performance.now();
    const before = process.cpuUsage();
    const engine = await openEngine({ memoryLimit: "1GB", spillFolder: join(folder, "spill") });
    await engine.createView(
      "events",
      `SELECT file_row_number AS source_row, * FROM read_parquet('${parquet}', file_row_number = true)`,
    );
    const { offsets, items, times } = await readSequences(engine, "events");
    const { matrix } = await interactionMatrix(engine, "events", { weights: WEIGHTS });
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(before);
    await engine.close();
    const peak = process.resourceUsage().maxRSS * 1024;
    const first = times.reduce((least, time) => Math.min(least, time), Infinity);
    const result = {
      rows: offsets.length - 1,
      events: items.length,
      item_sum: items.reduce((sum, item) => sum + item, 0),
      ordered_items: items.reduce((sum, item, place) => sum + item * (place % 1000), 0),
      ordered_times: times.reduce((sum, time, place) => sum + (time - first) * (place % 1000), 0),
      entries: matrix.values.length,
      weight: matrix.values.reduce((sum, value) => sum + value, 0),
      places: matrix.indices.reduce((sum, column, place) => sum + column * (place % 1000), 0),
      matrix_rows: matrix.rowCount,
    };
    process.stdout.write(`${JSON.stringify({ seconds, cpu: (user + system) / 1e6, peak, result })}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main(process.argv[2]);
