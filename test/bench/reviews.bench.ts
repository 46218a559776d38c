import { cpus } from "node:os";
import { performance } from "node:perf_hooks";
import { ready } from "../../lib/backend/index";
import { open } from "../../lib/datasets/index";
import { disposeParameters } from "../../lib/models/parameters";
import { type Bert, loadBert } from "../../lib/models/text/bert";
import { fetchTextModel } from "../../lib/models/text/packages";
import { embedSentences } from "../../lib/models/text/sentences";
import { alternate, type Bench, type BenchContext, type Metric, metric } from "./harness";
import { Peer } from "./peer";
import { chinese, hotelReviews } from "./reviews/chinese";
import { english } from "./reviews/english";
import { shopping } from "./reviews/shopping";

/** Sentences of each source that are embedded for time. */
const TIMED = 150;

/** Seconds for the same sentences on both sides, which must come to the same embeddings. */
async function throughput(model: Bert, folder: string, peer: Peer, { runs, log }: BenchContext): Promise<Metric[]> {
  const data = await open("english-reviews");
  const columns = await data.engine.columns("SELECT source, text FROM english_reviews.reviews");
  await data.close();
  const [sources, all] = [columns.source as string[], columns.text as string[]];
  const texts = ["amazon", "yelp", "imdb"].flatMap((source) =>
    all.filter((_, at) => sources[at] === source).slice(0, TIMED),
  );
  await peer.ask({ task: "load", folder, threads: cpus().length });
  const { values, width } = await embedSentences(model, texts);
  const { rows } = await peer.ask<{ rows: number[][] }>({ task: "embed", texts, rows: true });
  const furthest = rows.flat().reduce((most, value, at) => Math.max(most, Math.abs(value - values[at])), 0);
  log(`${texts.length} sentences, ${width} wide: embeddings differ by ${furthest.toExponential(1)} at most`);
  if (furthest > 1e-4) throw new Error(`the sides' embeddings differ by ${furthest}`);
  const sides = {
    ours: async () => {
      const start = performance.now();
      await embedSentences(model, texts);
      return (performance.now() - start) / 1000;
    },
    torch: async () => (await peer.ask<{ seconds: number }>({ task: "embed", texts })).seconds,
  };
  const seconds = await alternate(sides, runs);
  const rate = (side: "ours" | "torch") => texts.length / seconds[side];
  log(`sentences a second: ${rate("ours").toFixed(0)}, PyTorch ${rate("torch").toFixed(0)}`);
  return [
    metric("MiniLM, sentences embedded", "per s", "higher", rate("ours"), { name: "PyTorch", value: rate("torch") }),
  ];
}

async function run(context: BenchContext): Promise<Metric[]> {
  const { python, log } = context;
  await ready();
  const peer = new Peer(python, "reviews");
  try {
    const folder = await fetchTextModel();
    const model = await loadBert(folder);
    const results = await throughput(model, folder, peer, context);
    results.push(...(await english(model, log)));
    disposeParameters(model.parameters);
    const reviews = await hotelReviews();
    results.push(...(await chinese(reviews, peer, log)));
    results.push(...(await shopping(reviews.shopping, log)));
    return results;
  } finally {
    peer.close();
  }
}

export default {
  about: "Reviews: MiniLM against PyTorch, English and Chinese sentiment against scikit-learn (a quarter of an hour)",
  run,
} satisfies Bench;
