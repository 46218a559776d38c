import { FlashlabError } from "../errors";

/** A statement that the SQL engine refused or couldn't finish; `sql` holds the whole statement. */
export class SqlError extends FlashlabError {
  readonly sql: string;

  constructor(problem: string, sql: string, cause?: unknown, remedy = remedyFor(problem)) {
    super(problem, { place: `SQL ${JSON.stringify(excerpt(sql, problem))}`, remedy, cause });
    this.sql = sql;
  }
}

/** A statement needed more memory than the engine may use, and had nowhere to spill to. */
export class OutOfMemoryError extends SqlError {
  constructor(problem: string, sql: string, cause?: unknown) {
    super(
      problem,
      sql,
      cause,
      "Raise memoryLimit (memory on Spark), set spillFolder, or have the query return fewer rows.",
    );
  }
}

/** A disk, or the room that the engine may take on it, was full: what was spilled or written had no place. */
export class DiskFullError extends SqlError {
  constructor(problem: string, sql: string, cause?: unknown) {
    super(
      problem,
      sql,
      cause,
      "Free space in spillFolder or where the output goes, raise spillLimit, or use another disk.",
    );
  }
}

const DISK = /no space left|disk.*full|max_temp_directory_size|file too large|quota exceeded/i;
const MEMORY = /out of memory|could not allocate/i;

/** Turns whatever DuckDB threw while running `sql` into an {@link SqlError}; our own errors stay as they are. */
export function sqlError(error: unknown, sql: string): FlashlabError {
  if (error instanceof FlashlabError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // DuckDB repeats the statement under a caret; the excerpt says the same in one line.
  const problem = message
    .replace(/\n\nLINE \d+:[\s\S]*$/, "")
    .replace(/\n(Database is launched|This limit was set|\nPossible solutions)[\s\S]*$/, "")
    .replace(/\.$/, "");
  // DuckDB reports a spill that finds no room as memory it couldn't get; the disk is named then.
  if (DISK.test(message)) return new DiskFullError(problem, sql, error);
  if (MEMORY.test(message)) return new OutOfMemoryError(problem, sql, error);
  return new SqlError(problem, sql, error);
}

/** The part of the statement around the word that DuckDB complains of, at most 160 characters in one line. */
function excerpt(sql: string, problem: string): string {
  const line = sql.replace(/\s+/g, " ").trim();
  if (line.length <= 160) return line;
  const named = /(?:near|column|Column|with name|Function) "?([\w.]+)"?/.exec(problem)?.[1];
  const at = named === undefined ? -1 : line.indexOf(named);
  const start = at < 0 ? 0 : Math.max(0, Math.min(at - 60, line.length - 154));
  return `${start > 0 ? "..." : ""}${line.slice(start, start + 154)}${start + 154 < line.length ? "..." : ""}`;
}

const REMEDIES: [pattern: RegExp, remedy: string][] = [
  [/No files found|Cannot open file|no such file/i, "Check the path; relative paths start at the process's folder."],
  [/Parser Error/, "Correct the SQL's syntax."],
  [/Binder Error|Catalog Error/, "Check the names: `SHOW TABLES` and `DESCRIBE relation` list what exists."],
  [/Conversion Error/, "Cast with TRY_CAST to get NULL for values that don't fit."],
  [/Constraint Error/, "Remove the rows that break the constraint."],
  [/expected.*parameters|parameter.*bound|bind|Values were not provided/i, "Give one value for each ? or $name."],
  [/IO Error/, "Check that the file is there, readable and whole."],
];

function remedyFor(problem: string): string | undefined {
  return REMEDIES.find(([pattern]) => pattern.test(problem))?.[1];
}
