import { Largest, type SparseMatrix } from "../../sparse/index";
import { scoresFor } from "../context/groups";
import { interestProfiles } from "../context/interest";
import { scoresAt } from "../context/time";
import { foldIn } from "../fold-in";
import { neighbourRecommender } from "../neighbours";
import { listMaker, type RankedList, topItems } from "../recommender";
import type { VectorSearch } from "../search/vector-search";
import type { PartName, RecommendationModel } from "./model";

/** Who is asked for, all at once. */
export interface Query {
  /** Each one's row in the model; −1 for someone it doesn't know, [asked]. */
  rows: Int32Array;
  /** What each had, what was told with the question included, [asked × items]. */
  history: SparseMatrix;
  /** Whether something was told with the question, [asked]. */
  told: Uint8Array;
  /** The moment, in seconds since 1970 UTC; all times alike where it isn't said. */
  at?: number;
  /** Each one's groups by kind, [asked]. */
  groups: readonly Readonly<Record<string, string | null>>[];
}

/** What put an item on a list. */
export interface Reason {
  part: PartName | "popular";
  /** In words. */
  text: string;
  /** The user's own item that it goes with, for `neighbours`. */
  item?: string;
}

/** One way to find items. */
export interface Part {
  /**
   * One longer list than `depth` for each one asked for, where there is more; undefined where the part knows nothing. `more`
   * is whether there are items of lower score that the list leaves out.
   */
  lists(query: Query): ((RankedList & { more: boolean }) | undefined)[];
  reason(query: Query, asked: number, item: number): Reason;
}

/** Makes the parts that have a weight. */
export function makeParts(
  model: RecommendationModel,
  search: VectorSearch | undefined,
  depth: number,
): Map<PartName, Part> {
  const makers: Record<PartName, () => Part> = {
    neighbours: () => neighbourPart(model, depth),
    factors: () => factorPart(model, search as VectorSearch, depth),
    interest: () => interestPart(model, depth),
    time: () => timePart(model, depth),
    groups: () => groupPart(model, depth),
  };
  const wanted = (Object.keys(makers) as PartName[]).filter((name) => (model.weights[name] ?? 0) > 0);
  return new Map(wanted.map((name) => [name, makers[name]()]));
}

/** What one asked for had: [begin, end) in the history's arrays. */
const had = ({ offsets }: SparseMatrix, asked: number) => [offsets[asked], offsets[asked + 1]] as const;
const hasHistory = (query: Query, asked: number) => query.history.offsets[asked + 1] > query.history.offsets[asked];

function neighbourPart({ neighbours, items }: RecommendationModel, depth: number): Part {
  const known = neighbours as SparseMatrix;
  return {
    lists(query) {
      const list = listMaker(neighbourRecommender(query.history, known), depth + 1);
      return Array.from(query.rows, (_, asked) => {
        if (!hasHistory(query, asked)) return undefined;
        return { ...list(asked), more: true };
      });
    },
    reason({ history }, asked, item) {
      const [begin, end] = had(history, asked);
      let [best, most] = [-1, 0];
      for (let at = begin; at < end; at++) {
        const own = history.indices[at];
        for (let entry = known.offsets[own]; entry < known.offsets[own + 1]; entry++) {
          if (known.indices[entry] !== item) continue;
          const share = known.values[entry] * history.values[at];
          if (share > most) [best, most] = [own, share];
        }
      }
      return { part: "neighbours", text: `goes with ${items[best]}, which you had`, item: items[best] };
    },
  };
}

