import { type Engine, quoteText } from "../engine/index";
import { throwIfAborted } from "../errors";
import { anyBroken, type Check, list } from "./checks";
import { comparedColumns, copies, EXACT_REASON } from "./duplicates";
import { addRejects, type RejectTarget } from "./rejects";
import { balanced, type StepReport } from "./step";

/** The name of the stage that takes out exact duplicates. */
export const EXACT = "exact duplicates";

/** How many rows there are, and how many of them break a check: one pass, over the checks' columns alone. */
export async function countBroken(
  engine: Engine,
  events: string,
  checks: readonly Check[],
  signal?: AbortSignal,
): Promise<{ rows: number; broken: number }> {
  const counts = await engine.columns(
    `SELECT count(*) AS n, count(CASE WHEN ${anyBroken(checks)} THEN 1 END) AS broken FROM ${events}`,
    undefined,
    { signal },
  );
  return { rows: Number(counts.n[0]), broken: Number(counts.broken[0]) };
}

/** What two rows of one event agree in before anything else is looked at. */
const EVENT_KEY = ["event_time", "user_id", "item_id", "event_type"];

/**
 * Adds rows that equal an earlier sound row to the rejects; returns how many. Rows are compared in full where the hash of
 * their event's key (of all their columns, where they have no such key) occurs twice, which a log's seldom does.
 */
export async function rejectCopies(
  context: RejectTarget,
  events: string,
  { checks, columns, signal }: { checks: readonly Check[]; columns: readonly string[]; signal?: AbortSignal },
): Promise<number> {
  const { engine } = context;
  throwIfAborted(signal, "cleaning");
  const keyed = EVENT_KEY.every((name) => columns.includes(name));
  const hash = engine.dialect.rowHash(keyed ? list(EVENT_KEY) : comparedColumns(columns));
  const sound = `NOT (${anyBroken(checks)})`;
  const often = `SELECT ${hash} AS content FROM ${events} WHERE ${sound} GROUP BY ${hash} HAVING count(*) > 1`;
  const rows = `${events} WHERE ${sound} AND ${hash} IN (${often})`;
  const from = `(${copies(comparedColumns(columns), context.source, rows)}) counted WHERE copy > 1`;
  await addRejects(
    { ...context, source: "row_source" },
    { step: EXACT, kind: "duplicate", from, reason: quoteText(EXACT_REASON) },
  );
  const counts = await engine.columns(`SELECT count(*) AS n FROM ${context.rejects} WHERE kind = 'duplicate'`);
  return Number(counts.n[0]);
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
