import { parseArgs } from "node:util";
import { AbortedError, FlashlabError, InputError } from "../errors";
import type { Profile } from "./notebook/execute";

type OptionKinds = Record<string, { type: "string" | "boolean"; short?: string; multiple?: boolean }>;

/** Reads a command's options with Node's own parser; its complaints become InputErrors that point to `--help`. */
export function readOptions<Kinds extends OptionKinds>(argv: string[], options: Kinds) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (cause) {
    throw new InputError((cause as Error).message, { cause, remedy: "Call the command with --help for its options." });
  }
}

/** The value of `--profile`. */
export function readProfile(text: string | undefined): Profile | undefined {
  if (text === undefined || text === "quick" || text === "full") return text;
  throw new InputError("a profile is quick or full", { value: text, place: "--profile" });
}

/** The value of an option that is a whole number of at least `least`. */
export function readCount(text: string | undefined, place: string, least = 1): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count >= least) return count;
  throw new InputError(`expected a whole number of at least ${least}`, { value: text, place });
}

/**
 * Carries out a command: its number is the exit status, an error that Flashlab raised on purpose is shown as its message,
 * any other with its stack. Ctrl-C aborts the signal; a second one ends the process at once.
 */
export async function runCommand(command: (argv: string[], signal: AbortSignal) => Promise<number>): Promise<void> {
  const stop = new AbortController();
  process.on("SIGINT", () => {
    if (stop.signal.aborted) process.exit(130);
    process.stderr.write("\nStopping; once more to stop at once\n");
    stop.abort();
  });
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  try {
    process.exitCode = await command(process.argv.slice(2), stop.signal);
  } catch (error) {
    process.exitCode = error instanceof AbortedError ? 130 : 1;
    console.error(error instanceof FlashlabError ? error.message : error);
  }
}
