import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Engine, quoteIdentifier } from "../engine/index";
import { replacing } from "../engine/parquet";
import { DataError, InputError, throwIfAborted } from "../errors";

/** One stage of a run that is kept on the disk. */
export interface CheckpointStage {
  /** Names the stage's relation and its file: lower-case letters, digits and `_`. */
  name: string;
  /** SQL: an order in which no two rows tie, so that the stage's file has the same bytes whenever it is made. */
  orderBy: string;
  /** What the result depends on beside the stages before and `files`: parameters, a version of the code. As JSON. */
  settings?: unknown;
  /** Files that the stage reads; their contents count. */
  files?: readonly string[];
  /** Makes the relation `output`; the earlier stages' relations are there under their names. */
  run(context: { engine: Engine; output: string; signal?: AbortSignal }): Promise<void>;
}

/** A finished stage. */
export interface CheckpointedStage {
  name: string;
  /** Its Parquet file (on Spark a folder). */
  path: string;
  /** Whether it was there already. */
  skipped: boolean;
  /** SHA-256 of all that it was made of. */
  inputs: string;
  /** SHA-256 of what was written. */
  sha256: string;
}

interface Manifest {
  format: "flashlab checkpoint 1";
  stages: Omit<CheckpointedStage, "skipped" | "path">[];
}

const MANIFEST = "manifest.json";

/**
 * Runs stages one after another, each written to `folder` as Parquet, and skips those that are there already, made of the
 * same: the settings, the files' contents and the stages before. A run that was killed, aborted or failed is resumed by
 * running it again. Each stage's relation is a view of its file, whether it was just made or is an old one, so a resumed
 * run reads what an undisturbed one reads, and on DuckDB writes the same bytes (Spark names its files at random).
 *
 * A stage's file appears in one step, and only then is noted in `manifest.json`, also in one step: at any moment both
 * are whole. A file that was changed or removed since is made again, and so is all that follows from it. One run at a time
 * may use a folder.
 *
 * Throws InputError for names that can't be or are there twice, DataError for a manifest that isn't one, what a stage
 * throws, DiskFullError, AbortedError.
 */
export async function runCheckpointed(
  engine: Engine,
  folder: string,
  stages: readonly CheckpointStage[],
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (finished: number, stages: number) => void } = {},
): Promise<CheckpointedStage[]> {
  checkNames(stages);
  await mkdir(folder, { recursive: true });
  const manifest = readManifest(folder);
  const finished: CheckpointedStage[] = [];
  for (const [index, stage] of stages.entries()) {
    throwIfAborted(signal, `the stage "${stage.name}"`);
    const inputs = await inputsOf(stage, finished);
    const path = join(folder, `${String(index + 1).padStart(2, "0")}-${stage.name}.parquet`);
    const relation = quoteIdentifier(stage.name);
    const old = manifest.stages[index];
    const skipped = old?.inputs === inputs && existsSync(path) && (await digestPath(path)) === old.sha256;
    await engine.drop(relation);
    if (!skipped) {
      await stage.run({ engine, output: relation, signal });
      await engine.exportParquet(relation, path, { orderBy: stage.orderBy, signal });
      await engine.drop(relation);
    }
    await engine.importParquet(relation, path);
    const sha256 = skipped ? old.sha256 : await digestPath(path);
    finished.push({ name: stage.name, path, skipped, inputs, sha256 });
    // What is noted of later stages still holds if what they are made of comes out the same.
    if (!skipped) await writeManifest(folder, [...finished, ...manifest.stages.slice(index + 1)]);
    onProgress?.(index + 1, stages.length);
  }
  if (manifest.stages.length > stages.length) await writeManifest(folder, finished);
  return finished;
}

function checkNames(stages: readonly CheckpointStage[]): void {
  const names = stages.map(({ name }) => name);
  const bad = names.find((name, index) => !/^[a-z][a-z0-9_]*$/.test(name) || names.indexOf(name) < index);
  if (bad === undefined) return;
  throw new InputError("a stage's name is of lower-case letters, digits and _, and no other stage's", {
    value: bad,
    place: "stages",
  });
}

/** SHA-256 of all that a stage's rows follow from. */
async function inputsOf(
  { name, orderBy, settings = null, files = [] }: CheckpointStage,
  before: readonly CheckpointedStage[],
): Promise<string> {
  const contents = [];
  for (const file of files) {
    if (!existsSync(file)) throw new DataError("a stage's file isn't there", { value: file, place: `stage "${name}"` });
    contents.push(await digestPath(file));
  }
  const all = { name, orderBy, settings, files: contents, before: before.map(({ sha256 }) => sha256) };
  return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}

/** SHA-256 of a file, or of a folder's files with their names. */
async function digestPath(path: string): Promise<string> {
  const hash = createHash("sha256");
  const add = async (each: string, name: string): Promise<void> => {
    if ((await stat(each)).isDirectory()) {
      for (const entry of (await readdir(each)).sort()) await add(join(each, entry), `${name}/${entry}`);
      return;
    }
    hash.update(`${name}\0`);
    for await (const part of createReadStream(each, { highWaterMark: 1 << 20 })) hash.update(part as Buffer);
  };
  await add(path, "");
  return hash.digest("hex");
}

function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return { format: "flashlab checkpoint 1", stages: [] };
  let found: Partial<Manifest> | undefined;
  try {
    found = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    found = undefined;
  }
  if (found?.format === "flashlab checkpoint 1" && Array.isArray(found.stages)) return found as Manifest;
  throw new DataError("this isn't the manifest of a checkpointed run", {
    value: path,
    remedy: "Remove it to run all stages again, or choose another folder.",
  });
}

async function writeManifest(folder: string, finished: Manifest["stages"]): Promise<void> {
  const stages = finished.map(({ name, inputs, sha256 }) => ({ name, inputs, sha256 }));
  const manifest: Manifest = { format: "flashlab checkpoint 1", stages };
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  await replacing(join(folder, MANIFEST), (target) => writeFile(target, text));
}
