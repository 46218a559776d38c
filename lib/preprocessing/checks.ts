import { quoteIdentifier } from "../engine/index";
import { addRejects, type RejectTarget } from "./rejects";
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

/** The number, from 1, of the first check that a row breaks; NULL for a row that breaks none. */
export function verdict(checks: readonly Check[]): string {
  if (checks.length === 0) return "CAST(NULL AS INTEGER)";
  return `CASE ${checks.map(({ broken }, index) => `WHEN ${broken} THEN ${index + 1}`).join(" ")} END`;
}

/** Whether a row breaks any of the checks. */
export function anyBroken(checks: readonly Check[]): string {
  return checks.length === 0 ? "1 = 0" : `(${verdict(checks)}) IS NOT NULL`;
}

/** Adds the rows of `from` (in which a row is `input`'s) that break a check to the rejects, each once. */
export async function rejectBroken(context: RejectTarget, checks: readonly Check[], from: string): Promise<void> {
  const first = (part: (check: Check) => string) =>
    `CASE ${checks.map((check) => `WHEN ${check.broken} THEN ${part(check)}`).join(" ")} END`;
  for (const step of new Set(checks.map((check) => check.step))) {
    const numbers = checks.flatMap((check, index) => (check.step === step ? [index + 1] : []));
    await addRejects(context, {
      step,
      kind: "rejected",
      from: `${from} WHERE ${verdict(checks)} IN (${numbers.join(", ")})`,
      field: first((check) => check.field),
      value: first((check) => check.value),
      reason: first((check) => check.reason),
    });
  }
}

/** A whole step made of checks: rows that break none go on, with these columns (all, unless said). */
export async function takeOut(
  context: StepContext,
  checks: readonly Check[],
  { from = context.input, columns = "*" }: { from?: string; columns?: string } = {},
): Promise<void> {
  const { engine, output } = context;
  await engine.createTable(output, `SELECT ${columns} FROM ${from} WHERE NOT (${anyBroken(checks)})`);
  if (checks.length > 0) await rejectBroken(context, checks, from);
}

/** Columns' names as SQL. */
export function list(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(", ");
}
