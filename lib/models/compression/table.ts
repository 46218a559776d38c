import { stat } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { type ColumnTable, from } from "arquero";
import { requireInteger, throwIfAborted } from "../../errors";
import { countParameters, type Parameters } from "../parameters";
import { sparsity } from "./prune";

/** A model that was made smaller, with all that is measured of it. */
export interface Variant {
  name: string;
  parameters: Parameters;
  /** Its file on the disk. */
  file: string;
  /** Uses the model once, as it is used in earnest; resolves when the result is there. */
  use(): Promise<unknown>;
  /** How good it is, by name of the metric. */
  quality(): Promise<Record<string, number>>;
}

/**
 * What each variant of a model costs and is worth: a row a variant with `variant`, `parameters`, `zeros` (share of the matrices'
 * weights), `bytes` on the disk, `smaller` (the first variant's bytes over its own), `milliseconds` of one use (median of
 * `runs`, all variants in turn, after one use unmeasured), `faster` (than the first), and its quality.
 */
export async function compareVariants(
  variants: readonly Variant[],
  options: { runs?: number; signal?: AbortSignal } = {},
): Promise<ColumnTable> {
  const runs = requireInteger(options.runs ?? 9, "runs", 1);
  const times = variants.map(() => [] as number[]);
  for (let run = 0; run <= runs; run++)
    for (const [at, variant] of variants.entries()) {
      throwIfAborted(options.signal, "the comparison");
      const started = performance.now();
      await variant.use();
      if (run > 0) times[at].push(performance.now() - started);
    }
  const rows: Record<string, unknown>[] = [];
  for (const [at, variant] of variants.entries()) {
    const { size } = await stat(variant.file);
    const milliseconds = times[at].sort((a, b) => a - b)[runs >> 1];
    const [first] = rows as { bytes: number; milliseconds: number }[];
    rows.push({
      variant: variant.name,
      parameters: countParameters(variant.parameters),
      zeros: await sparsity(variant.parameters),
      bytes: size,
      smaller: (first?.bytes ?? size) / size,
      milliseconds,
      faster: (first?.milliseconds ?? milliseconds) / milliseconds,
      ...(await variant.quality()),
    });
  }
  return from(rows);
}
