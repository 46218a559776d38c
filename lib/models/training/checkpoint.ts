import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { NamedArrays } from "../parameters";
import { readRecord, writeRecord } from "../record-file";
import { readSafetensors, writeSafetensors } from "../safetensors";
import type { EpochReport } from "./train";

/** All that a run needs to go on. */
export interface Checkpoint {
  seed: string;
  /** Steps of the whole run, and those done. */
  total: number;
  step: number;
  reports: EpochReport[];
  best?: { epoch: number; score: number; weights: NamedArrays };
  weights: NamedArrays;
  optimizer: NamedArrays;
}

/** Keeps the last checkpoint of a run. */
export interface CheckpointFolder {
  /** The last checkpoint, or undefined in an empty folder. */
  read(): Promise<Checkpoint | undefined>;
  write(checkpoint: Checkpoint): Promise<void>;
}

const KIND = "flashlab training checkpoint";

interface Manifest extends Omit<Checkpoint, "best" | "weights" | "optimizer"> {
  kind: typeof KIND;
  files: { weights: string; optimizer: string };
  best?: { epoch: number; score: number; file: string };
}

/**
 * A folder for checkpoints: weights and optimizer in safetensors, everything else in `checkpoint.json`, which is put in
 * place last by a rename and names the files that belong to it. Whenever the process ends, the folder holds one whole
 * checkpoint, the old or the new.
 */
export async function openCheckpoints(folder: string): Promise<CheckpointFolder> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "checkpoint.json");
  let current = await readRecord<Manifest>(path, KIND);
  return {
    async read() {
      if (!current) return undefined;
      const { kind: _, files, best, ...rest } = current;
      const load = async (file: string) => (await readSafetensors(join(folder, file))).arrays;
      return {
        ...rest,
        best: best && { epoch: best.epoch, score: best.score, weights: await load(best.file) },
        weights: await load(files.weights),
        optimizer: await load(files.optimizer),
      };
    },
    async write({ best, weights, optimizer, ...rest }) {
      const manifest: Manifest = {
        kind: KIND,
        ...rest,
        files: { weights: `weights-${rest.step}.safetensors`, optimizer: `optimizer-${rest.step}.safetensors` },
      };
      await writeSafetensors(join(folder, manifest.files.weights), weights);
      await writeSafetensors(join(folder, manifest.files.optimizer), optimizer);
      if (best) {
        manifest.best = { epoch: best.epoch, score: best.score, file: `best-${best.epoch}.safetensors` };
        if (current?.best?.file !== manifest.best.file)
          await writeSafetensors(join(folder, manifest.best.file), best.weights);
      }
      await writeRecord(path, manifest);
      const old = current ? [current.files.weights, current.files.optimizer, current.best?.file] : [];
      const still = new Set([manifest.files.weights, manifest.files.optimizer, manifest.best?.file]);
      for (const file of old) if (file && !still.has(file)) await rm(join(folder, file), { force: true });
      current = manifest;
    },
  };
}
