import { join } from "node:path";
import { ready } from "../../lib/backend/index";
import { open, sequences } from "../../lib/datasets/index";
import { BeautyStudy, type Found, METHODS, type Settings } from "./beauty-study";
import { type Bench, type BenchContext, type Metric, metric } from "./harness";

/** HR@10 and NDCG@10 published with the same split and full ranking (S3-Rec's README). */
const PUBLISHED = {
  popularity: [0.0152, 0.0068],
  GRU: [0.0283, 0.0137],
  transformer: [0.0605, 0.0318],
  "transformer, pre-trained": [0.0647, 0.0327],
} as const;
const PUBLISHED_NAMES = {
  popularity: "popularity",
  GRU: "GRU4Rec",
  transformer: "SASRec",
  "transformer, pre-trained": "S3-Rec",
} as const;
const SEEDS = 3;

/** Chosen on the last event but one of every eighth user, with seed 1. */
const SETTINGS: Settings = {
  transformer: { width: 64, heads: 2, blocks: 2, dropout: 0.5 },
  gru: { width: 64, hidden: 128, dropout: 0.5 },
  negatives: 1024,
  batch: 256,
  training: { epochs: 40, rate: 2e-3, decay: 0.01, clip: 5, patience: 8, validateEvery: 4 },
  pretraining: { batch: 512, training: { epochs: 20, rate: 1e-2 } },
  judged: 8,
};

/** Where a study that was stopped goes on. Delete it to begin anew. */
const FOLDER = join(__dirname, "..", "..", ".cache", "bench", "beauty");

async function run({ runs, log }: BenchContext): Promise<Metric[]> {
  await ready();
  const beauty = await open("amazon-beauty");
  const events = await sequences(beauty);
  await beauty.close();
  const study = new BeautyStudy(events, SETTINGS, FOLDER, log);
  const results: Metric[] = [];
  const note = (method: keyof typeof PUBLISHED, { hitRate, ndcg }: Omit<Found, "minutes">, seeds: string) => {
    const peer = (at: 0 | 1) => ({ name: `${PUBLISHED_NAMES[method]}, published`, value: PUBLISHED[method][at] });
    results.push(metric(`${method}${seeds}: HR@10`, "of users", "higher", hitRate, peer(0)));
    results.push(metric(`${method}${seeds}: NDCG@10`, "", "higher", ndcg, peer(1)));
  };
  const popular = study.popular("known");
  log(popular.protocol);
  note("popularity", popular, "");
  note("popularity", study.popular("all"), ", counted with the events to be guessed");
  const seeds = Array.from({ length: Math.min(runs, SEEDS) }, (_, at) => at + 1);
  for (const method of METHODS) {
    const found: Found[] = [];
    for (const seed of seeds) {
      const one = await study.run(method, seed);
      log(
        `${method}, seed ${seed}: HR@10 ${one.hitRate.toFixed(4)}, NDCG@10 ${one.ndcg.toFixed(4)}, ${one.minutes.toFixed(1)} min`,
      );
      found.push(one);
    }
    const mean = (of: keyof Found) => found.reduce((sum, one) => sum + one[of], 0) / found.length;
    note(method, { hitRate: mean("hitRate"), ndcg: mean("ndcg") }, `, mean of ${seeds.length} seeds`);
    const longest = Math.max(...found.map(({ minutes }) => minutes));
    results.push(metric(`${method}: training of the slowest seed`, "min", "lower", longest, null));
  }
  return results;
}

export default {
  about:
    "Next-item recommendation on Amazon Beauty, full ranking: three seeds of each model against published figures (two hours; stopped, it goes on where it was)",
  run,
} satisfies Bench;
