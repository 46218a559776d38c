import { DataError } from "../../errors";
import type { Engine } from "../engine";
import { quoteText } from "../quote";
import type { CsvLayout } from "./csv";
import { literalPath } from "./list-files";

/**
 * The names in a CSV file's first line, cut by the layout's delimiter and quote; none for an empty file. Throws DataError
 * for a name that is empty or there twice.
 */
export async function csvHeader(
  engine: Engine,
  path: string,
  { delimiter = ",", quote = '"' }: Pick<CsvLayout, "delimiter" | "quote">,
): Promise<string[]> {
  const found = await engine.columns(
    `SELECT line FROM read_csv(${quoteText(literalPath(path))}, auto_detect = false, header = false, delim = '\u0001',
      quote = '', escape = '', columns = {'line': 'VARCHAR'}, strict_mode = false, null_padding = true,
      ignore_errors = true, parallel = false) LIMIT 1`,
  );
  const line = (found.line as (string | null)[])[0];
  if (line === undefined || line === null) return [];
  const names = cut(line.replace(/^\ufeff/, ""), delimiter, quote);
  const bad = names.find((name, index) => name === "" || names.indexOf(name) < index);
  if (bad === undefined) return names;
  throw new DataError(bad === "" ? "a column has no name" : "two columns have the same name", {
    value: bad === "" ? line : bad,
    place: `${path}, first line`,
    remedy: "Give the columns' names in the layout.",
  });
}

/** Fields of one record: a quoted field may hold delimiters, and quotes as two. */
function cut(line: string, delimiter: string, quote: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field = "";
    if (quote !== "" && line.startsWith(quote, at)) {
      at += quote.length;
      while (at < line.length) {
        if (!line.startsWith(quote, at)) field += line[at++];
        else if (line.startsWith(quote + quote, at)) {
          field += quote;
          at += 2 * quote.length;
        } else break;
      }
      at += quote.length;
    }
    const end = line.indexOf(delimiter, at);
    fields.push(field + line.slice(at, end < 0 ? undefined : end));
    if (end < 0) return fields;
    at = end + delimiter.length;
  }
}
