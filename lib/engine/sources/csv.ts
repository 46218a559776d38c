import type { Engine } from "../engine";
import { quoteIdentifier, quoteText } from "../quote";

/** How a text file is cut into records and fields. Given, never guessed, so that contents can't change their meaning. */
export interface CsvLayout {
  /** The fields' names, in the file's order. */
  columns: readonly string[];
  /** Does the first line hold names? Default true. */
  header?: boolean;
  /** Between two fields. Default ",". */
  delimiter?: string;
  /** Around a field that holds delimiters, line breaks or quotes (doubled inside). Default '"'; "": none. */
  quote?: string;
}

/** The column that holds a record's first surplus field, for records with more fields than the layout has. */
export const OVERFLOW = "surplus_field";

/**
 * Reads a CSV file into `relation`: `source_row` (the record's number from 1), every field as text, and
 * {@link OVERFLOW}. A field that is missing at a record's end is NULL, an empty one is ''. Records that can't be cut
 * into text at all (bytes that aren't UTF-8, over-long lines) go to `unreadable` (line, reason), one row
 * each; no record is lost. CRLF, quoted line breaks and a byte-order mark are understood.
 */
export async function loadCsv(
  engine: Engine,
  relation: string,
  path: string,
  layout: CsvLayout,
  unreadable = `${relation}_unreadable`,
): Promise<void> {
  const { columns, header = true, delimiter = ",", quote = '"' } = layout;
  const types = [...columns, OVERFLOW].map((name) => `${quoteText(name)}: 'VARCHAR'`).join(", ");
  const names = [...columns, OVERFLOW].map(quoteIdentifier).join(", ");
  await engine.run("DROP TABLE IF EXISTS csv_errors; DROP TABLE IF EXISTS csv_scans");
  await engine.run(`CREATE OR REPLACE TABLE ${relation} AS SELECT row_number() OVER () AS source_row, ${names}
    FROM read_csv(${quoteText(path)}, auto_detect = false, header = ${header}, delim = ${quoteText(delimiter)},
      quote = ${quoteText(quote)}, escape = ${quoteText(quote)}, nullstr = '\u001A', columns = {${types}},
      strict_mode = false, null_padding = true, parallel = false,
      store_rejects = true, rejects_table = 'csv_errors', rejects_scan = 'csv_scans', rejects_limit = 0)`);
  await engine.run(`CREATE OR REPLACE TABLE ${unreadable} AS
    SELECT line::BIGINT AS line, any_value(error_message) AS reason FROM csv_errors GROUP BY line ORDER BY line`);
  await engine.run("DROP TABLE IF EXISTS csv_errors; DROP TABLE IF EXISTS csv_scans");
}
