import { type Engine, quoteIdentifier } from "../engine/index";
import { DataError, InputError } from "../errors";
import { numberLiteral, requireColumn, requireNumeric } from "./groups";
import { requireRelation } from "./step";

/** One way to bring a column to a common scale; see {@link fitNormaliser} for each. */
export type Scaling = "z-score" | "min-max" | "robust" | "log1p";

/** A scaling as fitted: x becomes (x − centre) / scale; the logarithm has nothing to fit. */
export type FittedScaling =
  | { method: "z-score" | "min-max" | "robust"; centre: number; scale: number }
  | { method: "log1p" };

/** What {@link fitNormaliser} found, column by column, each column's scalings in their order; plain data: keep it as JSON. */
export interface Normaliser {
  kind: "normaliser";
  columns: Record<string, FittedScaling[]>;
}

/**
 * Finds how to scale columns, on the training rows alone, to be applied with {@link normalise} to these and any later ones:
 *
 * - `z-score`: (x − mean) / standard deviation (of the population, √(Σ(x − mean)² / n))
 * - `min-max`: (x − min) / (max − min): the training rows come to lie in [0, 1], later ones may lie outside
 * - `robust`: (x − median) / (third − first quartile), quartiles linear between values
 * - `log1p`: sign(x) · ln(1 + |x|), which for x ≥ 0 is ln(1 + x)
 *
 * Several in a list are done one after another: `["log1p", "z-score"]`. A scale of 0 (a constant column, or quartiles that are equal)
 * counts as 1, so that a constant becomes 0. NULL is left out of the fit and stays NULL.
 *
 * Throws InputError for a column that isn't there or isn't numeric and for an unknown scaling, DataError for a column with no value
 * or with one that isn't finite.
 */
export async function fitNormaliser(
  engine: Engine,
  relation: string,
  plan: Readonly<Record<string, Scaling | readonly Scaling[]>>,
): Promise<Normaliser> {
  requireRelation(relation);
  const names = Object.keys(plan);
  const chains = Object.values(plan).map((scaling) => (typeof scaling === "string" ? [scaling] : scaling));
  for (const name of names) await requireNumeric(engine, relation, name);
  const fitted: FittedScaling[][] = names.map(() => []);
  const longest = Math.max(0, ...chains.map((chain) => chain.length));
  for (let stage = 0; stage < longest; stage++) {
    const wanted = chains.map((chain, index) => ({ index, method: chain[stage] })).filter(({ method }) => method);
    const parts = wanted.flatMap(({ index, method }) => {
      const value = scaled(engine, quoteIdentifier(names[index]), fitted[index]);
      return statistics(engine, value, method).map((sql, part) => `${sql} AS c${index}_${part}`);
    });
    const found = await engine.columns(`SELECT ${parts.join(", ")} FROM ${relation}`);
    for (const { index, method } of wanted) {
      const values = [0, 1, 2, 3, 4, 5].map((part) => Number(found[`c${index}_${part}`]?.[0] ?? Number.NaN));
      fitted[index].push(scalingOf(names[index], method, values));
    }
  }
  return { kind: "normaliser", columns: Object.fromEntries(names.map((name, index) => [name, fitted[index]])) };
}

/** Count, values that aren't finite, least, largest, and what the method takes as centre and as scale. */
function statistics({ dialect }: Engine, value: string, method: Scaling): string[] {
  const always = [
    `count(${value})`,
    `count(CASE WHEN ${value} BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308 THEN NULL ELSE ${value} END)`,
    `min(${value})`,
    `max(${value})`,
  ];
  if (method === "z-score") return [...always, `avg(${value})`, `stddev_pop(${value})`];
  if (method === "robust")
    return [...always, dialect.median(value), `${dialect.quantile(value, 0.75)} - ${dialect.quantile(value, 0.25)}`];
  return always;
}

function scalingOf(column: string, method: Scaling, values: readonly number[]): FittedScaling {
  const [count, notFinite, least, largest, centre, spread] = values;
  if (!["z-score", "min-max", "robust", "log1p"].includes(method))
    throw new InputError("an unknown scaling", {
      value: method,
      place: `column "${column}"`,
      remedy: "Use z-score, min-max, robust or log1p.",
    });
  if (count === 0 || notFinite > 0)
    throw new DataError(count === 0 ? "a column without any value can't be scaled" : "values that aren't finite", {
      value: count === 0 ? undefined : notFinite,
      place: `column "${column}"`,
      remedy: "Leave the column out, or fill or drop those rows first.",
    });
  if (method === "log1p") return { method };
  if (method === "min-max") return { method, centre: least, scale: largest > least ? largest - least : 1 };
  // What is left of a constant's mean and deviation by rounding is no scale.
  if (least === largest) return { method, centre: least, scale: 1 };
  return { method, centre, scale: spread > 0 ? spread : 1 };
}

/**
 * Makes `output`: the input's columns, those of the normaliser scaled (as DOUBLE). Throws InputError where one of them
 * isn't there.
 */
export async function normalise(engine: Engine, input: string, output: string, normaliser: Normaliser): Promise<void> {
  await replaceColumns(engine, input, output, normaliser, scaled);
}

/** Makes `output`: the input's columns, those of the normaliser brought back to what they were before {@link normalise}. */
export async function denormalise(
  engine: Engine,
  input: string,
  output: string,
  normaliser: Normaliser,
): Promise<void> {
  await replaceColumns(engine, input, output, normaliser, restored);
}

async function replaceColumns(
  engine: Engine,
  input: string,
  output: string,
  { columns }: Normaliser,
  value: (engine: Engine, column: string, fitted: readonly FittedScaling[]) => string,
): Promise<void> {
  for (const name of [input, output]) requireRelation(name);
  for (const name of Object.keys(columns)) await requireColumn(engine, input, name);
  const select = (await engine.describe(input)).map(({ name }) =>
    Object.hasOwn(columns, name)
      ? `${value(engine, quoteIdentifier(name), columns[name])} AS ${quoteIdentifier(name)}`
      : quoteIdentifier(name),
  );
  await engine.createTable(output, `SELECT ${select.join(", ")} FROM ${input}`);
}

/** SQL of a column's scaled value. */
export function scaled(engine: Engine, column: string, fitted: readonly FittedScaling[]): string {
  return fitted.reduce(
    (value, scaling) =>
      scaling.method === "log1p"
        ? `sign(${value}) * ln(1e0 + abs(${value}))`
        : `(${value} - ${numberLiteral(engine, scaling.centre)}) / ${numberLiteral(engine, scaling.scale)}`,
    `CAST(${column} AS ${engine.dialect.types.double})`,
  );
}

/** SQL of the value that a column had before it was scaled. */
export function restored(engine: Engine, column: string, fitted: readonly FittedScaling[]): string {
  return fitted.reduceRight(
    (value, scaling) =>
      scaling.method === "log1p"
        ? `sign(${value}) * (exp(abs(${value})) - 1e0)`
        : `(${value} * ${numberLiteral(engine, scaling.scale)} + ${numberLiteral(engine, scaling.centre)})`,
    column,
  );
}
