import { AbortedError } from "../../errors";
import type { EpochReport, TrainOptions } from "../training/train";
import type { Journal, RunFacts, Setting } from "./journal";
import type { RunRegistry } from "./registry";
import { openTensorboard } from "./tensorboard";

/** What {@link recordRun} hands to the training. */
export interface Recorder {
  /** The run's name in the registry. */
  run: string;
  /** The run's folder: a place for checkpoints and weights. */
  folder: string;
  /** Give it to `train` as its option: notes each epoch's loss, rate, seconds and metrics. */
  onEpoch(report: EpochReport): Promise<void>;
}

/** Facts of a run, and where it goes on from. */
export interface RecordOptions extends RunFacts {
  /** Goes on with this run in place of beginning another, as `train` does from its checkpoint. */
  resume?: string;
}

/**
 * Does some work as a run of the registry: journal and TensorBoard log begin before and end after it, whichever way it
 * ends. An AbortedError is noted as stopped, another error as failed with its message; both are thrown on.
 *
 *     const { result } = await recordRun(runs, { name: "sasrec", settings, seed }, ({ folder, onEpoch }) =>
 *       train(task, { ...settings, seed, onEpoch, checkpoints: join(folder, "checkpoints") }));
 */
export async function recordRun<Result>(
  runs: RunRegistry,
  options: RecordOptions,
  work: (recorder: Recorder) => Promise<Result>,
): Promise<{ run: string; result: Result }> {
  const { resume, ...facts } = options;
  const journal = resume === undefined ? await runs.start(facts) : await runs.resume(resume);
  const { run, folder } = journal;
  const log = await openTensorboard(folder, runs.clock);
  try {
    if (resume === undefined)
      await log.text("settings", settingsTable({ seed: facts.seed ?? null, ...facts.settings }));
    const onEpoch = async ({ epoch, loss, rate, seconds, metrics }: EpochReport) => {
      const numbers = { loss, rate, seconds, ...metrics };
      await journal.epoch(epoch, numbers);
      await log.scalars(epoch, inGroups(numbers));
    };
    const result = await work({ run, folder, onEpoch });
    await journal.end("finished");
    return { run, result };
  } catch (error) {
    await note(journal, error);
    throw error;
  } finally {
    await log.close();
  }
}

/** Options for `train` that record it; `onEpoch` of the caller's is called too. */
export function recorded(recorder: Recorder, options: TrainOptions): TrainOptions {
  return {
    ...options,
    async onEpoch(report) {
      await recorder.onEpoch(report);
      await options.onEpoch?.(report);
    },
  };
}

function note(journal: Journal, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  return journal.end(error instanceof AbortedError ? "stopped" : "failed", message);
}

/** TensorBoard shows together what begins alike: what training says, and what validation does. */
function inGroups({ loss, rate, seconds, ...metrics }: Record<string, number>): Record<string, number> {
  const held = Object.entries(metrics).map(([name, value]) => [`validation/${name}`, value]);
  return { "training/loss": loss, "training/rate": rate, "training/seconds": seconds, ...Object.fromEntries(held) };
}

function settingsTable(settings: Readonly<Record<string, Setting>>): string {
  const rows = Object.entries(settings).map(([name, value]) => `| ${name} | ${String(value)} |`);
  return ["| setting | value |", "|---|---|", ...rows].join("\n");
}
