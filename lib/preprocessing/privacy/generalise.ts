import { type Engine, type QueryOptions, quoteIdentifier, quoteText } from "../../engine/index";
import { InputError, requireInteger, requireNumber } from "../../errors";
import { requireRelation } from "../step";
import { type AnonymityReport, checkColumns, kAnonymity } from "./k-anonymity";

/**
 * How a column is made coarser:
 * - `bins`: a number becomes the lower end of its interval [from + n · width, from + (n + 1) · width), a DOUBLE;
 * - `prefix`: a text keeps its first characters (postcode 10115 → 101);
 * - `period`: a time becomes the start of its month or year;
 * - `groups`: a text becomes its group's name, or `other`;
 * - `hidden`: NULL for all.
 */
export type Generalisation =
  | { by: "bins"; width: number; from?: number }
  | { by: "prefix"; length: number }
  | { by: "period"; unit: "month" | "year" }
  | { by: "groups"; groups: Readonly<Record<string, readonly string[]>>; other?: string }
  | { by: "hidden" };

/** What {@link anonymise} did. */
export interface Anonymised {
  output: string;
  before: AnonymityReport;
  /** After coarsening, before rows are taken out. */
  coarsened: AnonymityReport;
  after: AnonymityReport;
  /** Rows that were in too small a class even then, and are left out. */
  suppressed: number;
}

/**
 * Makes `output` of `input` k-anonymous on the quasi-identifiers: columns are made coarser as `generalisations` say, and
 * rows whose class then still has fewer than k rows are left out. The reports say what it cost. Throws InputError for a
 * column that isn't there or a rule that can't be applied.
 */
export async function anonymise(
  engine: Engine,
  input: string,
  output: string,
  quasiIdentifiers: readonly string[],
  generalisations: Readonly<Record<string, Generalisation>>,
  { k = 5, sensitive, ...options }: QueryOptions & { k?: number; sensitive?: string } = {},
): Promise<Anonymised> {
  const report = (relation: string) => kAnonymity(engine, relation, quasiIdentifiers, { k, sensitive, ...options });
  const before = await report(input);
  const coarse = `${requireRelation(output).replace(/"$/, "")}_coarse${output.endsWith('"') ? '"' : ""}`;
  await generalise(engine, input, coarse, generalisations, options);
  try {
    const coarsened = await report(coarse);
    const suppressed = await suppressSmallClasses(engine, coarse, output, quasiIdentifiers, k, options);
    return { output, before, coarsened, after: await report(output), suppressed };
  } finally {
    await engine.drop(coarse);
  }
}

/** Makes `output` of `input` with some columns made coarser; NULL stays NULL. */
export async function generalise(
  engine: Engine,
  input: string,
  output: string,
  generalisations: Readonly<Record<string, Generalisation>>,
  options: QueryOptions = {},
): Promise<void> {
  requireRelation(output);
  const names = Object.keys(generalisations);
  if (names.length > 0) await checkColumns(engine, input, names);
  const list = (await engine.describe(input)).map(({ name }) =>
    generalisations[name] === undefined
      ? quoteIdentifier(name)
      : `${coarser(engine, name, generalisations[name])} AS ${quoteIdentifier(name)}`,
  );
  await engine.createTable(output, `SELECT ${list.join(", ")} FROM ${input}`, undefined, options);
}

/** Makes `output` of `input` without the rows of classes that have fewer than k rows; returns how many that were. */
export async function suppressSmallClasses(
  engine: Engine,
  input: string,
  output: string,
  quasiIdentifiers: readonly string[],
  k: number,
  options: QueryOptions = {},
): Promise<number> {
  requireRelation(output);
  await checkColumns(engine, input, quasiIdentifiers);
  requireInteger(k, "k", 1);
  const list = (await engine.describe(input)).map(({ name }) => quoteIdentifier(name)).join(", ");
  const classes = quasiIdentifiers.map(quoteIdentifier).join(", ");
  const sized = `SELECT ${list}, count(*) OVER (PARTITION BY ${classes}) AS flashlab_class_size FROM ${input}`;
  await engine.createTable(
    output,
    `SELECT ${list} FROM (${sized}) AS sized WHERE flashlab_class_size >= ${k}`,
    undefined,
    options,
  );
  const left = await engine.columns(
    `SELECT (SELECT count(*) FROM ${input}) - (SELECT count(*) FROM ${output}) AS suppressed`,
  );
  return Number(left.suppressed[0]);
}

function coarser({ dialect }: Engine, column: string, rule: Generalisation): string {
  const name = quoteIdentifier(column);
  const { types } = dialect;
  switch (rule.by) {
    case "bins": {
      const width = requireNumber(rule.width, `width of "${column}"`, Number.MIN_VALUE);
      const from = requireNumber(rule.from ?? 0, `from of "${column}"`);
      const [w, f] = [width, from].map((number) => `CAST(${number.toExponential()} AS ${types.double})`);
      return `${f} + CAST(floor((CAST(${name} AS ${types.double}) - ${f}) / ${w}) AS ${types.double}) * ${w}`;
    }
    case "prefix":
      return `substr(CAST(${name} AS ${types.text}), 1, ${requireInteger(rule.length, `length of "${column}"`, 1)})`;
    case "period":
      if (rule.unit !== "month" && rule.unit !== "year")
        throw new InputError("a period is a month or a year", { value: rule.unit, place: `column "${column}"` });
      return `CAST(date_trunc('${rule.unit}', ${name}) AS ${types.timestamp})`;
    case "groups": {
      const cases = Object.entries(rule.groups).flatMap(([group, values]) =>
        values.map((value) => `WHEN ${quoteText(value)} THEN ${quoteText(group)}`),
      );
      if (cases.length === 0) throw new InputError("no group has a value", { place: `column "${column}"` });
      const text = `CAST(${name} AS ${types.text})`;
      return `CASE WHEN ${name} IS NULL THEN NULL ELSE CASE ${text} ${cases.join(" ")} ELSE ${quoteText(rule.other ?? "other")} END END`;
    }
    case "hidden":
      return `CAST(NULL AS ${types.text})`;
  }
}
