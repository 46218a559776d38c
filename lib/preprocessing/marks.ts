import { type Engine, quoteText } from "../engine/index";
import { type Check, verdict } from "./checks";
import { comparedColumns, copies, EXACT_REASON } from "./duplicates";
import { addRejects, type RejectTarget } from "./rejects";
import { balanced, type StepReport } from "./step";

/** The name of the stage that takes out exact duplicates. */
export const EXACT = "exact duplicates";

/** One pass over the input: each row's number, the check that it breaks, and its hash. */
export async function mark(
  engine: Engine,
  events: string,
  plan: {
    marks: string;
    checks: readonly Check[];
    columns: readonly string[];
    dropDuplicates: boolean;
    signal?: AbortSignal;
  },
): Promise<{ rows: number; broken: number }> {
  const hash = plan.dropDuplicates ? `, ${engine.dialect.rowHash(comparedColumns(plan.columns))} AS content` : "";
  await engine.createTable(
    plan.marks,
    `SELECT source_row, CAST(${verdict(plan.checks)} AS INTEGER) AS verdict${hash} FROM ${events}`,
    undefined,
    { signal: plan.signal },
  );
  const counts = await engine.columns(`SELECT count(*) AS n, count(verdict) AS broken FROM ${plan.marks}`);
  return { rows: Number(counts.n[0]), broken: Number(counts.broken[0]) };
}

/** Adds rows that equal an earlier sound row to the rejects; returns how many. */
export async function rejectCopies(
  context: RejectTarget,
  events: string,
  marks: string,
  columns: readonly string[],
): Promise<number> {
  const { engine } = context;
  const alike = `${marks}_alike`;
  await engine.createTable(
    alike,
    `SELECT source_row FROM ${marks} WHERE verdict IS NULL AND content IN
      (SELECT content FROM ${marks} WHERE verdict IS NULL GROUP BY content HAVING count(*) > 1)`,
  );
  const suspects = Number((await engine.columns(`SELECT count(*) AS n FROM ${alike}`)).n[0]);
  let found = 0;
  if (suspects > 0) {
    const rows = `${events} WHERE source_row IN (SELECT source_row FROM ${alike})`;
    const from = `(${copies(comparedColumns(columns), context.source, rows)}) counted WHERE copy > 1`;
    await addRejects(
      { ...context, source: "row_source" },
      { step: EXACT, kind: "duplicate", from, reason: quoteText(EXACT_REASON) },
    );
    const counts = await engine.columns(`SELECT count(*) AS n FROM ${context.rejects} WHERE kind = 'duplicate'`);
    found = Number(counts.n[0]);
  }
  await engine.drop(alike);
  return found;
}

/** What the stages that were done in one pass would have reported one by one. */
export async function fusedReports(
  { engine, rejects }: { engine: Engine; rejects: string },
  { rowsIn, rowsLeft, dropDuplicates }: { rowsIn: number; rowsLeft: number; dropDuplicates: boolean },
): Promise<StepReport[]> {
  const counts = await engine.columns(`SELECT count(*) FILTER (WHERE step = 'read') AS read,
    count(*) FILTER (WHERE step = 'rules') AS rules, count(*) FILTER (WHERE step = '${EXACT}') AS exact FROM ${rejects}`);
  const [read, rules, exact] = [counts.read, counts.rules, counts.exact].map((column) => Number(column[0]));
  const reports: StepReport[] = [
    { step: "read", rowsIn, rowsOut: rowsIn - read, duplicates: 0, rejected: read },
    { step: "rules", rowsIn: rowsIn - read, rowsOut: rowsIn - read - rules, duplicates: 0, rejected: rules },
  ];
  if (dropDuplicates)
    reports.push({
      step: EXACT,
      rowsIn: rowsIn - read - rules,
      rowsOut: rowsIn - read - rules - exact,
      duplicates: exact,
      rejected: 0,
    });
  const last = reports[reports.length - 1];
  balanced({ ...last, rowsOut: rowsLeft });
  return reports;
}
