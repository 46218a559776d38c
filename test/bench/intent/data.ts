import type { Dataset } from "../../../lib/datasets/index";
import type { Engine } from "../../../lib/engine/index";
import {
  type ExampleSet,
  type Examples,
  examplesAt,
  featuresAt,
  purchaseWithin,
} from "../../../lib/models/heads/index";
import { type EventFields, eventFields } from "../../../lib/models/sequences/fields";
import { fitStandardiser } from "../../../lib/models/standardise";
import { type EventSequences, readSequences, type SequenceOptions } from "../../../lib/preprocessing/sequences";
import type { FeatureGroups } from "../../../lib/preprocessing/user-features";

/** When is asked what; moments are seconds since 1970 UTC. */
export interface IntentQuestion {
  /** Days that a purchase is looked for in. */
  horizon: number;
  /** The moments to learn at; every label is known by the validation's moment. */
  train: number[];
  validation: number;
  test: number;
  /** Where the data end. */
  end: number;
  /** Only users with an event in so many days before are asked about. */
  activeWithin?: number;
}

/** Examples of one part and all that models are given of them. */
export interface IntentPart {
  examples: Examples;
  /** 1 for a purchase within the horizon, [examples]. */
  labels: Float32Array;
  /** Features as of the moment, [examples × width]; NaN where not defined. */
  features: Float64Array;
  /** The same filled and scaled as of the training part, for what isn't a tree. */
  scaled: Float32Array;
}

export interface IntentData {
  question: IntentQuestion;
  sequences: EventSequences;
  events: EventFields;
  names: string[];
  train: IntentPart;
  validation: IntentPart;
  test: IntentPart;
}

/** How the question's data are read. */
export interface ReadOptions {
  /** Groups of features. Default: what Ta Feng can tell. */
  groups?: FeatureGroups;
  like?: SequenceOptions["like"];
}

const GROUPS: FeatureGroups = { intervals: true, categories: true, priceLevel: true, rhythm: true, trend: true };
const COLUMNS = ["eventTypes", "categories", "priceBands", "gaps", "amounts"] as const;

/**
 * The question's parts, apart in time: training moments' labels end by the validation's moment, whose labels end by the
 * test's. Features and sequences are of before each moment alone; item, category and price dictionaries too come from events
 * before the test's moment only through what users had bought by then.
 */
export async function readIntent(
  { engine, events }: Pick<Dataset, "engine" | "events">,
  question: IntentQuestion,
  { groups = GROUPS, like }: ReadOptions = {},
): Promise<IntentData> {
  if (!events) throw new Error("the data set has no events");
  const visits = await createVisits(engine, events);
  const sequences = await readSequences(engine, visits, { with: COLUMNS, like });
  await engine.drop(visits);
  const { horizon, train, validation, test, end, activeWithin } = question;
  const ends = [validation, test, end];
  const examples = [train, [validation], [test]].map((moments) => examplesAt(sequences, moments, { activeWithin }));
  const read = [];
  for (const part of examples) read.push(await featuresAt(engine, events, sequences.users, part, { groups }));
  const { names, columns } = informative(read[0]);
  const features = read.map(({ values, width }) => pickColumns(values, width, columns));
  const standardiser = fitStandardiser(features[0], columns.length);
  const [first, second, third] = examples.map(
    (part, at): IntentPart => ({
      examples: part,
      labels: purchaseWithin(sequences, part, horizon, ends[at]),
      features: features[at],
      scaled: Float32Array.from(standardiser.apply(features[at])),
    }),
  );
  const fields = eventFields({ ...sequences, eventTypes: several(sequences.eventTypes) });
  return { question, sequences, events: fields, names, train: first, validation: second, test: third };
}

/**
 * Purchases as visits, one event for all that a user bought at a moment: its price is what was paid in all, its item and
 * category those of the dearest line. A basket of seven lines says little more of when its buyer comes back than that there
 * was one, and of 32 lines only the last five visits would be seen.
 */
async function createVisits(engine: Engine, events: string): Promise<string> {
  const name = "intent_visits";
  await engine.createTable(
    name,
    `SELECT min(source_row) AS source_row, event_time, user_id, arg_max(item_id, price * quantity) AS item_id,
      'purchase' AS event_type, arg_max(category_id, price * quantity) AS category_id,
      sum(price * quantity) AS price, 1.0 AS quantity
    FROM ${events} WHERE event_type = 'purchase' AND user_id IS NOT NULL AND event_time IS NOT NULL
    GROUP BY user_id, event_time`,
  );
  return name;
}

/** What heads take. */
export function exampleSet({ events, names }: IntentData, part: IntentPart, withFeatures: boolean): ExampleSet {
  const { examples, scaled } = part;
  return { events, examples, features: withFeatures ? { values: scaled, width: names.length } : undefined };
}

/** The types of events, unless all are of one. */
function several(types: Uint8Array | undefined): Uint8Array | undefined {
  return types?.some((type) => type !== types[0]) ? types : undefined;
}

/** The columns in which examples differ. */
function informative({ values, width, names }: { values: Float64Array; width: number; names: string[] }) {
  const columns = names
    .map((_, column) => column)
    .filter((column) => {
      let first = Number.NaN;
      for (let at = column; at < values.length; at += width) {
        if (Number.isNaN(values[at])) continue;
        if (Number.isNaN(first)) first = values[at];
        else if (values[at] !== first) return true;
      }
      return false;
    });
  return { columns, names: columns.map((column) => names[column]) };
}

function pickColumns(values: Float64Array, width: number, columns: readonly number[]): Float64Array {
  const rows = values.length / width;
  const picked = new Float64Array(rows * columns.length);
  for (let row = 0; row < rows; row++)
    for (const [at, column] of columns.entries()) picked[row * columns.length + at] = values[row * width + column];
  return picked;
}
