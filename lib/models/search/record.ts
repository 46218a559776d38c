import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, InputError } from "../../errors";

/** A trial's result at the end of a rung. */
export interface Score {
  trial: number;
  rung: number;
  /** Higher is better; −Infinity for a trial that failed. */
  score: number;
}

/** Scores that are kept as they come. */
export interface ScoreRecord {
  find(trial: number, rung: number): number | undefined;
  add(score: Score): Promise<void>;
}

interface Saved {
  kind: "flashlab search";
  of: Record<string, unknown>;
  /** A number, or null for −Infinity, which JSON lacks. */
  scores: { trial: number; rung: number; score: number | null }[];
}

/**
 * The scores of a search, kept in `search.json` of a folder where one is given: written beside it and renamed after each
 * score, so that a search that is stopped at any moment goes on with what it knew. Throws InputError where the folder holds
 * another search.
 */
export async function openScores(of: Record<string, unknown>, folder: string | undefined): Promise<ScoreRecord> {
  const scores = new Map<string, Score>();
  const path = folder === undefined ? undefined : join(folder, "search.json");
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const saved = path === undefined ? undefined : await read(path);
  if (saved && JSON.stringify(saved.of) !== JSON.stringify(of))
    throw new InputError("the folder holds another search", {
      value: saved.of,
      place: path,
      remedy: "Give the same space, sizes and seed, or another folder.",
    });
  for (const { trial, rung, score } of saved?.scores ?? [])
    scores.set(`${rung}/${trial}`, { trial, rung, score: score ?? -Infinity });
  return {
    find: (trial, rung) => scores.get(`${rung}/${trial}`)?.score,
    async add(score) {
      scores.set(`${score.rung}/${score.trial}`, score);
      if (path === undefined) return;
      const rows = [...scores.values()].map((row) => ({ ...row, score: row.score === -Infinity ? null : row.score }));
      await writeFile(`${path}.part`, JSON.stringify({ kind: "flashlab search", of, scores: rows } satisfies Saved));
      await rename(`${path}.part`, path);
    },
  };
}

async function read(path: string): Promise<Saved | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const saved = JSON.parse(text) as Saved;
    if (saved.kind === "flashlab search") return saved;
  } catch {
    // Said below.
  }
  throw new DataError("not the record of a search", { place: path, remedy: "Give another folder." });
}
