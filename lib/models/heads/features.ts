import type { Engine } from "../../engine/index";
import { throwIfAborted } from "../../errors";
import { type FeatureGroups, userFeatures } from "../../preprocessing/user-features";
import type { Examples } from "./examples";

/** Features of examples as of their moments. */
export interface ExampleFeatures {
  /** [examples × width]; NaN where a feature is not defined, and throughout for a user without a past in the events. */
  values: Float64Array;
  width: number;
  names: string[];
}

const NUMBERS = new Set(["integer", "bigint", "float", "double"]);

/**
 * What `userFeatures` says of each example's user as of its moment: all columns that are numbers, the same events that a
 * sequence model looks at, told in sums. One pass over the events for each moment.
 *
 * @param users ids by row, as `readSequences` gives them
 */
export async function featuresAt(
  engine: Engine,
  events: string,
  users: readonly string[],
  examples: Examples,
  { groups, signal }: { groups?: FeatureGroups; signal?: AbortSignal } = {},
): Promise<ExampleFeatures> {
  const rowOf = new Map(users.map((user, row) => [user, row]));
  let names: string[] = [];
  let values = new Float64Array(0);
  for (const asOf of new Set(examples.moments)) {
    throwIfAborted(signal, "computing features");
    const output = `${events}_as_of`;
    const { relation } = await userFeatures(engine, events, { asOf, groups, users: "everyone", output, signal });
    try {
      if (names.length === 0) {
        names = (await engine.describe(relation)).filter(({ type }) => NUMBERS.has(type)).map(({ name }) => name);
        values = new Float64Array(examples.users.length * names.length).fill(Number.NaN);
      }
      const list = names.map((name) => `CAST(${name} AS ${engine.dialect.types.double}) AS ${name}`);
      const columns = await engine.columns(`SELECT user_id, ${list.join(", ")} FROM ${relation}`);
      const found = new Int32Array(users.length).fill(-1);
      for (const [at, user] of (columns.user_id as string[]).entries()) {
        const row = rowOf.get(user);
        if (row !== undefined) found[row] = at;
      }
      for (const [column, name] of names.entries()) {
        const read = columns[name] as Float64Array;
        for (let row = 0; row < examples.users.length; row++)
          if (examples.moments[row] === asOf && found[examples.users[row]] >= 0)
            values[row * names.length + column] = read[found[examples.users[row]]];
      }
    } finally {
      await engine.drop(relation);
    }
  }
  return { values, width: names.length, names };
}
