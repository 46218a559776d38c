import { tf } from "../../../lib/backend/index";
import type { Head } from "../../../lib/models/heads/index";
import {
  addHeads,
  categoryHead,
  concordance,
  expectedPurchaseTime,
  fineTuneTask,
  nextCategory,
  predictHeads,
  spendHead,
  spendWithin,
  survivalCalibration,
  target,
  timeToPurchase,
  timeToPurchaseHead,
} from "../../../lib/models/heads/index";
import { disposeParameters } from "../../../lib/models/parameters";
import { startGapsAsWaves } from "../../../lib/models/sequences/fields";
import { train } from "../../../lib/models/training/train";
import { exampleSet, type IntentData, type IntentPart } from "./data";
import { NETWORKS, type SequenceSettings } from "./models";

/** A figure of a head beside that of a simple baseline on the same rows. */
export interface Figure {
  what: string;
  unit: string;
  better: "lower" | "higher";
  ours: number;
  baseline: { name: string; value: number };
}

/** Limits in days of the intervals in which the next purchase is looked for. */
const EDGES = [0, 1, 2, 3, 4, 5, 6, 7];

/** One network with heads for time to purchase, next category and spend, learned together; each against a simple baseline. */
export async function furtherHeads(
  data: IntentData,
  kind: string,
  settings: SequenceSettings,
  log: (text: string) => void,
): Promise<Figure[]> {
  const { sequences, question, names } = data;
  const { seed, batch, epochs } = settings;
  const model = NETWORKS[kind](data, settings);
  startGapsAsWaves(model);
  const count = sequences.categoryIds?.length ?? 0;
  const heads = { time: timeToPurchaseHead(EDGES), category: categoryHead(count), spend: spendHead() };
  const labelsOf = ({ examples }: IntentPart, until: number) => ({
    time: timeToPurchase(sequences, examples, EDGES, until),
    category: nextCategory(sequences, examples, until),
    spend: spendWithin(sequences, examples, question.horizon, until),
  });
  const learn = labelsOf(data.train, question.validation);
  const targets = [
    target(heads.time, learn.time),
    target(heads.category, learn.category, 0.2),
    target(heads.spend, learn.spend, 0.5),
  ];
  addHeads(model, targets, { seed, features: names.length });
  const task = await fineTuneTask(model, exampleSet(data, data.train, true), targets, { seed, batch });
  await train(task, {
    ...{ epochs, seed, rate: 2e-3, clip: 1, decay: 0.01 },
    onEpoch: ({ epoch, loss, seconds }) => log(`  epoch ${epoch}: loss ${loss.toFixed(4)}, ${seconds.toFixed(0)} s`),
  });
  const found = await predictHeads(model, exampleSet(data, data.test, true), heads);
  disposeParameters(model.parameters);
  const came = labelsOf(data.test, question.end);
  return [
    ...timeFigures(data, came.time, found.time, heads.time.predict(heads.time.start(learn.time))),
    ...categoryFigures(came.category, found.category, heads.category.start(learn.category)),
    ...spendFigures(data, came.spend, found.spend, learn.spend, heads.spend),
  ];
}

type Times = ReturnType<typeof timeToPurchase>;
type Curves = ReturnType<ReturnType<typeof timeToPurchaseHead>["predict"]>;

function timeFigures({ test, names }: IntentData, came: Times, ours: Curves, everybody: Curves): Figure[] {
  const rows = came.interval.length;
  const alike = {
    edges: ours.edges,
    survival: Float64Array.from(ours.survival, (_, at) => everybody.survival[at % ours.edges.length]),
  };
  const error = (curves: Curves) =>
    survivalCalibration(came, curves, EDGES.length - 1).reduce(
      (sum, { users, foretold, observed }) => sum + (users * Math.abs(foretold - observed)) / rows,
      0,
    );
  const recency = test.labels.map((_, row) => test.features[row * names.length + names.indexOf("recency")]);
  return [
    {
      ...{ what: "time to purchase: −log likelihood", unit: "nats", better: "lower" },
      ours: survivalLoss(came, ours),
      baseline: { name: "life table of everybody", value: survivalLoss(came, alike) },
    },
    {
      ...{ what: "time to purchase: concordance", unit: "", better: "higher" },
      ours: concordance(came, expectedPurchaseTime(ours)),
      baseline: { name: "days since the last", value: concordance(came, recency) },
    },
    {
      ...{ what: "time to purchase: calibration error at a week", unit: "", better: "lower" },
      ours: error(ours),
      baseline: { name: "life table of everybody", value: error(alike) },
    },
  ];
}

