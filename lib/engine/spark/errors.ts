import { FlashlabError } from "../../errors";
import { DiskFullError, OutOfMemoryError, SqlError } from "../errors";
import { Loss, Refusal } from "./bridge";

const MEMORY =
  /OutOfMemoryError|Java heap space|GC overhead limit|UNABLE_TO_ACQUIRE_MEMORY|exit code 52\b|exitCode 52\b/;
const DISK = /No space left on device|Disk quota exceeded|File too large/;

/** Turns what Spark said of a statement into an {@link SqlError} in few words; our own errors stay as they are. */
export function sparkError(error: unknown, sql: string): Error {
  if (error instanceof Loss && error.memory) return new OutOfMemoryError(error.message, sql, error);
  if (error instanceof FlashlabError) return error;
  if (!(error instanceof Refusal)) return new SqlError(String(error), sql, error);
  const { condition, said } = error.error;
  const all = said.join("\n");
  // A full disk shows as many things on its way up; its own words decide. So do memory's.
  if (DISK.test(all)) return new DiskFullError(words(said, DISK), sql, error);
  if (MEMORY.test(all)) return new OutOfMemoryError(words(said, MEMORY), sql, error);
  return new SqlError(plain(said[0] ?? error.error.kind), sql, error, remedyFor(condition ?? "", all));
}

/** The first line of all that was said which holds the pattern. */
function words(said: readonly string[], pattern: RegExp): string {
  const line = said.flatMap((text) => text.split("\n")).find((each) => pattern.test(each)) ?? said[0];
  return plain(line);
}

/**
 * The message without what Spark wraps it in: its condition's name, SQLSTATE, the statement under a caret, the plan, the
 * JVM's stack.
 */
function plain(text: string): string {
  return text
    .replace(/\n?(== SQL|== DataFrame|;\n['+]|\nJVM stacktrace|\n\s+at )[\s\S]*$/, "")
    .replace(/^(\w+\.)+\w+(Exception|Error): /, "")
    .replace(/^\[[A-Z_.0-9]+\] /, "")
    .replace(/\s*SQLSTATE: \w{5}/, "")
    .replace(/\s*If necessary set "spark[^.]*\.[^"]*" to "\w+" to bypass this error\./, "")
    .replace(/;? line \d+,? pos \d+$/, "")
    .replace(/ (Verify the spelling|Please, fix|Use `try_|Correct the value as)[\s\S]*$/, "")
    .replace(/\s+/g, " ")
    .replace(/[.;:\s]+$/, "")
    .trim();
}

const REMEDIES: [pattern: RegExp, remedy: string][] = [
  [/^PARSE_|^INVALID_IDENTIFIER/, "Correct the SQL's syntax."],
  [/^UNBOUND_SQL_PARAMETER|^INVALID_PARAMETER|SQL_PARAMETER/, "Give one value for each ? or $name."],
  [
    /^UNRESOLVED_|^TABLE_OR_VIEW_|^SCHEMA_|^AMBIGUOUS_|^COLUMN_/,
    "Check the names: `SHOW TABLES` and `DESCRIBE relation` list what exists.",
  ],
  [/^CAST_|^CANNOT_PARSE/, "Cast with TRY_CAST to get NULL for values that don't fit."],
  [/^DIVIDE_BY_ZERO/, "Divide by nullif(x, 0) to get NULL."],
  [/^PATH_NOT_FOUND|FAILED_READ_FILE/, "Check the path; every executor must see it."],
  [/^DATATYPE_MISMATCH/, "Cast the values to the types that are wanted."],
];

function remedyFor(condition: string, all: string): string | undefined {
  const found = REMEDIES.find(([pattern]) => pattern.test(condition))?.[1];
  return found ?? (/executor.*lost|ExecutorLostFailure/i.test(all) ? "Look at the executors' logs." : undefined);
}
