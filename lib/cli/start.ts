import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { performance } from "node:perf_hooks";
import { AbortedError } from "../errors";
import { executeNotebook, type NotebookRun } from "./notebook/execute";
import { notebookFiles } from "./notebook/file";
import { readCount, readOptions, readProfile, runCommand } from "./options";
import { EXECUTED, REPORTS } from "./project";
import { writeProjectReport } from "./report";
import { forEachSideBySide } from "./side-by-side";
import { textTable, wrap } from "./text-table";

/** `npm start [-- --profile quick|full] [--jobs N]`: run the walkthrough, export it, say where it is. */
export async function start(argv: string[], signal?: AbortSignal): Promise<number> {
  const { values } = readOptions(argv, { profile: { type: "string" }, jobs: { type: "string" } });
  const profile = readProfile(values.profile) ?? "quick";
  const jobs = readCount(values.jobs, "--jobs") ?? Math.min(4, availableParallelism());
  const files = notebookFiles();
  const began = performance.now();
  console.log(`Running ${files.length} notebooks (${profile} profile, ${jobs} side by side)`);
  const runs = await forEachSideBySide(files, jobs, async (file) => {
    const done = await executeNotebook(file, { profile, signal }).catch((error) => lost(file, error));
    console.log(`  ${done.ok ? "✓" : "✗"} ${done.name}  ${done.seconds.toFixed(1)} s`);
    return done;
  });
  await writeProjectReport();
  console.log(`Walkthrough and report in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  console.log(summary(runs));
  console.log(`\nReport:  ${join(REPORTS, "index.html")}\nNext:    npm run lab`);
  for (const { name, failure } of runs) {
    const where = failure?.cell ? ` in code cell ${failure.cell}` : "";
    if (failure) console.error(`\n${name} failed${where}:\n${failure.traceback}`);
  }
  return runs.every((run) => run.ok) ? 0 : 1;
}

/** A notebook whose kernel died or never started has failed; the others go on. */
function lost(file: string, error: unknown): NotebookRun {
  if (error instanceof AbortedError) throw error;
  const name = basename(file, ".ipynb");
  const failure = { cell: 0, traceback: error instanceof Error ? error.message : String(error) };
  return { name, out: join(EXECUTED, `${name}.ipynb`), ok: false, seconds: 0, failure };
}

function summary(runs: NotebookRun[]): string {
  const rows = runs.flatMap(({ name, seconds, ok, headline }) => {
    const [first, ...more] = wrap(ok ? (headline ?? "") : "failed: see below", 84);
    return [[name, `${seconds.toFixed(1)} s`, first], ...more.map((line) => ["", "", line])];
  });
  return textTable([["notebook", "time", "headline result"], ...rows]);
}

if (require.main === module) void runCommand(start);
