import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type ColumnTable, from, table } from "arquero";
import { type Engine, openEngine, quoteText } from "../../engine/index";
import { InputError } from "../../errors";
import { beginJournal, JOURNAL, type Journal, type RunFacts, resumeJournal, type Setting } from "./journal";
import type { Clock } from "./tensorboard";

/** The runs of a folder. */
export interface RunRegistry {
  readonly folder: string;
  readonly clock: Clock;
  /** Begins a run; see {@link beginJournal}. */
  start(facts: RunFacts): Promise<Journal>;
  /** Goes on with a run; see {@link resumeJournal}. */
  resume(run: string): Promise<Journal>;
  /**
   * A row a run, in the order of their starts: `run`, `name`, `started` and `ended` (seconds since 1970 UTC), `outcome`
   * (finished, stopped, failed; unfinished while it runs and after a crash), `epochs`, `seed`, `code`, `data` (JSON), `unread`
   * (lines of the journal that can't be read, as a crash leaves at the end).
   */
  list(): Promise<ColumnTable>;
  /** A row an epoch of a run: `epoch` and a column for each metric. */
  history(run: string): Promise<ColumnTable>;
  /**
   * A row a run: the settings that aren't the same in all, and each metric of the last epoch (named `METRIC (last)` where a
   * setting has its name). All runs unless named.
   */
  compare(runs?: readonly string[]): Promise<ColumnTable>;
  /** A row a run that has the metric, the best first: `run`, `epoch` of its best, the metric. Higher is better unless said. */
  best(metric: string, options?: { lower?: boolean }): Promise<ColumnTable>;
  /** Any query of the relations `runs` (as {@link list}), `epochs` (run, epoch, metric, value), `settings` (run, setting, value). */
  sql(query: string): Promise<ColumnTable>;
  close(): Promise<void>;
}

/**
 * Opens a registry of runs: a folder with a folder a run, in which the run's journal (JSON Lines) and its TensorBoard log
 * lie; DuckDB reads all journals as relations whenever it is asked. No file has two writers, so runs of many processes
 * don't wait for each other or lose anything, and a crash costs a journal its last line at most.
 *
 * @param clock the time: `() => new Date()`
 */
export async function openRuns(folder: string, clock: Clock): Promise<RunRegistry> {
  const engine = await openEngine({ memoryLimit: "256MB", threads: 1 });
  const query = async (sql: string, values: string[] = []) => {
    await readJournals(engine, folder);
    return engine.table(sql, values);
  };
  const settingsOf = async (chosen: readonly string[]) => {
    const rows = (await query(SETTINGS)).objects() as SettingRow[];
    return rows.filter(({ run }) => chosen.includes(run));
  };
  const requireRun = async (run: string) => {
    const names = (await query("SELECT run FROM runs")).array("run") as string[];
    if (names.includes(run)) return;
    throw new InputError("there is no such run", {
      value: run,
      place: folder,
      remedy: `There are: ${names.join(", ")}.`,
    });
  };
  return {
    folder,
    clock,
    start: (facts) => beginJournal(folder, facts, clock),
    resume: (run) => resumeJournal(folder, run, clock),
    list: () => query("SELECT * FROM runs ORDER BY started, run"),
    async history(run) {
      await requireRun(run);
      const sql = "SELECT epoch, metric, value FROM epochs WHERE run = ? ORDER BY epoch";
      return widen((await query(sql, [run])).objects() as EpochRow[]);
    },
    async compare(named) {
      for (const run of named ?? []) await requireRun(run);
      const runs = named ?? ((await query("SELECT run FROM runs ORDER BY started, run")).array("run") as string[]);
      const settings = await settingsOf(runs);
      const last = (await query(LAST)).objects() as { run: string; metric: string; value: number }[];
      const names = [...new Set(settings.map(({ setting }) => setting))];
      const shown = names.filter((name) => new Set(runs.map((run) => settingOf(settings, run, name))).size > 1);
      const metrics = [...new Set(last.filter(({ run }) => runs.includes(run)).map(({ metric }) => metric))];
      return table({
        run: [...runs],
        ...Object.fromEntries(shown.map((name) => [name, runs.map((run) => settingOf(settings, run, name))])),
        ...Object.fromEntries(
          metrics.map((name) => [
            shown.includes(name) ? `${name} (last)` : name,
            runs.map((run) => last.find((row) => row.run === run && row.metric === name)?.value ?? Number.NaN),
          ]),
        ),
      });
    },
    async best(metric, { lower = false } = {}) {
      const [pick, order] = lower ? ["arg_min", "ASC"] : ["arg_max", "DESC"];
      const found = await query(
        `SELECT run, ${pick}(epoch, value) AS epoch, ${lower ? "min" : "max"}(value) AS value
         FROM epochs WHERE metric = ? AND value IS NOT NULL GROUP BY run ORDER BY value ${order}, run`,
        [metric],
      );
      if (found.numRows() > 0) return found.rename({ value: metric });
      const known = (await query("SELECT DISTINCT metric FROM epochs ORDER BY metric")).array("metric") as string[];
      throw new InputError("no run has this metric", {
        value: metric,
        place: folder,
        remedy: `There are: ${known.join(", ")}.`,
      });
    },
    sql: (text) => query(text),
    close: () => engine.close(),
  };
}

