import { InputError } from "../errors";

/**
 * Quotes a name (table, view, column) for SQL: `my "x"` becomes `"my ""x"""`. A dotted name is one name; use
 * `names.map(quoteIdentifier).join(".")` for a qualified one. Throws InputError for an empty name or one with NUL.
 */
export function quoteIdentifier(name: string): string {
  checkText(name, "an SQL name", "name");
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Quotes text as an SQL literal, for the few places where SQL takes no bound value (`SET`, `COPY … TO`, a view's
 * definition). Everywhere else bind values. Throws InputError for text with NUL.
 */
export function quoteText(text: string): string {
  if (text.includes("\0")) throw new InputError("SQL text can't hold a NUL character", { value: text, place: "text" });
  return `'${text.replaceAll("'", "''")}'`;
}

function checkText(text: string, what: string, place: string): void {
  if (text.length > 0 && !text.includes("\0")) return;
  throw new InputError(`${what} has at least one character and no NUL`, { value: text, place });
}
