import { type ColumnType, type Engine, quoteText } from "../engine/index";
import { throwIfAborted } from "../errors";
import { list, rejectBroken } from "./checks";
import { CleaningReport, type ReasonCount } from "./cleaning-report";
import { EXACT, fusedReports, rejectCopies, takenOut } from "./marks";
import { addRejects, createRejects, type RejectTarget } from "./rejects";
import { EVENT_RULES, malformedChecks, type Rule, ruleChecks } from "./rules";
import { requireRelation, runSteps, type Step, sourceName } from "./step";

/** Options of {@link clean}. */
export interface CleanOptions {
  /** The clean events' relation. Default: the input's name with `_clean`; the rejects' is that with `_rejects`. */
  output?: string;
  /** What must hold of an event. Default: {@link EVENT_RULES}. */
  rules?: readonly Rule[];
  /** Whether rows that equal an earlier one are taken out. Default true. */
  dropDuplicates?: boolean;
  /** Steps after that, such as {@link dropRepeats}, in their order. Default: none. */
  steps?: readonly Step[];
  /**
   * `table` holds the clean rows; `view` only leaves out of the input what was taken out: nothing is copied, and both
   * the input and the rejects must stay as they are. Default: `table`.
   */
  as?: "table" | "view";
  signal?: AbortSignal;
  /** Called as each stage begins. */
  onProgress?(stage: string, done: number, stages: number): void;
}

/** What {@link clean} made and what became of every row. */
export interface Cleaned {
  /** Clean events: the event schema, the source's extras and `source_row`. */
  events: string;
  /** What was taken out: step, kind, source, source_row, field, value, reason. */
  rejects: string;
  report: CleaningReport;
}

/**
 * Makes clean events of an adapter's events: takes out records that are no events, rows that break a rule, and exact
 * duplicates, each into the rejects with its source, row number, column, value and reason. Throws DataError if the rows
 * don't add up.
 *
 * Every pass over the input reads only the columns that it needs, and only rows whose event occurs more than once are
 * compared. There are several passes, so a view over text files is better made a table or a Parquet file first.
 */
export async function clean(engine: Engine, events: string, options: CleanOptions = {}): Promise<Cleaned> {
  const { rules = EVENT_RULES, dropDuplicates = true, steps = [], as = "table", signal, onProgress } = options;
  const output = requireRelation(options.output ?? `${requireRelation(events)}_clean`);
  const rejects = `${output}_rejects`;
  const first = steps.length === 0 ? output : `${output}_first`;
  const stages = ["reading", "duplicates", "writing", ...steps.map((step) => step.name)];
  const begin = (stage: number) => {
    throwIfAborted(signal, "cleaning");
    onProgress?.(stages[stage], stage, stages.length);
  };

  begin(0);
  const columns = await engine.describe(events);
  const kept = columns.map((column) => column.name).filter((name) => name !== "malformed");
  const checks = [...malformedChecks(columns, "read"), ...ruleChecks(engine, columns, rules, "rules")];
  const source = await sourceOf(engine, events, columns);
  const context = { engine, rejects, source };
  await createRejects(engine, rejects);
  const rowsIn = await count(engine, events, signal);
  await rejectBroken(context, checks, events, { signal });
  begin(1);
  if (dropDuplicates) await rejectCopies(context, events, { checks, columns: kept, signal });
  const taken = await takenOut(context);

  begin(2);
  const left = `SELECT ${list(kept)} FROM ${events}`;
  // A join, since NOT EXISTS with a second condition has DuckDB gather the different row numbers first.
  const gone = `SELECT DISTINCT source_row AS gone_row FROM ${rejects} WHERE step IN ('read', 'rules', ${quoteText(EXACT)})`;
  const nothing = taken.read + taken.rules + taken.exact === 0;
  const select = nothing ? left : `${left} LEFT JOIN (${gone}) AS gone ON gone_row = source_row WHERE gone_row IS NULL`;
  if (as === "view" && steps.length === 0) await engine.createView(first, select);
  else await engine.createTable(first, select, undefined, { signal });
  const rowsLeft = await count(engine, first, signal);
  const all = fusedReports(taken, { rowsIn, rowsLeft, dropDuplicates });
  if (steps.length > 0) {
    const progress = (_: string, done: number) => begin(3 + done);
    const options = { signal, source, append: true, onProgress: progress };
    all.push(...(await runSteps(engine, first, steps, { output, rejects }, options)).steps);
    await engine.drop(first);
  }
  const unreadable = await moveUnreadable(context, `${events}_unreadable`);
  const report = new CleaningReport(
    { rowsIn: rowsIn + unreadable, clean: all[all.length - 1].rowsOut },
    all,
    await reasonsOf(engine, rejects),
  );
  return { events: output, rejects, report };
}

/** Adds the records that couldn't be cut into fields, where the adapter left any; `source_row` is their line. */
async function moveUnreadable(context: RejectTarget, unreadable: string): Promise<number> {
  const { engine } = context;
  if (!(await engine.exists(unreadable))) return 0;
  const columns: ColumnType[] = await engine.describe(unreadable);
  const source = columns.some((column) => column.name === "source_file") ? "source_file" : context.source;
  const cut = { step: "cut", kind: "rejected", from: unreadable, sourceRow: "line", reason: "reason" } as const;
  await addRejects({ ...context, source }, cut);
  return count(engine, unreadable);
}

async function count(engine: Engine, relation: string, signal?: AbortSignal): Promise<number> {
  return Number((await engine.columns(`SELECT count(*) AS n FROM ${relation}`, undefined, { signal })).n[0]);
}

/** The name of each row's source: its file, where the events say which rows came from which, or the relation. */
async function sourceOf(engine: Engine, events: string, columns: readonly ColumnType[]): Promise<string> {
  if (columns.some((column) => column.name === "source_file")) return "source_file";
  if (!(await engine.exists(`${events}_files`))) return sourceName(events);
  const { path, last_row } = await engine.columns(`SELECT path, last_row FROM ${events}_files ORDER BY last_row, path`);
  if (path.length === 0) return sourceName(events);
  const cases = [...path].map((file, index) => `WHEN source_row <= ${last_row[index]} THEN ${quoteText(String(file))}`);
  return `CASE ${cases.join(" ")} END`;
}

async function reasonsOf(engine: Engine, rejects: string): Promise<ReasonCount[]> {
  const { step, kind, reason, n } = await engine.columns(
    `SELECT step, kind, reason, count(*) AS n FROM ${rejects} GROUP BY step, kind, reason ORDER BY n DESC, step, reason`,
  );
  return [...step].map((name, row) => ({
    step: String(name),
    kind: kind[row] as ReasonCount["kind"],
    reason: String(reason[row]),
    rows: Number(n[row]),
  }));
}
