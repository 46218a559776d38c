import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError, requireInteger, requireNumber } from "../../errors";
import type { SparseMatrix } from "../../sparse/index";
import { rankShares } from "../blend";
import { determinantalList, type ItemSimilarity, maximalMarginalRelevance } from "../diversity";
import { exactSearch } from "../search/exact";
import { type HnswOptions, type HnswSearch, hnswSearch, loadHnsw } from "../search/hnsw";
import type { VectorSearch } from "../search/vector-search";
import { sparseSimilarity, vectorSimilarity } from "../vectors";
import { checkModel, PART_NAMES, type PartName, type RecommendationModel, SERVING_DEPTH } from "./model";
import { makeParts, type Part, type Query, type Reason } from "./parts";
import { ask, filterOf, type RecommendOptions } from "./query";
import { loadModel, saveModel } from "./store";

/** An item on a list. */
export interface Recommended {
  item: string;
  /** Weighted reciprocal ranks: comparable within a list. */
  score: number;
  reason: Reason;
}

/** A user's list. */
export interface UserRecommendations {
  user: string;
  /** Whether the model knew the user. */
  known: boolean;
  /** Best first; fewer than k only where the filters leave fewer. */
  items: Recommended[];
}

/** A model ready to answer. */
export interface Recommendations {
  readonly model: RecommendationModel;
  /** How factors are searched; undefined without factors. */
  readonly search: "exact" | "approximate" | undefined;
  /**
   * Lists for users: known ones, known ones with a visit that goes on, and newcomers, who get what their place, their
   * groups and the hour say, and with a first basket also what goes with that.
   *
   * Each part's list counts by rank (see BlendScale, "rank"): the same as `blend` of the same parts with the same
   * depth. Where filters leave fewer than k of all that the parts found, the most popular items follow.
   * Throws {@link InputError} for options out of range and ids that the model doesn't know (of items; users may be unknown).
   */
  recommend(userIds: readonly string[], options?: RecommendOptions): UserRecommendations[];
  /** Writes model and search graph into a folder; see saveModel. */
  save(folder: string): Promise<void>;
  /** Frees what is held outside JavaScript's own memory. */
  dispose(): void;
}

/** How a model is served. */
export interface ServeOptions {
  /** How factors are searched. Default "exact". */
  search?: "exact" | "approximate";
  /** Settings of the graph, where it has to be built. */
  hnsw?: HnswOptions;
}

/** File of the search graph in a model's folder. */
const GRAPH = "items.hnsw";

/** Makes a model ready to answer. */
export function serveModel(model: RecommendationModel, options: ServeOptions = {}): Recommendations {
  return ready(checkModel(model), options, undefined);
}

/** Loads a model from a folder that `save` wrote and makes it ready to answer; a saved search graph is used as it is. */
export async function openModel(folder: string, options: ServeOptions = {}): Promise<Recommendations> {
  const { model, files } = await loadModel(folder);
  const path = join(folder, GRAPH);
  const graph =
    options.search === "approximate" && model.factors && files.includes(GRAPH) && existsSync(path)
      ? await loadHnsw(path, model.factors.rank, options.hnsw)
      : undefined;
  return ready(model, options, graph);
}

