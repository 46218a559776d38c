import { performance } from "node:perf_hooks";
import { ready } from "../../lib/backend/index";
import { open, sequences } from "../../lib/datasets/index";
import { disposeParameters } from "../../lib/models/parameters";
import { behaviourShape, createBehaviour } from "../../lib/models/transformer/behaviour";
import { evaluateRanking, type Recommender, sequenceRecommender } from "../../lib/recommendation/index";
import { type Bench, type BenchContext, type Metric, median, metric } from "./harness";
import { lastHeldOut } from "./leave-last-out";

const K = 10;

/** HR and NDCG at {@link K} of each user by sorting all scores: the definition, and slow. */
function bySorting(
  recommender: Recommender,
  { items, offsets }: { items: Int32Array; offsets: Int32Array },
  users: Int32Array,
): { hitRate: number[]; ndcg: number[] } {
  const scores = new Float64Array(recommender.itemCount);
  const found = { hitRate: [] as number[], ndcg: [] as number[] };
  for (const user of users) {
    recommender.score(user, scores);
    const end = offsets[user + 1] - 1;
    const had = new Set(items.subarray(offsets[user], end));
    const ranked = Array.from(scores, (_, at) => at + 1)
      .filter((item) => !had.has(item))
      .sort((a, b) => scores[b - 1] - scores[a - 1]);
    const place = ranked.indexOf(items[end]);
    found.hitRate.push(place < K ? 1 : 0);
    found.ndcg.push(place < K ? 1 / Math.log2(place + 2) : 0);
  }
  return found;
}

async function run({ runs, log }: BenchContext): Promise<Metric[]> {
  await ready();
  const beauty = await open("amazon-beauty");
  const events = await sequences(beauty);
  await beauty.close();
  // Weights as they are at the start: how long a ranking takes doesn't depend on how good it is.
  const model = createBehaviour(behaviourShape(events.itemCount), 1);
  const recommender = sequenceRecommender(model, { offsets: events.offsets, fields: [events.items] }, { heldOut: 1 });
  const { history, future } = lastHeldOut(events);
  const seconds: number[] = [];
  let users = 0;
  for (let turn = 0; turn <= runs; turn++) {
    const start = performance.now();
    const evaluation = evaluateRanking(recommender, history, future, { goal: "new", k: K });
    if (turn > 0) seconds.push((performance.now() - start) / 1000);
    users = evaluation.users.length;
    if (turn < runs) continue;
    log(evaluation.protocol.description);
    const some = evaluation.users.filter((_, at) => at % 100 === 0);
    const naive = bySorting(recommender, events, some);
    const furthest = (["hitRate", "ndcg"] as const).flatMap((name) =>
      naive[name].map((value, at) => Math.abs(value - evaluation.metrics[name][at * 100])),
    );
    disposeParameters(model.parameters);
    return [
      metric(`full ranking of ${events.itemCount} items for ${users} users`, "s", "lower", median(seconds), null),
      metric(`furthest from sorting, ${some.length} users`, "of HR and NDCG", "lower", Math.max(...furthest), null),
    ];
  }
  return [];
}

export default {
  about: "Full ranking of Amazon Beauty by a behaviour transformer: scores, masks and metrics, checked by sorting",
  run,
} satisfies Bench;
