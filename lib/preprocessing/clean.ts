import type { Engine } from "../engine/index";
import { dropExactDuplicates } from "./duplicates";
import { applyRules, dropMalformed, EVENT_RULES, type Rule } from "./rules";
import { runSteps, type StepReport } from "./step";

/** Options of {@link clean}. */
export interface CleanOptions {
  /** The clean events' relation. Default: the input's name with `_clean`; the rejects' is that with `_rejects`. */
  output?: string;
  /** What must hold of an event. Default: {@link EVENT_RULES}. */
  rules?: readonly Rule[];
  signal?: AbortSignal;
}

/** What {@link clean} made and what became of every row. */
export interface Cleaned {
  /** Clean events: the event schema, the source's extras and `source_row`. */
  events: string;
  /** What was taken out: step, kind, source_row, field, value, reason. */
  rejects: string;
  report: CleaningReport;
}

/** rowsIn = clean + duplicates + rejected, always. */
export interface CleaningReport {
  /** Records of the source, those included that can't be cut into fields. */
  rowsIn: number;
  clean: number;
  duplicates: number;
  rejected: number;
  steps: StepReport[];
  /** Rows taken out by step and reason, most first. */
  reasons: { step: string; kind: "duplicate" | "rejected"; reason: string; rows: number }[];
}

/**
 * Makes clean events of an adapter's events: takes out records that are no events, rows that break a rule, and exact
 * duplicates, each into the rejects with its row number, column, value and reason. Throws DataError if the rows don't
 * add up.
 */
export async function clean(engine: Engine, events: string, options: CleanOptions = {}): Promise<Cleaned> {
  const output = options.output ?? `${events}_clean`;
  const rejects = `${output}_rejects`;
  const steps = [dropMalformed(), applyRules(options.rules ?? EVENT_RULES), dropExactDuplicates()];
  const result = await runSteps(engine, events, steps, { output, rejects }, options.signal);
  const unreadable = await moveUnreadable(engine, `${events}_unreadable`, rejects);
  const counted = await engine.columns(
    `SELECT step, kind, reason, count(*) AS rows FROM ${rejects} GROUP BY ALL ORDER BY rows DESC, step, reason`,
  );
  const reasons = (counted.step as string[]).map((step, row) => ({
    step,
    kind: (counted.kind as ("duplicate" | "rejected")[])[row],
    reason: (counted.reason as string[])[row],
    rows: Number(counted.rows[row]),
  }));
  const total = (kind: string) =>
    reasons.filter((each) => each.kind === kind).reduce((sum, each) => sum + each.rows, 0);
  const report: CleaningReport = {
    rowsIn: result.steps[0].rowsIn + unreadable,
    clean: result.steps[result.steps.length - 1].rowsOut,
    duplicates: total("duplicate"),
    rejected: total("rejected"),
    steps: result.steps,
    reasons,
  };
  return { events: output, rejects, report };
}

/** Adds the records that couldn't be cut into fields, where the adapter left any; `source_row` is their line. */
async function moveUnreadable(engine: Engine, unreadable: string, rejects: string): Promise<number> {
  const found = await engine.columns(
    `SELECT count(*) AS n FROM duckdb_tables() WHERE schema_name || '.' || table_name = $name OR table_name = $name`,
    { name: unreadable },
  );
  if (Number(found.n[0]) === 0) return 0;
  await engine.run(`INSERT INTO ${rejects} SELECT 'cut', 'rejected', line, NULL, NULL, reason FROM ${unreadable}`);
  return Number((await engine.columns(`SELECT count(*) AS n FROM ${unreadable}`)).n[0]);
}
