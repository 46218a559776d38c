import { type Engine, quoteIdentifier } from "../engine/index";
import { DataError, InputError, throwIfAborted } from "../errors";
import { createRejects } from "./rejects";

/** What a step is given: a relation to read, and the names of the relations to make. */
export interface StepContext {
  engine: Engine;
  /** The relation that holds the rows so far. */
  input: string;
  /** To be made: the rows that go on, with the input's columns or more. */
  output: string;
  /** To be added to: what the step took out, one row each; see {@link REJECT_COLUMNS} and {@link addRejects}. */
  rejects: string;
  /** SQL of the name of a row's source (a file or a relation), over its `source_row`; for {@link addRejects}. */
  source: string;
}

/** One stage of preprocessing: from a relation to a relation, every row either going on or accounted for. */
export interface Step {
  /** Short, in the report. */
  name: string;
  apply(context: StepContext): Promise<void>;
}

/** What one step did. */
export interface StepReport {
  step: string;
  rowsIn: number;
  rowsOut: number;
  duplicates: number;
  rejected: number;
}

/** What a pipeline made. */
export interface PipelineResult {
  /** The relation that the last step made. */
  output: string;
  /** What all steps took out. */
  rejects: string;
  steps: StepReport[];
}

/** Options of {@link runSteps}. */
export interface PipelineOptions {
  /** Stops the pipeline between two steps with an AbortedError. */
  signal?: AbortSignal;
  /** Called as each step begins, with its name and how many steps are done. */
  onProgress?(step: string, done: number, steps: number): void;
  /** Keeps a rejects relation that is there and adds to it, instead of beginning an empty one. */
  append?: boolean;
  /** SQL of a row's source, for the rejects. Default: the input's name. */
  source?: string;
}

/**
 * Runs steps one after another on `input`, making `output` and `rejects`; relations in between are dropped. After each
 * step rows in = rows out + duplicates + rejected is checked on the data itself: a DataError names the step that lost
 * or made rows. The relations' names may have a schema: `shop.clean`. Throws InputError for a bad name, for an `output`
 * that is the input, and for two steps of one name.
 */
export async function runSteps(
  engine: Engine,
  input: string,
  steps: readonly Step[],
  names: { output: string; rejects: string },
  options: PipelineOptions = {},
): Promise<PipelineResult> {
  for (const name of [input, names.output, names.rejects]) requireRelation(name);
  if (names.output === input)
    throw new InputError("a pipeline can't write over what it reads", { value: input, place: "output" });
  requireDifferent(steps);
  const { signal, onProgress, append = false, source = sourceName(input) } = options;
  if (!append) await createRejects(engine, names.rejects);
  const reports: StepReport[] = [];
  let from = input;
  for (const [index, step] of steps.entries()) {
    throwIfAborted(signal, `the step "${step.name}"`);
    onProgress?.(step.name, index, steps.length);
    const to = index === steps.length - 1 ? names.output : `${names.output}_step_${index + 1}`;
    await step.apply({ engine, input: from, output: to, rejects: names.rejects, source });
    reports.push(await checkStep(engine, step.name, from, to, names.rejects));
    if (from !== input) await engine.drop(from);
    from = to;
  }
  return { ...names, output: from, steps: reports };
}

async function checkStep(engine: Engine, step: string, from: string, to: string, rejects: string): Promise<StepReport> {
  const counts = await engine.columns(
    `SELECT (SELECT count(*) FROM ${from}) AS rows_in, (SELECT count(*) FROM ${to}) AS rows_out,
      (SELECT count(*) FROM ${rejects} WHERE step = $step AND kind = 'duplicate') AS duplicates,
      (SELECT count(*) FROM ${rejects} WHERE step = $step AND kind = 'rejected') AS rejected`,
    { step },
  );
  const [rowsIn, rowsOut, duplicates, rejected] = Object.values(counts).map((column) => Number(column[0]));
  return balanced({ step, rowsIn, rowsOut, duplicates, rejected });
}

/** Throws DataError unless rows in = rows out + duplicates + rejected. */
export function balanced(report: StepReport): StepReport {
  const { step, rowsIn, rowsOut, duplicates, rejected } = report;
  if (rowsIn === rowsOut + duplicates + rejected) return report;
  throw new DataError(`a step lost or made rows: ${rowsIn} in, ${rowsOut} out, ${duplicates + rejected} taken out`, {
    place: `step "${step}"`,
    remedy: "Correct the step: each row goes on or into the rejects; and source_row differs from row to row.",
  });
}

function requireDifferent(steps: readonly Step[]): void {
  const twice = steps.find((step, index) => steps.findIndex((other) => other.name === step.name) < index);
  if (twice === undefined) return;
  throw new InputError("two steps have one name, so that their rejects can't be told apart", {
    value: twice.name,
    place: "steps",
    remedy: "Give one of them another name.",
  });
}

/** A relation's own name as the source of its rows, as SQL. */
export function sourceName(relation: string): string {
  return `'${relation.replaceAll("'", "''")}'`;
}

/** Checks a relation's name, `table` or `schema.table`, before it goes into SQL; throws InputError. */
export function requireRelation(name: string): string {
  const parts = name.split(".");
  if (parts.length <= 2 && parts.every((part) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(part) || isQuoted(part))) return name;
  throw new InputError("not the name of a relation", { value: name, remedy: "Write table, or schema.table." });
}

function isQuoted(part: string): boolean {
  return part.length > 2 && part === quoteIdentifier(part.slice(1, -1).replaceAll('""', '"'));
}
