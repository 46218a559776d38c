import { join } from "node:path";
import { type SearchOptions, type SearchResult, successiveHalving } from "./halving";
import { budget, type HalvingSizes, halvingRungs, hyperbandBrackets } from "./plan";
import type { Space } from "./space";

/** Options of {@link hyperband}. */
export type HyperbandOptions<S extends Space> = SearchOptions<S> & Pick<HalvingSizes, "most" | "factor">;

/**
 * Hyperband (Li et al. 2018): successive halving from several starts, from many trials with little training to a few with all
 * of it, for where nobody knows how early trials can be told apart. Each bracket draws settings of its own and, where a folder is
 * given, has a folder in it.
 */
export async function hyperband<S extends Space>(
  options: HyperbandOptions<S>,
): Promise<{ best: SearchResult<S>["best"]; brackets: SearchResult<S>[]; spent: number }> {
  const sizes = hyperbandBrackets(options);
  const costs = sizes.map((size) => budget(halvingRungs(size)));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const brackets: SearchResult<S>[] = [];
  let done = 0;
  for (const [at, size] of sizes.entries()) {
    const left = total - done - costs[at];
    const found = await successiveHalving({
      ...options,
      ...size,
      seed: `${options.seed}/bracket ${at}`,
      folder: options.folder === undefined ? undefined : join(options.folder, `bracket-${at}`),
      onProgress: (progress) => {
        const used = progress.share * costs[at];
        const pace = used < costs[at] ? progress.secondsLeft / (costs[at] - used) : 0;
        const secondsLeft = progress.secondsLeft + pace * left;
        options.onProgress?.({ ...progress, share: (done + used) / total, secondsLeft });
      },
    });
    done += costs[at];
    brackets.push(found);
  }
  const best = brackets.map((bracket) => bracket.best).reduce((a, b) => (b.score > a.score ? b : a));
  return { best, brackets, spent: done };
}