function ready(model: RecommendationModel, options: ServeOptions, graph: HnswSearch | undefined): Recommendations {
  const { search: kind = "exact", hnsw } = options;
  if (kind !== "exact" && kind !== "approximate")
    throw new InputError('a search is "exact" or "approximate"', { value: kind, place: "search" });
  const depth = model.depth ?? SERVING_DEPTH;
  let search: VectorSearch | undefined = graph;
  if (model.factors && !search) {
    const { itemCount: count, rank: width, items: values } = model.factors;
    if (kind === "exact") search = exactSearch({ count, width, values });
    else search = graph = hnswSearch({ count, width, values }, { ...hnsw, similarity: "product" });
  }
  const parts = makeParts(model, search, depth);
  const columnOf = new Map(model.items.map((id, column) => [id, column]));
  const rowOf = new Map(model.users.map((id, row) => [id, row]));
  const popular = byPopularity(model.history);
  const similarity = similarityOf(model);

  return {
    model,
    search: model.factors ? kind : undefined,
    recommend(userIds, given = {}) {
      const k = requireInteger(given.k ?? 10, "k", 1);
      const query = ask(model, userIds, given, rowOf, columnOf);
      const filter = filterOf(model, query, given, columnOf);
      const found = gather(model, parts, query, depth);
      const excluded = new Uint8Array(model.items.length);
      return userIds.map((user, asked) => {
        excluded.fill(0);
        filter(asked, excluded);
        const scored = [...found[asked]].filter(([item]) => excluded[item] === 0);
        scored.sort(([a, one], [b, other]) => other.score - one.score || a - b);
        const chosen = diversified(scored, k, given, similarity);
        const items: Recommended[] = chosen.map(([item, { score, by }]) => ({
          item: model.items[item],
          score,
          reason: (parts.get(by) as Part).reason(query, asked, item),
        }));
        for (const item of popular) {
          if (items.length >= k) break;
          if (excluded[item] === 1 || found[asked].has(item)) continue;
          items.push({ item: model.items[item], score: 0, reason: { part: "popular", text: "popular with everyone" } });
        }
        return { user, known: query.rows[asked] >= 0, items };
      });
    },
    save: (folder) => saveModel(folder, model, graph ? { [GRAPH]: graph.save } : {}),
    dispose: () => search?.dispose(),
  };
}

interface Scored {
  score: number;
  /** The part that gave the most of it. */
  by: PartName;
  most: number;
}

/** Each one's candidates with their blended scores. */
function gather(
  model: RecommendationModel,
  parts: ReadonlyMap<PartName, Part>,
  query: Query,
  depth: number,
): Map<number, Scored>[] {
  const found = Array.from(query.rows, () => new Map<number, Scored>());
  for (const name of PART_NAMES) {
    const part = parts.get(name);
    if (!part) continue;
    const weight = model.weights[name] ?? 0;
    for (const [asked, list] of part.lists(query).entries()) {
      if (!list) continue;
      const shares = rankShares(list.scores, depth, list.more);
      for (let at = 0; at < list.items.length; at++) {
        if (shares[at] === 0) continue;
        const share = weight * shares[at];
        const before = found[asked].get(list.items[at]);
        if (!before) found[asked].set(list.items[at], { score: share, by: name, most: share });
        else {
          before.score += share;
          if (share > before.most) Object.assign(before, { by: name, most: share });
        }
      }
    }
  }
  return found;
}

/** Candidates that a diverse list is chosen from, for each of its places. */
const POOL = 10;

function diversified(
  scored: [number, Scored][],
  k: number,
  { diversity = 0, diversifier = "marginal" }: RecommendOptions,
  similarity: ItemSimilarity | undefined,
): [number, Scored][] {
  requireNumber(diversity, "diversity", 0, 1);
  if (diversity === 0) return scored.slice(0, k);
  if (!similarity)
    throw new InputError("the model doesn't know how alike items are", {
      value: diversity,
      place: "diversity",
      remedy: "Give vectors or neighbours when it is saved.",
    });
  const pool = scored.slice(0, POOL * k);
  const candidates = { items: pool.map(([item]) => item), scores: pool.map(([, { score }]) => score) };
  const choose = diversifier === "determinantal" ? determinantalList : maximalMarginalRelevance;
  const byItem = new Map(pool);
  return Array.from(choose(candidates, similarity, { k, diversity }), (item) => [item, byItem.get(item) as Scored]);
}

function similarityOf({ vectors, neighbours }: RecommendationModel): ItemSimilarity | undefined {
  if (vectors) return vectorSimilarity(vectors);
  return neighbours && sparseSimilarity(neighbours);
}

function byPopularity({ columnCount, indices }: SparseMatrix): Int32Array {
  const users = new Int32Array(columnCount);
  for (const item of indices) users[item]++;
  return Int32Array.from(users.keys()).sort((a, b) => users[b] - users[a] || a - b);
}
