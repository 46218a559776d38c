import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../errors";
import { readRecord, writeRecord } from "../record-file";

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

const KIND = "flashlab search";

interface Saved {
  kind: typeof KIND;
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
  const saved = path === undefined ? undefined : await readRecord<Saved>(path, KIND);
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
      await writeRecord<Saved>(path, { kind: KIND, of, scores: rows });
    },
  };
}
