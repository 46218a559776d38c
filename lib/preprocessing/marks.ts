import { type Engine, quoteText } from "../engine/index";
import { throwIfAborted } from "../errors";
import { anyBroken, type Check, list } from "./checks";
import { comparedColumns, copies, EXACT_REASON } from "./duplicates";
import { addRejects, type RejectTarget } from "./rejects";
import { balanced, type StepReport } from "./step";

/** The name of the stage that takes out exact duplicates. */
export const EXACT = "exact duplicates";

/** What two rows of one event agree in before anything else is looked at. */
const EVENT_KEY = ["event_time", "user_id", "item_id", "event_type"];

/**
 * Adds rows that equal an earlier sound row to the rejects. Rows are compared in full where the hash of
 * their event's key (of all their columns, where they have no such key) occurs twice, which a log's seldom does.
 */
export async function rejectCopies(
  context: RejectTarget,
  events: string,
  { checks, columns, signal }: { checks: readonly Check[]; columns: readonly string[]; signal?: AbortSignal },
): Promise<void> {
  const { engine } = context;
  throwIfAborted(signal, "cleaning");
  const keyed = EVENT_KEY.every((name) => columns.includes(name));
  const hash = engine.dialect.rowHash(keyed ? list(EVENT_KEY) : comparedColumns(columns));
  // Rows that break a check may be among those that agree; they are left out of what is compared.
  const often = `SELECT ${hash} AS content FROM ${events} GROUP BY ${hash} HAVING count(*) > 1`;
  const rows = `${events} WHERE NOT (${anyBroken(checks)}) AND ${hash} IN (${often})`;
  const from = `(${copies(comparedColumns(columns), context.source, rows)}) counted WHERE copy > 1`;
  await addRejects(
    { ...context, source: "row_source" },
    { step: EXACT, kind: "duplicate", from, reason: quoteText(EXACT_REASON) },
    { signal },
  );
}

/** How many rows each stage took out. */
export interface TakenOut {
  read: number;
  rules: number;
  exact: number;
}

/** Counts the rejects by stage. */
export async function takenOut({ engine, rejects }: { engine: Engine; rejects: string }): Promise<TakenOut> {
  const of = (step: string) => `count(*) FILTER (WHERE step = ${quoteText(step)})`;
  const counts = await engine.columns(
    `SELECT ${of("read")} AS read, ${of("rules")} AS rules, ${of(EXACT)} AS exact FROM ${rejects}`,
  );
  return { read: Number(counts.read[0]), rules: Number(counts.rules[0]), exact: Number(counts.exact[0]) };
}

/** What the stages that were done in one pass would have reported one by one. */
export function fusedReports(
  { read, rules, exact }: TakenOut,
  { rowsIn, rowsLeft, dropDuplicates }: { rowsIn: number; rowsLeft: number; dropDuplicates: boolean },
): StepReport[] {
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
