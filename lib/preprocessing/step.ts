import { type Engine, quoteIdentifier } from "../engine/index";
import { DataError, InputError, throwIfAborted } from "../errors";

/** What a step is given: a relation to read, and the names of the relations to make. */
export interface StepContext {
  engine: Engine;
  /** The relation that holds the rows so far. */
  input: string;
  /** To be made: the rows that go on, with the input's columns or more. */
  output: string;
  /**
   * To be added to: what the step took out, as (step, kind, source_row, field, value, reason), one row each. `kind` is
   * `duplicate` for a row that is there a second time and `rejected` for any other.
   */
  rejects: string;
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

/**
 * Runs steps one after another on `input`, making `output` and `rejects`; relations in between are dropped. After each
 * step rows in = rows out + duplicates + rejected is checked on the data itself: a DataError names the step that lost
 * or made rows. The relations' names may have a schema: `shop.clean`.
 */
export async function runSteps(
  engine: Engine,
  input: string,
  steps: readonly Step[],
  names: { output: string; rejects: string },
  signal?: AbortSignal,
): Promise<PipelineResult> {
  for (const name of [input, names.output, names.rejects]) requireRelation(name);
  await engine.run(`CREATE OR REPLACE TABLE ${names.rejects}
    (step VARCHAR, kind VARCHAR, source_row BIGINT, field VARCHAR, value VARCHAR, reason VARCHAR)`);
  const reports: StepReport[] = [];
  let from = input;
  for (const [index, step] of steps.entries()) {
    throwIfAborted(signal, `the step "${step.name}"`);
    const to = index === steps.length - 1 ? names.output : `${names.output}_step_${index + 1}`;
    await step.apply({ engine, input: from, output: to, rejects: names.rejects });
    reports.push(await checkStep(engine, step.name, from, to, names.rejects));
    if (from !== input) await engine.run(`DROP TABLE ${from}`);
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
  if (rowsIn !== rowsOut + duplicates + rejected)
    throw new DataError(`a step lost or made rows: ${rowsIn} in, ${rowsOut} out, ${duplicates + rejected} taken out`, {
      place: `step "${step}"`,
      remedy: "Correct the step: each row goes on or into the rejects.",
    });
  return { step, rowsIn, rowsOut, duplicates, rejected };
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