function factorPart(model: RecommendationModel, search: VectorSearch, depth: number): Part {
  const factors = model.factors as NonNullable<RecommendationModel["factors"]>;
  const { rank, users } = factors;
  const fold = model.foldIn ? foldIn(factors, model.foldIn) : undefined;
  return {
    lists({ rows, history, told }) {
      const asked: number[] = [];
      const vectors: Float32Array[] = [];
      rows.forEach((row, at) => {
        const [begin, end] = had(history, at);
        if (begin === end) return;
        if (row >= 0 && (told[at] === 0 || !fold)) vectors.push(users.subarray(row * rank, (row + 1) * rank));
        else if (fold) vectors.push(fold(history.indices.subarray(begin, end), history.values.subarray(begin, end)));
        else return;
        asked.push(at);
      });
      const queries = new Float32Array(vectors.length * rank);
      for (const [at, vector] of vectors.entries()) queries.set(vector, at * rank);
      const lists: ((RankedList & { more: boolean }) | undefined)[] = Array.from(rows, () => undefined);
      const { k, indices, scores } = search.find(queries, depth + 1);
      for (const [at, who] of asked.entries()) {
        let end = (at + 1) * k;
        while (end > at * k && indices[end - 1] < 0) end--;
        lists[who] = {
          items: indices.slice(at * k, end),
          scores: Float64Array.from(scores.subarray(at * k, end)),
          more: k < search.count,
        };
      }
      return lists;
    },
    reason: () => ({ part: "factors", text: "others with a taste like yours had it" }),
  };
}

function interestPart({ history, attributes }: RecommendationModel, depth: number): Part {
  const { categories, categoryOfItem, profileOf, scores } = interestProfiles(history, attributes?.category ?? []);
  const best = ranker(depth);
  return {
    lists: (query) =>
      Array.from(query.rows, (_, asked) => {
        const [begin, end] = had(query.history, asked);
        if (begin === end) return undefined;
        const { indices, values } = query.history;
        return best(scores(profileOf(indices.subarray(begin, end), values.subarray(begin, end))));
      }),
    reason: (_query, _asked, item) => ({
      part: "interest",
      text: `popular in ${categories[categoryOfItem[item]] || "what has no category"}, which you often take`,
    }),
  };
}

function timePart({ time }: RecommendationModel, depth: number): Part {
  const model = time as NonNullable<RecommendationModel["time"]>;
  const best = ranker(depth);
  return {
    lists({ rows, at }) {
      // The same list for everyone.
      const list = best(at === undefined ? model.totals : scoresAt(model, at));
      return Array.from(rows, () => list);
    },
    reason: ({ at }) => ({
      part: "time",
      text: at === undefined || model.slots === "none" ? "in demand now" : "in demand at this time",
    }),
  };
}

function groupPart({ groups }: RecommendationModel, depth: number): Part {
  const kinds = Object.entries(groups ?? {});
  const { overall } = kinds[0][1].popularity;
  const best = ranker(depth);
  // There are few combinations of groups, and many users; areas and ages are from the model, so their number is bounded.
  const made = new Map<string, RankedList & { more: boolean }>();
  const known = (own: Readonly<Record<string, string | null>>) =>
    kinds
      .map(([kind, { popularity }]) => ({ kind, model: popularity, group: own[kind] ?? null }))
      .filter(({ model, group }) => group !== null && model.groups.includes(group));
  return {
    lists: (query) =>
      query.groups.map((own) => {
        const some = known(own);
        if (some.length === 0) return undefined;
        const key = JSON.stringify(some.map(({ kind, group }) => [kind, group]));
        const list = made.get(key) ?? best(scoresFor(some, overall));
        made.set(key, list);
        return list;
      }),
    reason: (query, asked) => ({
      part: "groups",
      text: `in demand with ${known(query.groups[asked])
        .map(({ kind, group }) => `${kind} ${group}`)
        .join(" and ")}`,
    }),
  };
}

/** Lists of the best by scores of all items. */
function ranker(depth: number): (scores: Float64Array) => RankedList & { more: boolean } {
  const largest = new Largest(depth + 1);
  return (scores) => {
    const items = topItems(scores, largest);
    return { items, scores: Float64Array.from(items, (item) => scores[item]), more: items.length < scores.length };
  };
}
