import type { Engine, QueryOptions } from "../engine";
import { quoteIdentifier, quoteText } from "../quote";
import { literalPath } from "./list-files";

/** A line longer than this stops the read with an error, so that a file that isn't made of lines doesn't fill the memory. */
const LONGEST_LINE = 256 * 2 ** 20;

/**
 * Reads files of JSON Lines into `relation`: `source_row` (the line's number from 1 through all files, blank lines not
 * counted), `source_file`, and the fields of each object as text: a text without its quotes, anything else as JSON, and
 * NULL where the field isn't there or is null. Lines that hold no JSON object (bad JSON, bad UTF-8, two values, a list) go
 * to `unreadable` (source_file, line, reason), one row each; no line is lost. Returns the fields.
 *
 * `fields` are read in their order; default: all that occur, by name.
 */
export async function loadJsonLines(
  engine: Engine,
  relation: string,
  files: readonly string[],
  { fields, unreadable, ...options }: { fields?: readonly string[]; unreadable: string } & QueryOptions,
): Promise<string[]> {
  const paths = files.map((file) => quoteText(literalPath(file))).join(", ");
  // One row per line that isn't blank: NULL where it is no JSON. They come in the files' order, whatever the threads.
  const lines = `(SELECT row_number() OVER () AS source_row, filename AS source_file, json, json_type(json) AS kind
    FROM read_ndjson_objects([${paths}], ignore_errors = true, filename = true, maximum_object_size = ${LONGEST_LINE}))`;
  const names = fields ?? (await fieldsOf(engine, lines, options));
  const taken = names.map(
    (name) => `json_extract_string(json, ${quoteText(`$.${JSON.stringify(name)}`)}) AS ${quoteIdentifier(name)}`,
  );
  const list = ["source_row", "source_file", ...taken].join(", ");
  await engine.createTable(relation, `SELECT ${list} FROM ${lines} WHERE kind = 'OBJECT'`, undefined, options);
  await engine.createTable(
    unreadable,
    `SELECT source_file, source_row AS line,
        CASE WHEN kind IS NULL THEN 'the line is not JSON in UTF-8'
          ELSE 'the line is JSON, but no object' END AS reason
      FROM ${lines} WHERE kind IS DISTINCT FROM 'OBJECT'`,
    undefined,
    options,
  );
  return [...names];
}

async function fieldsOf(engine: Engine, lines: string, options: QueryOptions): Promise<string[]> {
  const found = await engine.columns(
    `SELECT DISTINCT unnest(json_keys(json)) AS name FROM ${lines} WHERE kind = 'OBJECT' ORDER BY name`,
    undefined,
    options,
  );
  return found.name as string[];
}
