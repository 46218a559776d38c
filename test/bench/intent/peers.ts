import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Peer } from "../peer";
import type { IntentData } from "./data";

/** What scikit-learn's models are called in the table. */
export const SKLEARN = {
  logistic: "scikit-learn's logistic regression, features",
  trees: "scikit-learn's HistGradientBoosting, features",
} as const;

/** scikit-learn's chances for the same rows from the same features, through files of doubles. */
export async function peerChances(
  python: string,
  { train, test, names }: IntentData,
): Promise<Record<string, Float64Array>> {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-intent-"));
  const peer = new Peer(python, "intent");
  try {
    const file = async (name: string, values: ArrayLike<number>) => {
      const path = join(folder, name);
      await writeFile(path, new Uint8Array(Float64Array.from(values).buffer));
      return path;
    };
    const labels = await file("labels", train.labels);
    const ask = async (model: "logistic" | "trees", from: "scaled" | "features") => {
      const request = {
        model,
        width: names.length,
        labels,
        train: await file(`train-${from}`, train[from]),
        test: await file(`test-${from}`, test[from]),
      };
      return Float64Array.from((await peer.ask<{ chances: number[] }>(request)).chances);
    };
    return { [SKLEARN.logistic]: await ask("logistic", "scaled"), [SKLEARN.trees]: await ask("trees", "features") };
  } finally {
    peer.close();
    await rm(folder, { recursive: true });
  }
}
