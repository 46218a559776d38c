import { ready } from "../../lib/backend/index";
import { open } from "../../lib/datasets/index";
import { pickExamples, removeHeads, transferBackbone } from "../../lib/models/heads/index";
import { rankByScore, rocAuc } from "../../lib/models/metrics/classification";
import { disposeParameters } from "../../lib/models/parameters";
import { startGapsAsWaves } from "../../lib/models/sequences/fields";
import { createRandom } from "../../lib/random";
import { type Bench, type BenchContext, type Metric, median, metric } from "./harness";
import { type IntentData, type IntentPart, readIntent } from "./intent/data";
import { fitModel, NETWORKS, type SequenceSettings } from "./intent/models";
import { QUESTION } from "./intent/question";

const SETTINGS: SequenceSettings = { width: 32, length: 24, epochs: 2, pretraining: 0, batch: 256, seed: 1 };
/** Examples that the new shop has to learn from. */
const SIZES = [500, 2000, 8000];
const SEEDS = 3;

/**
 * Ta Feng as two shops: half of the customers with half of the products, and the other half of both. They share neither a
 * customer nor a product, only the kinds of goods and price bands. A GRU that learned intent in the first is carried to the
 * second, whose customers it is asked about, beside one that starts there.
 */
async function run({ runs, log }: BenchContext): Promise<Metric[]> {
  await ready();
  const data = await open("ta-feng");
  const { engine, events } = data;
  const half = (side: number) =>
    `SELECT * FROM ${events} WHERE hash(user_id) % 2 = ${side} AND hash(item_id) % 2 = ${side} AND category_id IS NOT NULL`;
  const ids = async (column: string, relation: string) =>
    (await engine.columns(`SELECT DISTINCT ${column} AS id FROM ${relation} WHERE ${column} IS NOT NULL ORDER BY id`))
      .id as string[];
  const categoryIds = await ids("category_id", events as string);
  const shops: IntentData[] = [];
  for (const side of [0, 1]) {
    await engine.createView(`shop_${side}`, half(side));
    const like = {
      itemIds: await ids("item_id", `shop_${side}`),
      categoryIds,
      priceEdges: shops[0]?.sequences.priceEdges,
    };
    shops.push(await readIntent({ engine, events: `shop_${side}` }, QUESTION, { groups: {}, like }));
    await engine.drop(`shop_${side}`);
  }
  await data.close();
  const [old, fresh] = shops;
  const auc = (chances: Float64Array, { test }: IntentData) => rocAuc(rankByScore(test.labels, chances));
  const first = NETWORKS.GRU(old, SETTINGS);
  startGapsAsWaves(first);
  log(`the old shop: AUC ${auc(await fitModel(first, old, { rate: 2e-3 }, SETTINGS, log), old).toFixed(4)}`);
  removeHeads(first);
  const results: Metric[] = [];
  for (const size of SIZES) {
    const found: Record<string, number[]> = { alone: [], full: [], frozen: [] };
    for (let seed = 1; seed <= Math.min(runs, SEEDS); seed++) {
      const small = { ...fresh, train: some(fresh.train, size, seed, fresh.names.length) };
      // Few examples take more and smaller steps; the best epoch stays.
      const settings = { ...SETTINGS, seed, batch: 64, epochs: Math.max(2, Math.round(5000 / size)) };
      for (const how of ["alone", "full", "frozen"] as const) {
        const model = NETWORKS.GRU(small, settings);
        startGapsAsWaves(model);
        if (how !== "alone") transferBackbone(first, model);
        const recipe = how === "frozen" ? { mode: how, rate: 5e-3 } : { rate: 1e-3 };
        found[how].push(auc(await fitModel(model, small, recipe, settings, () => undefined), small));
        disposeParameters(model.parameters);
      }
      log(
        `${size} examples, seed ${seed}: ${Object.entries(found)
          .map(([how, values]) => `${how} ${values[seed - 1].toFixed(4)}`)
          .join(", ")}`,
      );
    }
    for (const how of ["full", "frozen"])
      results.push(
        metric(`AUC in the new shop, ${size} examples, transferred, ${how}`, "", "higher", median(found[how]), {
          name: "learned there alone",
          value: median(found.alone),
        }),
      );
  }
  disposeParameters(first.parameters);
  return results;
}

/** Some examples drawn of a part. */
function some(part: IntentPart, size: number, seed: number, width: number): IntentPart {
  const rows = createRandom(seed).shuffle(Int32Array.from(part.labels.keys())).slice(0, size).sort();
  const take = <T extends Float32Array | Float64Array>(values: T, made: T): T => {
    for (const [at, row] of rows.entries()) made.set(values.subarray(row * width, (row + 1) * width), at * width);
    return made;
  };
  return {
    examples: pickExamples(part.examples, rows),
    labels: Float32Array.from(rows, (row) => part.labels[row]),
    features: take(part.features, new Float64Array(rows.length * width)),
    scaled: take(part.scaled, new Float32Array(rows.length * width)),
  };
}

export default {
  about: "A backbone carried from one half of Ta Feng to the other, with new customers and products (ten minutes)",
  run,
} satisfies Bench;