/** Mean −log likelihood of what came, straight from the curves. */
function survivalLoss({ interval, observed }: Times, { edges, survival }: Curves): number {
  let sum = 0;
  for (let row = 0; row < interval.length; row++) {
    const at = row * edges.length + interval[row];
    sum -= Math.log(observed[row] === 1 ? survival[at] - survival[at + 1] : survival[at]);
  }
  return sum / interval.length;
}

function categoryFigures(came: Int32Array, chances: Float32Array, start: Float32Array): Figure[] {
  const count = start.length;
  const total = start.reduce((sum, score) => sum + Math.exp(score), 0);
  const shares = start.map((score) => Math.exp(score) / total);
  const known = Int32Array.from(came.keys()).filter((row) => came[row] > 0);
  const judged = (chanceOf: (row: number) => Float32Array) => {
    let [loss, hits] = [0, 0];
    for (const row of known) {
      const own = chanceOf(row);
      const wanted = own[came[row] - 1];
      loss -= Math.log(wanted) / known.length;
      if (own.filter((chance) => chance > wanted).length < 10) hits += 1 / known.length;
    }
    return { loss, hits };
  };
  const ours = judged((row) => chances.subarray(row * count, (row + 1) * count));
  const popular = judged(() => shares);
  const name = "categories' shares";
  return [
    {
      what: "next category: log loss",
      unit: "nats",
      better: "lower",
      ours: ours.loss,
      baseline: { name, value: popular.loss },
    },
    {
      what: "next category: among the first ten",
      unit: "of users",
      better: "higher",
      ours: ours.hits,
      baseline: { name, value: popular.hits },
    },
  ];
}

type Spend = ReturnType<ReturnType<typeof spendHead>["predict"]>;

function spendFigures(
  { test, names, question }: IntentData,
  came: Float32Array,
  { expected, chance, mean, deviation }: Spend,
  learned: Float32Array,
  head: Head<Float32Array, Spend>,
): Figure[] {
  const rows = came.length;
  const root = (guess: (row: number) => number) =>
    Math.sqrt(came.reduce((sum, spent, row) => sum + (guess(row) - spent) ** 2, 0) / rows);
  const average = learned.reduce((sum, spent) => sum + spent, 0) / learned.length;
  const at = (row: number, name: string) => test.features[row * names.length + names.indexOf(name)];
  // A week's share of what was spent since the first purchase; at least a week old.
  const own = (row: number) => (at(row, "value") / Math.max(at(row, "tenure"), question.horizon)) * question.horizon;
  const start = head.start(learned);
  const likelihood = (scores: (row: number) => ArrayLike<number>) => {
    const table = new Float32Array(3 * rows);
    for (let row = 0; row < rows; row++) table.set(scores(row) as Float32Array, 3 * row);
    return tf.tidy(
      () =>
        head
          .loss(
            tf.tensor2d(table, [rows, 3]),
            came,
            Int32Array.from({ length: rows }, (_, row) => row),
          )
          .dataSync()[0],
    );
  };
  const soft = (sigma: number) => Math.log(Math.expm1(sigma - 0.05));
  const ours = likelihood((row) => [Math.log(chance[row] / (1 - chance[row])), mean[row], soft(deviation[row])]);
  return [
    {
      ...{ what: "spend: root mean squared error", unit: "TWD", better: "lower", ours: root((row) => expected[row]) },
      baseline: { name: "everybody's mean", value: root(() => average) },
    },
    {
      ...{ what: "spend: root mean squared error against one's own past", unit: "TWD", better: "lower" },
      ours: root((row) => expected[row]),
      baseline: { name: "own mean a week", value: root(own) },
    },
    {
      ...{ what: "spend: −log likelihood", unit: "nats", better: "lower", ours },
      baseline: { name: "one distribution for everybody", value: likelihood(() => start) },
    },
  ];
}
