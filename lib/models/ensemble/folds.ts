import { InputError, requireInteger } from "../../errors";
import type { Random } from "../../random";

/**
 * The fold of each row, 0 … count − 1, drawn so that every class has about the same share of each fold.
 *
 * @param labels the class of each row, [rows]
 */
export function stratifiedFolds(labels: ArrayLike<number>, count: number, random: Random): Int32Array {
  requireFolds(count, labels.length);
  const classes = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const rows = classes.get(labels[row]) ?? [];
    rows.push(row);
    classes.set(labels[row], rows);
  }
  const folds = new Int32Array(labels.length);
  // The classes are dealt one after another, so that folds differ by one row at most.
  let turn = 0;
  for (const label of [...classes.keys()].sort((a, b) => a - b))
    for (const row of random.shuffle(classes.get(label) ?? [])) folds[row] = turn++ % count;
  return folds;
}

/**
 * The fold of each row, drawn so that the rows of a group (a user) are in one: what is learned of a user isn't tested on the
 * same user. Folds have about the same number of groups.
 *
 * @param groups of each row, [rows]
 */
export function groupFolds(groups: ArrayLike<number>, count: number, random: Random): Int32Array {
  const names = [...new Set(Array.from(groups))].sort((a, b) => a - b);
  requireFolds(count, names.length);
  const foldOf = new Map(random.shuffle(names).map((name, at) => [name, at % count]));
  return Int32Array.from({ length: groups.length }, (_, row) => foldOf.get(groups[row]) ?? 0);
}

/** Rows of a fold, and all others. */
export function splitFold(folds: Int32Array, fold: number): { inside: Int32Array; outside: Int32Array } {
  const rows = Int32Array.from({ length: folds.length }, (_, row) => row);
  return { inside: rows.filter((row) => folds[row] === fold), outside: rows.filter((row) => folds[row] !== fold) };
}

function requireFolds(count: number, most: number): void {
  requireInteger(count, "count", 2);
  if (count > most)
    throw new InputError("there are more folds than rows or groups to put into them", {
      value: count,
      place: "count",
      remedy: `Use at most ${most}.`,
    });
}
