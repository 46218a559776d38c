import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { InputError, requireInteger } from "../../errors";
import { scalarsEvent, textEvent, tfRecord, versionEvent } from "./events";

/** The time now, from whoever has a clock: `() => new Date()`. */
export type Clock = () => Date;

/** Writes what TensorBoard shows. */
export interface TensorboardLog {
  /** The event file. */
  readonly path: string;
  /** Curves: a number for each tag at a step. Tags with the same beginning before `/` are shown together. */
  scalars(step: number, values: Readonly<Record<string, number>>): Promise<void>;
  /** A text in Markdown. */
  text(tag: string, text: string, step?: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Begins an event file in a folder: TensorFlow's records of `Event`s, written without TensorFlow, so that every backend
 * logs alike. Show it by `tensorboard --logdir FOLDER`. Each event is on its way to the file when its promise is
 * fulfilled; a file cut off by a crash is read up to there. A run that goes on begins another file, as TensorFlow's
 * writer does. Throws InputError for a step that is no whole number, or an invalid time.
 */
export async function openTensorboard(folder: string, clock: Clock): Promise<TensorboardLog> {
  await mkdir(folder, { recursive: true });
  const begun = seconds(clock);
  const { file, path } = await fresh(folder, Math.floor(begun));
  const append = (event: Buffer) => file.appendFile(tfRecord(event));
  await append(versionEvent(begun));
  return {
    path,
    async scalars(step, values) {
      if (Object.keys(values).length > 0)
        await append(scalarsEvent(seconds(clock), requireInteger(step, "step", 0), values));
    },
    text: (tag, text, step = 0) => append(textEvent(seconds(clock), requireInteger(step, "step", 0), tag, text)),
    close: () => file.close(),
  };
}

/** A file of its own: its name begins as TensorBoard looks for, and is counted up until nobody has it. */
async function fresh(folder: string, begun: number): Promise<{ file: FileHandle; path: string }> {
  for (let count = 0; ; count++) {
    const path = join(folder, `events.out.tfevents.${String(begun).padStart(10, "0")}.flashlab.${count}`);
    try {
      return { file: await open(path, "ax"), path };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Seconds since 1970 UTC. */
function seconds(clock: Clock): number {
  const time = clock().getTime() / 1000;
  if (Number.isFinite(time)) return time;
  throw new InputError("the clock gave no time", { place: "clock", remedy: "Give () => new Date()." });
}
