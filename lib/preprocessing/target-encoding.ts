import { type Engine, quoteIdentifier, quoteText } from "../engine/index";
import { DataError, requireInteger, requireNumber } from "../errors";
import { createGroups, groupText, numberLiteral, requireColumn, requireNumeric } from "./groups";
import { requireRelation } from "./step";

/** Options of {@link fitTargetEncoding}. */
export interface TargetEncodingOptions {
  /** The column of categories. */
  column: string;
  /** The column to be foretold, numeric. */
  target: string;
  /** m: how many rows the overall mean counts as. Default 10. */
  smoothing?: number;
}

/** A category's mean target, drawn towards the overall mean; plain data: keep it as JSON. */
export interface TargetEncoding {
  kind: "target-encoding";
  column: string;
  target: string;
  smoothing: number;
  /** The overall mean: what an unseen category gets. */
  prior: number;
  /** What rows without a category get: they are a category of their own; the prior if there was none. */
  missing: number;
  groups: { group: string; fit: number }[];
}

/**
 * Target encoding (Micci-Barreca 2001): a category c of n_c training rows becomes (Σ_c y + m ȳ) / (n_c + m), its mean target
 * drawn towards the overall mean ȳ. Rows without a target are left out. An unseen category becomes ȳ.
 *
 * Applied to the rows that it was fitted on, it tells a model part of each row's own target: encode those with
 * {@link encodeOutOfFold} and only later rows with {@link applyTargetEncoding}. Throws InputError for a column that isn't
 * there or a target that isn't numeric, DataError where no row has a target.
 */
export async function fitTargetEncoding(
  engine: Engine,
  relation: string,
  options: TargetEncodingOptions,
): Promise<TargetEncoding> {
  const { column, target, smoothing } = await checked(engine, relation, options);
  const found = await engine.columns(
    `WITH sums AS (
      SELECT ${groupText(engine, column)} AS category, sum(${asNumber(engine, target)}) AS total, count(*) AS n
      FROM ${relation} WHERE ${quoteIdentifier(target)} IS NOT NULL GROUP BY ${groupText(engine, column)})
    SELECT category, CAST(total AS ${engine.dialect.types.double}) AS total, n FROM sums ORDER BY category NULLS FIRST`,
  );
  const [totals, counts] = [found.total as Float64Array, Array.from(found.n as ArrayLike<number>)];
  const rows = counts.reduce((sum, n) => sum + n, 0);
  if (rows === 0) throw new DataError("no row has a target", { place: `column "${target}" of ${relation}` });
  const prior = totals.reduce((sum, total) => sum + total, 0) / rows;
  const fits = counts.map((n, row) => (totals[row] + smoothing * prior) / (n + smoothing));
  const names = [...found.category] as (string | null)[];
  return {
    kind: "target-encoding",
    column,
    target,
    smoothing,
    prior,
    missing: names[0] === null ? fits[0] : prior,
    groups: names.flatMap((group, row) => (group === null ? [] : [{ group, fit: fits[row] }])),
  };
}

/** Makes `output`: the input's columns and `${column}_target`, what the category of each row was found to mean. */
export async function applyTargetEncoding(
  engine: Engine,
  input: string,
  output: string,
  encoding: TargetEncoding,
): Promise<void> {
  for (const name of [input, output]) requireRelation(name);
  await requireColumn(engine, input, encoding.column);
  const relation = `${output}_means`;
  const literal = (value: number) => numberLiteral(engine, value);
  const none = { group: "", fit: encoding.prior };
  const groups = encoding.groups.length === 0 ? [none] : encoding.groups;
  try {
    await createGroups(engine, relation, groups, { mean: literal });
    await engine.createTable(
      output,
      `SELECT e.*, CASE WHEN e.${quoteIdentifier(encoding.column)} IS NULL THEN ${literal(encoding.missing)}
        ELSE coalesce(g.mean, ${literal(encoding.prior)}) END AS ${quoteIdentifier(`${encoding.column}_target`)}
      FROM ${input} AS e LEFT JOIN ${relation} AS g ON g.k = ${groupText(engine, encoding.column, "e")}`,
    );
  } finally {
    await engine.drop(relation);
  }
}

