import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { type Engine, openEngine } from "../../engine/index";
import { quoteText } from "../../engine/quote";
import { DataError } from "../../errors";
import type { BoxSpace, MultiDiscreteSpace } from "../environment";
import { checkLog, type LoggedSteps, observationWidth } from "./logged-steps";

/** Under this name a Parquet file says what its columns mean. */
const KEY = "flashlab_logged_steps";

/**
 * Writes a log as a Parquet file (zstd): a row a step, `o0 … n0 …` the numbers of the observation before and after, `mask`
 * and `next_mask` a text of 0 and 1 with a digit an action; the spaces are in the file's metadata, as JSON.
 * Numbers come back as they were, bit for bit.
 */
export async function saveSteps(log: LoggedSteps, file: string): Promise<void> {
  const width = observationWidth(log.observationSpace);
  const numbers = Array.from({ length: width }, (_, i) => i);
  const columns: Record<string, string> = {
    ...{
      step: "INTEGER",
      episode: "INTEGER",
      action: "UTINYINT",
      propensity: "DOUBLE",
      reward: "DOUBLE",
      cost: "DOUBLE",
    },
    ...{ terminated: "UTINYINT", mask: "VARCHAR", next_mask: "VARCHAR" },
    ...Object.fromEntries(numbers.flatMap((i) => [`o${i}`, `n${i}`]).map((name) => [name, "DOUBLE"])),
  };
  const text = `${file}.csv`;
  const temporary = `${file}.part`;
  try {
    const stream = createWriteStream(text);
    for (let step = 0; step < log.steps; step++) {
      const row: (number | string)[] = [
        ...[step, log.episodes[step], log.taken[step], log.propensities[step], log.rewards[step], log.costs[step]],
        ...[log.terminated[step], digits(log.masks, step, log.actions), digits(log.nextMasks, step, log.actions)],
      ];
      for (const i of numbers) row.push(log.observations[step * width + i], log.next[step * width + i]);
      if (!stream.write(`${row.join()}\n`)) await new Promise<void>((resolve) => stream.once("drain", () => resolve()));
    }
    stream.end();
    await finished(stream);
    await withEngine((engine) =>
      engine.run(`COPY (
        SELECT * FROM read_csv(${quoteText(text)}, header = false, columns = ${struct(columns)}) ORDER BY step
      ) TO ${quoteText(temporary)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA ${struct({ [KEY]: describe(log) })})`),
    );
    await rename(temporary, file);
  } finally {
    await Promise.all([rm(text, { force: true }), rm(temporary, { force: true })]);
  }
}

/** Reads what {@link saveSteps} wrote. Throws {@link DataError} for another file, InputError for a log that was tampered with. */
export async function loadSteps(file: string): Promise<LoggedSteps> {
  return withEngine(async (engine) => {
    const source = quoteText(file);
    const found = await engine.columns(
      `SELECT decode(value) AS value FROM parquet_kv_metadata(${source}) WHERE decode(key) = '${KEY}'`,
    );
    const description = (found.value as string[])[0];
    if (description === undefined)
      throw new DataError("this Parquet file doesn't hold logged steps", {
        place: file,
        remedy: "Give a file that saveSteps wrote.",
      });
    const { actions, observationSpace } = parse(description);
    const width = observationWidth(observationSpace);
    const columns = await engine.columns(`SELECT * FROM read_parquet(${source}) ORDER BY step`);
    const steps = columns.step.length;
    const interleave = (prefix: string) => {
      const into = new Float64Array(steps * width);
      for (let i = 0; i < width; i++)
        (columns[`${prefix}${i}`] as Float64Array).forEach((value, step) => {
          into[step * width + i] = value;
        });
      return into;
    };
    return checkLog({
      ...{ steps, actions, observationSpace, observations: interleave("o"), next: interleave("n") },
      masks: bytes(columns.mask as string[], actions),
      nextMasks: bytes(columns.next_mask as string[], actions),
      taken: columns.action as Int32Array,
      propensities: columns.propensity as Float64Array,
      rewards: columns.reward as Float64Array,
      costs: columns.cost as Float64Array,
      terminated: Uint8Array.from(columns.terminated as Int32Array),
      episodes: columns.episode as Int32Array,
    });
  });
}

async function withEngine<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openEngine();
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

function struct(entries: Record<string, string>): string {
  return `{${Object.entries(entries)
    .map(([name, value]) => `${quoteText(name)}: ${quoteText(value)}`)
    .join(", ")}}`;
}

function digits(masks: Uint8Array, step: number, actions: number): string {
  return masks.subarray(step * actions, (step + 1) * actions).join("");
}

function bytes(masks: string[], actions: number): Uint8Array {
  const into = new Uint8Array(masks.length * actions);
  masks.forEach((mask, step) => {
    for (let action = 0; action < actions; action++) into[step * actions + action] = mask[action] === "1" ? 1 : 0;
  });
  return into;
}

/** JSON has no infinity: a bound that is none is null. */
function describe({ actions, observationSpace: space }: LoggedSteps): string {
  const plain = space.kind === "box" ? { ...space, low: Array.from(space.low), high: Array.from(space.high) } : space;
  return JSON.stringify({ actions, observationSpace: plain });
}

function parse(description: string): { actions: number; observationSpace: MultiDiscreteSpace | BoxSpace } {
  const { actions, observationSpace: space } = JSON.parse(description);
  if (space.kind === "multi-discrete") return { actions, observationSpace: space };
  const bounds = (values: (number | null)[], none: number) => Float64Array.from(values, (value) => value ?? none);
  return {
    actions,
    observationSpace: { ...space, low: bounds(space.low, -Infinity), high: bounds(space.high, Infinity) },
  };
}
