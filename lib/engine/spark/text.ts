/**
 * A piece of SQL: quoted text ('…'), a quoted name ("…" or `…`), a comment, a value's mark (`$name`), the end of a statement
 * (`;`), or anything else.
 */
const PIECE =
  /('(?:[^']|'')*')|("(?:[^"]|"")*"|`(?:[^`]|``)*`)|(--[^\n]*|\/\*[\s\S]*?\*\/)|\$([A-Za-z_][A-Za-z0-9_]*)|(;)|[^'"`$;/-]+|[\s\S]/g;

/**
 * SQL as Spark reads it, cut into its statements: `$name` becomes `:name`, and a backslash in quoted text, which starts an
 * escape there, is doubled, so that it stands for itself as on DuckDB. Quoted text, names and comments hold no marks.
 */
export function sparkStatements(sql: string): string[] {
  const statements = [""];
  for (const [piece, text, , comment, name, end] of sql.matchAll(PIECE)) {
    if (end !== undefined) statements.push("");
    else
      statements[statements.length - 1] +=
        text?.replaceAll("\\", "\\\\") ?? (comment ? " " : name ? `:${name}` : piece);
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== "");
}