/** Options of {@link encodeOutOfFold}. */
export interface OutOfFoldOptions extends TargetEncodingOptions {
  /** Default 5. */
  folds?: number;
  /** Column whose equal values stay in one fold, e.g. `user_id`. Default: `source_row`, so that each row is by itself. */
  key?: string;
  /** Another seed parts the keys otherwise. Default 1. */
  seed?: number;
}

/**
 * Makes `output`: the training rows and `${column}_target`, each row's category encoded as by {@link fitTargetEncoding} from the rows
 * of the other folds alone, so that no row's own target (nor another of its `key`) is in its encoding. The fold of a row is
 * MD5(`seed:key`) modulo `folds`: the same on every engine and in every run. Where the other folds don't have the
 * category it becomes their overall mean. Throws as {@link fitTargetEncoding} does.
 */
export async function encodeOutOfFold(
  engine: Engine,
  input: string,
  output: string,
  options: OutOfFoldOptions,
): Promise<void> {
  requireRelation(output);
  const { column, target, smoothing } = await checked(engine, input, options);
  const folds = requireInteger(options.folds ?? 5, "folds", 2, 1000);
  const key = options.key ?? "source_row";
  await requireColumn(engine, input, key);
  const seed = requireInteger(options.seed ?? 1, "seed");
  const { dialect } = engine;
  const fold = dialect.bucket(`${quoteText(`${seed}:`)} || coalesce(${groupText(engine, key)}, '')`, folds);
  const columns = (await engine.describe(input)).map(({ name }) => `e.${quoteIdentifier(name)}`);
  const m = numberLiteral(engine, smoothing);
  await engine.createTable(
    output,
    `WITH folded AS (
      SELECT *, ${groupText(engine, column)} AS own_category, ${fold} AS own_fold FROM ${input}),
    sums AS (
      SELECT own_category, own_fold, sum(${asNumber(engine, target)}) AS total, count(*) AS n
      FROM folded WHERE ${quoteIdentifier(target)} IS NOT NULL GROUP BY own_category, own_fold),
    everything AS (SELECT sum(total) AS total, sum(n) AS n FROM sums),
    priors AS (
      SELECT own_fold, (max(everything.total) - sum(sums.total)) / nullif(max(everything.n) - sum(sums.n), 0) AS prior
      FROM sums CROSS JOIN everything GROUP BY own_fold),
    overall AS (SELECT total / nullif(n, 0) AS mean FROM everything),
    categories AS (SELECT own_category, sum(total) AS total, sum(n) AS n FROM sums GROUP BY own_category)
    SELECT ${columns.join(", ")}, coalesce(
        (categories.total - coalesce(sums.total, 0e0) + ${m} * coalesce(prior, overall.mean))
          / nullif(categories.n - coalesce(sums.n, 0) + ${m}, 0e0),
        prior, overall.mean) AS ${quoteIdentifier(`${column}_target`)}
    FROM folded AS e CROSS JOIN overall
      LEFT JOIN priors ON priors.own_fold = e.own_fold
      LEFT JOIN categories ON categories.own_category IS NOT DISTINCT FROM e.own_category
      LEFT JOIN sums ON sums.own_category IS NOT DISTINCT FROM e.own_category AND sums.own_fold = e.own_fold`,
  );
}

async function checked(engine: Engine, relation: string, options: TargetEncodingOptions) {
  requireRelation(relation);
  await requireColumn(engine, relation, options.column);
  await requireNumeric(engine, relation, options.target);
  return { ...options, smoothing: requireNumber(options.smoothing ?? 10, "smoothing", 0, 1e12) };
}

function asNumber({ dialect }: Engine, column: string): string {
  return `CAST(${quoteIdentifier(column)} AS ${dialect.types.double})`;
}
