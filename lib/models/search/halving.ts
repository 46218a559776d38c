import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { type ColumnTable, from } from "arquero";
import { InputError, requireInteger, throwIfAborted } from "../../errors";
import { createRandom } from "../../random";
import { budget, type HalvingSizes, halvingRungs, type Rung } from "./plan";
import { openScores } from "./record";
import { describeSpace, drawSettings, type SettingsOf, type Space } from "./space";

/** A trial that is to go on. */
export interface Trial<S extends Space> {
  /** Counted from 0. */
  number: number;
  settings: SettingsOf<S>;
  rung: number;
  /** What it has used already, and what it shall have used when it is scored. */
  from: number;
  to: number;
  /** A folder of its own for what it goes on from; undefined where the search has none. */
  folder: string | undefined;
  signal: AbortSignal | undefined;
}

/** How far a search is. */
export interface SearchProgress {
  /** Share of all resources used, in [0, 1]. */
  share: number;
  /** The trial just scored, its rung, and its score. */
  trial: number;
  rung: number;
  score: number;
  /** Seconds left at the speed so far. */
  secondsLeft: number;
}

/** Options of a search. */
export interface SearchOptions<S extends Space> {
  space: S;
  seed: number | string;
  /**
   * Brings a trial from `from` to `to` and scores it; higher is better, NaN counts as failed. A trial with a folder goes on
   * from what it left there; one without starts over, or is kept by the caller.
   */
  evaluate(trial: Trial<S>): number | Promise<number>;
  /** Where to keep scores and the trials' folders; a search that finds itself there goes on. */
  folder?: string;
  onProgress?(progress: SearchProgress): void;
  signal?: AbortSignal;
}

/** What a search found. */
export interface SearchResult<S extends Space> {
  /** The best of the last rung. */
  best: { trial: number; settings: SettingsOf<S>; score: number; folder: string | undefined };
  /** A row a trial and rung: `trial`, `rung`, `resource`, `score`, and the settings. */
  scores: ColumnTable;
  rungs: Rung[];
  /** What all trials together used. */
  spent: number;
}

/**
 * Random search with successive halving (Jamieson and Talwalkar 2016): many random settings are trained a little, the best
 * third of them three times as far, and so on; the last has the whole training. Finds about what random search finds for
 * a fraction of its cost wherever what is good early tends to be good late. Trials are scored one after another; equal
 * scores go by the trial's number. The settings of trial n depend on seed, space and n alone.
 *
 * Throws InputError for sizes out of range or where every trial failed, AbortedError once `signal` is aborted.
 */
export async function successiveHalving<S extends Space>(
  options: SearchOptions<S> & HalvingSizes,
): Promise<SearchResult<S>> {
  const { space, seed, signal, folder } = options;
  const rungs = halvingRungs(options);
  const of = { space: describeSpace(space), seed: String(seed), rungs };
  const known = await openScores(of, folder);
  const random = createRandom(seed).fork("search");
  const settings = Array.from({ length: rungs[0].trials }, (_, trial) => drawSettings(space, random.fork(trial)));
  const folderOf = (trial: number) => (folder === undefined ? undefined : join(folder, `trial-${trial}`));
  const rows: Record<string, unknown>[] = [];
  const total = budget(rungs);
  const started = performance.now();
  let [spent, fresh] = [0, 0];
  let alive = settings.map((_, trial) => trial);
  let scored: { trial: number; score: number }[] = [];
  for (const [rung, { trials, resource }] of rungs.entries()) {
    alive = alive.slice(0, trials);
    const before = rung === 0 ? 0 : rungs[rung - 1].resource;
    scored = [];
    // In the trials' own order, so that a search that goes on does the same as one that wasn't stopped.
    for (const trial of [...alive].sort((a, b) => a - b)) {
      throwIfAborted(signal, "the search");
      let score = known.find(trial, rung);
      if (score === undefined) {
        score = await options.evaluate({
          number: trial,
          settings: settings[trial],
          rung,
          from: before,
          to: resource,
          folder: folderOf(trial),
          signal,
        });
        if (Number.isNaN(score)) score = -Infinity;
        await known.add({ trial, rung, score });
        fresh += resource - before;
      }
      spent += resource - before;
      scored.push({ trial, score });
      rows.push({ trial, rung, resource, score, ...settings[trial] });
      const pace = fresh === 0 ? 0 : (performance.now() - started) / 1000 / fresh;
      options.onProgress?.({ share: spent / total, trial, rung, score, secondsLeft: pace * (total - spent) });
    }
    scored.sort((a, b) => b.score - a.score || a.trial - b.trial);
    alive = scored.filter(({ score }) => score > -Infinity).map(({ trial }) => trial);
    if (alive.length === 0)
      throw new InputError("every trial failed", {
        value: settings[scored[0].trial],
        place: `rung ${rung}`,
        remedy: "Narrow the space: look at the settings of the trials.",
      });
  }
  const [{ trial, score }] = scored;
  return {
    best: { trial, settings: settings[trial], score, folder: folderOf(trial) },
    scores: from(rows),
    rungs,
    spent,
  };
}

/** Random search (Bergstra and Bengio 2012): every trial has the whole resource. */
export function randomSearch<S extends Space>(
  options: SearchOptions<S> & { trials: number; resource?: number },
): Promise<SearchResult<S>> {
  const most = requireInteger(options.resource ?? 1, "resource", 1);
  return successiveHalving({ ...options, most, least: most });
}
