import { basename, join } from "node:path";
import { performance } from "node:perf_hooks";
import { AbortedError } from "../../errors";
import { type Execution, type KernelClient, type KernelName, type Output, startKernel } from "../../kernel/client";
import { HEADLINE_MIME } from "../../workbench/headline";
import { commit, EXECUTED, NOTEBOOKS } from "../project";
import { type Notebook, readNotebook, writeNotebook } from "./file";
import { type Parameter, readParameters, setParameters } from "./parameters";

/** How much work a notebook's cells do; the name of a parameter that every notebook of the walk has. */
export type Profile = "quick" | "full";

export interface ExecuteNotebookOptions {
  profile?: Profile;
  parameters?: Record<string, Parameter>;
  /** Where the executed notebook goes; `reports/executed/NAME` unless given. */
  out?: string;
  kernel?: KernelName;
  signal?: AbortSignal;
  /** Called when a code cell begins (`seconds` undefined) and when it has ended. */
  onCell?(cell: { index: number; count: number; source: string; seconds?: number }): void;
}

/** What came of a notebook; also kept in the executed file, as `metadata.flashlab`. */
export interface NotebookRun {
  name: string;
  out: string;
  ok: boolean;
  /** Wall-clock time, kernel's start included. */
  seconds: number;
  /** The one result that the notebook's `headline` names. */
  headline?: string;
  /** Where and how it failed: the cell counted from 1 among code cells, and the traceback. */
  failure?: { cell: number; traceback: string };
}

/**
 * Runs every code cell of a notebook on a kernel of its own and keeps the executed notebook, rewritten whole after every
 * cell: a run that is stopped or fails loses nothing. Throws on bad parameters, or when the kernel itself dies.
 */
export async function executeNotebook(file: string, options: ExecuteNotebookOptions = {}): Promise<NotebookRun> {
  const name = basename(file, ".ipynb");
  const out = options.out ?? join(EXECUTED, `${name}.ipynb`);
  const notebook = readNotebook(file);
  const profile: Record<string, Parameter> = options.profile ? { profile: options.profile } : {};
  setParameters(notebook, { ...profile, ...options.parameters });
  for (const cell of notebook.cells)
    if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });

  const started = performance.now();
  const startedAt = new Date().toISOString();
  const run: NotebookRun = { name, out, ok: false, seconds: 0 };
  const kernel = await startKernel({ kernel: options.kernel, cwd: options.kernel === "tslab" ? undefined : NOTEBOOKS });
  const save = (facts: Record<string, unknown> = {}) => {
    run.seconds = (performance.now() - started) / 1000;
    notebook.metadata.flashlab = {
      ...{ profile: readParameters(notebook).profile, seconds: run.seconds, ok: run.ok, headline: run.headline },
      provenance: { ...facts, ...aboutRun(kernel, notebook, startedAt) },
    };
    writeNotebook(out, notebook);
  };
  try {
    run.failure = await runCells(notebook, kernel, run, save, options);
    run.ok = run.failure === undefined;
    save(run.ok ? await notedFacts(kernel) : {});
  } catch (error) {
    save();
    throw error;
  } finally {
    await kernel.shutdown();
  }
  return run;
}

async function runCells(
  notebook: Notebook,
  kernel: KernelClient,
  run: NotebookRun,
  save: () => void,
  { signal, onCell }: ExecuteNotebookOptions,
): Promise<NotebookRun["failure"]> {
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code" && cell.source.trim() !== "");
  for (const [index, cell] of cells.entries()) {
    if (signal?.aborted) throw new AbortedError(`running ${run.name} was stopped`, { cause: signal.reason });
    const began = performance.now();
    onCell?.({ index, count: cells.length, source: cell.source });
    const done = await kernel.execute(cell.source, {
      signal,
      // The recorder's own list: also an interrupted cell keeps what it had shown.
      onOutput: (output) => cell.outputs?.includes(output) || cell.outputs?.push(output),
    });
    cell.outputs = done.outputs;
    cell.execution_count = done.executionCount;
    run.headline ??= headlineOf(done.outputs);
    onCell?.({ index, count: cells.length, source: cell.source, seconds: (performance.now() - began) / 1000 });
    save();
    if (done.status !== "ok") return { cell: index + 1, traceback: failureOf(done) };
  }
  const late = kernel.lateErrors[0];
  return late?.output_type === "error" ? { cell: cells.length, traceback: late.traceback.join("\n") } : undefined;
}

/** What the cells' code noted with `noteProvenance`. */
async function notedFacts(kernel: KernelClient): Promise<Record<string, unknown>> {
  const code =
    'process.stdout.write(JSON.stringify((globalThis as Record<symbol, unknown>)[Symbol.for("flashlab.provenance")] ?? {}))';
  const { outputs } = await kernel.execute(code, { storeHistory: false });
  const text = outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
  try {
    return { backend: "none: no tensors were used", ...(JSON.parse(text) as Record<string, unknown>) };
  } catch {
    return {};
  }
}

function aboutRun(kernel: KernelClient, notebook: Notebook, started: string): Record<string, unknown> {
  const language = kernel.info.language_info as { version?: string } | undefined;
  return {
    ...{ commit: commit() ?? "unknown", started, node: process.versions.node, typescript: language?.version },
    platform: `${process.platform} ${process.arch}`,
    ...Object.fromEntries(
      Object.entries(readParameters(notebook)).map(([name, value]) => [`parameter ${name}`, value]),
    ),
  };
}

function headlineOf(outputs: Output[]): string | undefined {
  for (const output of outputs) {
    if (output.output_type !== "display_data" && output.output_type !== "execute_result") continue;
    const found = output.data[HEADLINE_MIME] as { text?: string } | undefined;
    if (found?.text) return found.text;
  }
  return undefined;
}

function failureOf({ error, status }: Execution): string {
  return error ? error.traceback.join("\n") || `${error.ename}: ${error.evalue}` : `the cell was ${status}`;
}