interface SettingRow {
  run: string;
  setting: string;
  /** As JSON, so that a number comes back as one. */
  value: string;
}

interface EpochRow {
  epoch: number;
  metric: string;
  value: number;
}

const SETTINGS = `SELECT run, setting, CAST(settings -> setting AS VARCHAR) AS value
  FROM (SELECT run, settings, unnest(json_keys(settings)) AS setting FROM journal WHERE type = 'start')`;

function settingOf(rows: readonly SettingRow[], run: string, name: string): Setting {
  const found = rows.find((row) => row.run === run && row.setting === name);
  return found === undefined ? null : (JSON.parse(found.value) as Setting);
}

/** Each metric's value in the last epoch that has it. */
const LAST = "SELECT run, metric, arg_max(value, epoch) AS value FROM epochs GROUP BY run, metric ORDER BY run, metric";

/** A row an epoch, a column a metric. */
function widen(rows: readonly EpochRow[]): ColumnTable {
  const byEpoch = new Map<number, Record<string, number>>();
  const metrics = [...new Set(rows.map(({ metric }) => metric))];
  for (const { epoch, metric, value } of rows) {
    const blank = Object.fromEntries(metrics.map((name) => [name, Number.NaN]));
    const row = byEpoch.get(epoch) ?? { epoch, ...blank };
    row[metric] = value;
    byEpoch.set(epoch, row);
  }
  return from([...byEpoch.values()]);
}

/** A path in which signs of a glob stand in brackets for themselves. */
const literal = (path: string) => path.replace(/[*?[]/g, "[$&]");

/** Makes the relations anew from the journals that lie there now. */
async function readJournals(engine: Engine, folder: string): Promise<void> {
  const runs = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of runs)
    if (entry.isDirectory() && (await readdir(join(folder, entry.name))).includes(JOURNAL))
      files.push(join(folder, entry.name, JOURNAL));
  const columns = `{type: 'VARCHAR', name: 'VARCHAR', moment: 'TIMESTAMP', seed: 'VARCHAR', settings: 'JSON', data: 'JSON',
    code: 'VARCHAR', epoch: 'INTEGER', metrics: 'MAP(VARCHAR, DOUBLE)', outcome: 'VARCHAR', message: 'VARCHAR'}`;
  const read = `read_json([${files.map((file) => quoteText(literal(file))).join(", ")}], format = 'newline_delimited', ignore_errors = true,
    columns = ${columns}, filename = true)`;
  const blank = `SELECT NULL::VARCHAR AS run, NULL::BIGINT AS line, NULL::VARCHAR AS type, NULL::VARCHAR AS name,
    NULL::TIMESTAMP AS moment, NULL::VARCHAR AS seed, NULL::JSON AS settings, NULL::JSON AS data, NULL::VARCHAR AS code,
    NULL::INTEGER AS epoch, NULL::MAP(VARCHAR, DOUBLE) AS metrics, NULL::VARCHAR AS outcome, NULL::VARCHAR AS message WHERE false`;
  const rows = `SELECT parse_filename(parse_dirpath(filename)) AS run, row_number() OVER () AS line, * EXCLUDE (filename) FROM ${read}`;
  await engine.createTable("journal", files.length === 0 ? blank : rows);
  await engine.createView(
    "runs",
    `SELECT run, any_value(name) AS name, min(moment) FILTER (WHERE type = 'start') AS started,
       CASE WHEN arg_max(type, line) = 'end' THEN max(moment) END AS ended,
       CASE WHEN arg_max(type, line) = 'end' THEN arg_max(outcome, line) ELSE 'unfinished' END AS outcome,
       count(DISTINCT epoch) AS epochs, any_value(seed) AS seed, any_value(code) AS code,
       any_value(data)::VARCHAR AS data, count(*) FILTER (WHERE type IS NULL) AS unread
     FROM journal GROUP BY run`,
  );
  await engine.createView(
    "epochs",
    `SELECT run, epoch, entry.key AS metric, arg_max(entry.value, line) AS value
     FROM (SELECT run, line, epoch, unnest(map_entries(metrics)) AS entry FROM journal WHERE type = 'epoch')
     GROUP BY run, epoch, entry.key`,
  );
  await engine.createView(
    "settings",
    `SELECT run, setting, settings ->> setting AS value
     FROM (SELECT run, settings, unnest(json_keys(settings)) AS setting FROM journal WHERE type = 'start')`,
  );
}
