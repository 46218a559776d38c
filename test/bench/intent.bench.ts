import { ready } from "../../lib/backend/index";
import { open } from "../../lib/datasets/index";
import { rankByScore, rocAuc } from "../../lib/models/metrics/classification";
import { type Bench, type BenchContext, type Metric, metric } from "./harness";
import { readIntent } from "./intent/data";
import { furtherHeads } from "./intent/further";
import { fitLogistic, fitSequence, fitTrees, type Recipe, type SequenceSettings } from "./intent/models";
import { peerChances, SKLEARN } from "./intent/peers";
import { pretrain } from "./intent/pretrain";
import { QUESTION } from "./intent/question";
import { intentTable, tableText } from "./intent/table";

const SETTINGS: SequenceSettings = { width: 32, length: 24, epochs: 3, pretraining: 4, batch: 512, seed: 1 };

/** What every model is compared with. */
const TREES = "LightGBM, features";

async function run({ python, log }: BenchContext): Promise<Metric[]> {
  await ready();
  const shop = await open("ta-feng");
  const data = await readIntent(shop, QUESTION);
  await shop.close();
  const { train, test } = data;
  log(
    `${train.labels.length} examples to learn from, ${test.labels.length} users to be judged on, ${data.names.length} features`,
  );
  const peers = await peerChances(python, data);
  const chances: Record<string, Float64Array> = {
    "logistic regression, features": fitLogistic(data),
    [TREES]: fitTrees(data),
  };
  const fit = async (name: string, recipe: Recipe) => {
    log(name);
    chances[name] = await fitSequence(data, recipe, SETTINGS, log);
    log(`  AUC ${rocAuc(rankByScore(test.labels, chances[name])).toFixed(4)}`);
  };
  for (const kind of ["MLP", "CNN", "GRU", "transformer"]) await fit(`${kind}, events`, { kind, rate: 1e-3 });
  log("pre-training");
  const start = await pretrain(data, "transformer", SETTINGS, log);
  const pretrained = { kind: "transformer", start };
  await fit("transformer, pre-trained, full", { ...pretrained, rate: 1e-3 });
  await fit("transformer, pre-trained, frozen", { ...pretrained, mode: "frozen", rate: 5e-3 });
  await fit("transformer, pre-trained, LoRA", { ...pretrained, mode: "adapters", rate: 5e-3 });
  await fit("GRU, events and features", { kind: "GRU", features: true, rate: 1e-3 });
  await fit("transformer, pre-trained, and features", { ...pretrained, features: true, rate: 1e-3 });
  const both = "GRU with features and LightGBM, mean";
  chances[both] = meanLogOdds(chances["GRU, events and features"], chances[TREES]);
  const rows = intentTable(test.labels, { ...chances, ...peers }, TREES);
  log(tableText(rows));
  const rowOf = (name: string) => rows.find((row) => row.name === name) as (typeof rows)[number];
  const peerOf = (name: string) =>
    name.startsWith("logistic") ? SKLEARN.logistic : name === TREES ? SKLEARN.trees : TREES;
  const results = Object.keys(chances).flatMap((name) => {
    const [own, peer] = [rowOf(name), rowOf(peerOf(name))];
    return [
      metric(`${name}: AUC`, "", "higher", own.auc.estimate, { name: peer.name, value: peer.auc.estimate }),
      metric(`${name}: log loss`, "nats", "lower", own.logLoss, { name: peer.name, value: peer.logLoss }),
    ];
  });
  log("time to purchase, category and spend");
  for (const { what, unit, better, ours, baseline } of await furtherHeads(data, "GRU", SETTINGS, log))
    results.push(metric(`GRU, ${what}`, unit, better, ours, baseline));
  return results;
}

/** Two models' chances as one: the mean of their log-odds. */
function meanLogOdds(one: Float64Array, other: Float64Array): Float64Array {
  const odds = (chance: number) => Math.log(chance / (1 - chance));
  return one.map((chance, row) => 1 / (1 + Math.exp(-(odds(chance) + odds(other[row])) / 2)));
}

export default {
  about:
    "Purchase next week on Ta Feng: every model in one table, apart in time, beside scikit-learn on the same features (ten minutes)",
  run,
} satisfies Bench;
