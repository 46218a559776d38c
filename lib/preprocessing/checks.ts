import { type QueryOptions, quoteIdentifier, quoteText } from "../engine/index";
import { addRejectsOfSteps, type Rejected, type RejectTarget } from "./rejects";
import type { StepContext } from "./step";

/** One thing that can be wrong with a row; every part is SQL over the row. */
export interface Check {
  /** The step that it is counted under. */
  step: string;
  /** True for a row that is taken out. NULL counts as false. */
  broken: string;
  field: string;
  value: string;
  reason: string;
}

/** Whether a row breaks any of the checks: true or false, never NULL. */
export function anyBroken(checks: readonly Check[]): string {
  if (checks.length === 0) return "1 = 0";
  return `(CASE ${checks.map(({ broken }) => `WHEN ${broken} THEN 1`).join(" ")} END) IS NOT NULL`;
}

/** Adds the rows of `from` (in which a row is `input`'s) that break a check to the rejects, each once, in one pass. */
export async function rejectBroken(
  context: RejectTarget,
  checks: readonly Check[],
  from: string,
  options?: QueryOptions,
): Promise<void> {
  if (checks.length === 0) return;
  const first = (part: (check: Check) => string) =>
    `CASE ${checks.map((check) => `WHEN ${check.broken} THEN ${part(check)}`).join(" ")} END`;
  const rejected: Rejected = {
    step: first((check) => quoteText(check.step)),
    kind: "rejected",
    from: `${from} WHERE ${anyBroken(checks)}`,
    field: first((check) => check.field),
    value: first((check) => check.value),
    reason: first((check) => check.reason),
  };
  await addRejectsOfSteps(context, rejected, options);
}

/** A whole step made of checks: rows that break none go on, with these columns (all, unless said). */
export async function takeOut(
  context: StepContext,
  checks: readonly Check[],
  { from = context.input, columns = "*" }: { from?: string; columns?: string } = {},
): Promise<void> {
  const { engine, output } = context;
  await engine.createTable(output, `SELECT ${columns} FROM ${from} WHERE NOT (${anyBroken(checks)})`);
  await rejectBroken(context, checks, from);
}

/** Columns' names as SQL. */
export function list(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(", ");
}
