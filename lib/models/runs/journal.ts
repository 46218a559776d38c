import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, InputError } from "../../errors";
import { provenance } from "../../provenance";
import type { Clock } from "./tensorboard";

/** A setting of a run. */
export type Setting = string | number | boolean | null;

/** What is known of a run before it starts. */
export interface RunFacts {
  /** What is being tried, in letters, digits, `-`, `_` and `.`; runs of one name are told apart by a number. */
  name: string;
  /** The settings that could have been others: sizes, rates, epochs. */
  settings?: Readonly<Record<string, Setting>>;
  seed?: number | string;
  /** Digests of the data by name; unless given, those noted in the provenance (`data NAME`). */
  data?: Readonly<Record<string, string>>;
  /** The code's version: a commit. */
  code?: string;
}

/** How a run ended. */
export type Outcome = "finished" | "stopped" | "failed";

/** The file that holds a run's journal. */
export const JOURNAL = "journal.jsonl";

/** One run's journal: a line of JSON for its start, each epoch and its end. */
export interface Journal {
  /** The run: its folder's name. */
  readonly run: string;
  readonly folder: string;
  epoch(epoch: number, metrics: Readonly<Record<string, number>>): Promise<void>;
  end(outcome: Outcome, message?: string): Promise<void>;
}

/**
 * Begins a run's journal in a folder of its own, made in one step, so that runs that start at the same moment in several
 * processes have one each. Notes settings, seed, digests of data, the code's version and this process's provenance.
 */
export async function beginJournal(root: string, facts: RunFacts, clock: Clock): Promise<Journal> {
  if (!/^[\w.-]+$/.test(facts.name) || /^\.+$/.test(facts.name))
    throw new InputError("a run's name has letters, digits, -, _ and . alone", {
      value: facts.name,
      place: "name",
      remedy: "Put the rest into the settings.",
    });
  await mkdir(root, { recursive: true });
  const run = await ownFolder(root, facts.name);
  const known = provenance();
  const noted = Object.entries(known).filter(([name]) => name.startsWith("data "));
  const journal = write(root, run, clock);
  await journal.line({
    type: "start",
    name: facts.name,
    seed: facts.seed === undefined ? null : String(facts.seed),
    settings: facts.settings ?? {},
    data: facts.data ?? Object.fromEntries(noted.map(([name, value]) => [name.slice("data ".length), String(value)])),
    code: facts.code ?? null,
    provenance: known,
  });
  return journal;
}

/** Goes on with a run's journal. A line that a crash cut off is closed, and left out when the journal is read. */
export async function resumeJournal(root: string, run: string, clock: Clock): Promise<Journal> {
  let text: string;
  try {
    text = await readFile(join(root, run, JOURNAL), "utf8");
  } catch (cause) {
    throw new DataError("there is no such run", {
      value: run,
      place: root,
      remedy: "Start it, or ask list() for the runs there are.",
      cause,
    });
  }
  if (text !== "" && !text.endsWith("\n")) await appendFile(join(root, run, JOURNAL), "\n");
  const journal = write(root, run, clock);
  await journal.line({ type: "resume" });
  return journal;
}

function write(root: string, run: string, clock: Clock): Journal & { line(record: object): Promise<void> } {
  const folder = join(root, run);
  // One write a line to a file opened for appending: lines are whole unless the machine stops in the midst of one.
  const line = (record: object) =>
    appendFile(join(folder, JOURNAL), `${JSON.stringify({ ...record, moment: clock().toISOString() })}\n`);
  return {
    run,
    folder,
    line,
    epoch: (epoch, metrics) => line({ type: "epoch", epoch, metrics }),
    end: (outcome, message) => line({ type: "end", outcome, message: message ?? null }),
  };
}

/** Makes the first folder `NAME`, `NAME-2`, `NAME-3` … that nobody has. */
async function ownFolder(root: string, name: string): Promise<string> {
  for (let count = 1; ; count++) {
    const run = count === 1 ? name : `${name}-${count}`;
    try {
      await mkdir(join(root, run));
      return run;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
