import { performance } from "node:perf_hooks";
import { ready } from "../../lib/backend/index";
import { open, sequences } from "../../lib/datasets/index";
import { disposeParameters } from "../../lib/models/parameters";
import { nextItemTask } from "../../lib/models/sequences/next-item";
import { train } from "../../lib/models/training/train";
import { behaviourShape, createBehaviour } from "../../lib/models/transformer/behaviour";
import {
  evaluateRanking,
  popularity,
  type RankingEvaluation,
  sequenceRecommender,
} from "../../lib/recommendation/index";
import { type Bench, type BenchContext, type Metric, metric } from "./harness";
import { lastHeldOut } from "./leave-last-out";

/** Published with the same split and full ranking (S3-Rec README); see the figures in the data set's notes. */
const PUBLISHED = { popularity: [0.0152, 0.0068], SASRec: [0.0605, 0.0318] } as const;
const SEEDS = 3;

/** What the figures were reached with. */
const SHAPE = { width: 64, heads: 2, blocks: 2, dropout: 0.5 };
const TRAINING = { epochs: 60, rate: 1e-3, decay: 0.01, clip: 5, patience: 12, validateEvery: 2 };

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const figures = ({ metrics }: RankingEvaluation) => [mean(metrics.hitRate), mean(metrics.ndcg)] as const;

async function run({ runs, log }: BenchContext): Promise<Metric[]> {
  await ready();
  const beauty = await open("amazon-beauty");
  const events = await sequences(beauty);
  await beauty.close();
  const behaviour = { offsets: events.offsets, fields: [events.items] };
  const protocol = { goal: "new", k: 10 } as const;
  const test = lastHeldOut(events);
  const results: Metric[] = [];
  const note = (name: string, [hits, gain]: readonly [number, number], published: keyof typeof PUBLISHED) => {
    const peer = (at: 0 | 1) => ({ name: `${published}, published`, value: PUBLISHED[published][at] });
    results.push(metric(`${name}: HR@10`, "of users", "higher", hits, peer(0)));
    results.push(metric(`${name}: NDCG@10`, "", "higher", gain, peer(1)));
  };
  const popular = evaluateRanking(popularity(test.history), test.history, test.future, protocol);
  log(popular.protocol.description);
  note("popularity", figures(popular), "popularity");
  // Early stopping looks at the last event but one of every eighth user, training at those before.
  const validation = lastHeldOut(withoutLast(events));
  const some = Int32Array.from({ length: Math.ceil((events.offsets.length - 1) / 8) }, (_, at) => 8 * at);
  const scores: (readonly [number, number])[] = [];
  const minutes: number[] = [];
  for (let seed = 1; seed <= Math.min(runs, SEEDS); seed++) {
    const start = performance.now();
    const model = createBehaviour(behaviourShape(events.itemCount, SHAPE), seed);
    const task = nextItemTask(model, behaviour, {
      seed,
      heldOut: 2,
      async validate() {
        const shown = sequenceRecommender(model, behaviour, { heldOut: 2 });
        const { metrics } = evaluateRanking(shown, validation.history, validation.future, protocol, { users: some });
        return { score: mean(metrics.ndcg), hitRate: mean(metrics.hitRate) };
      },
    });
    await train(task, {
      ...TRAINING,
      seed,
      onEpoch: ({ epoch, loss, seconds, metrics }) =>
        log(
          `seed ${seed}, epoch ${epoch}: loss ${loss.toFixed(4)}, ${seconds.toFixed(0)} s ${JSON.stringify(metrics)}`,
        ),
    });
    minutes.push((performance.now() - start) / 60_000);
    const recommender = sequenceRecommender(model, behaviour, { heldOut: 1 });
    scores.push(figures(evaluateRanking(recommender, test.history, test.future, protocol)));
    log(`seed ${seed}: HR@10 and NDCG@10 ${scores[seed - 1].map((value) => value.toFixed(4)).join(", ")}`);
    disposeParameters(model.parameters);
  }
  const average = [0, 1].map((at) => mean(scores.map((score) => score[at]))) as [number, number];
  note(`transformer, full softmax, mean of ${scores.length} seeds`, average, "SASRec");
  results.push(metric("training of a seed", "min", "lower", Math.max(...minutes), null));
  return results;
}

/** The same users without their last event: what is known while training. */
function withoutLast({ offsets, items, itemCount }: { offsets: Int32Array; items: Int32Array; itemCount: number }) {
  const last = new Set(offsets.subarray(1));
  return {
    offsets: offsets.map((start, user) => start - user),
    items: items.filter((_, at) => !last.has(at + 1)),
    itemCount,
  };
}

export default {
  about:
    "Next-item recommendation on Amazon Beauty, full ranking: three seeds against the published figures (an hour or two)",
  run,
} satisfies Bench;
