/** Lays rows out in columns, two spaces between; numbers to the right. The first row is the header. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => width(row[column]))));
  const line = (row: readonly (string | number)[]) =>
    row
      .map((cell, column) => {
        const gap = " ".repeat(widths[column] - width(cell));
        return typeof cell === "number" || isNumeric(rows, column) ? gap + cell : cell + gap;
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((size) => "─".repeat(size)).join("  ");
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join("\n");
}

/** Breaks a text at spaces into lines of at most `limit` characters; a longer word stays whole. At least one line. */
export function wrap(text: string, limit: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= limit) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function width(cell: string | number): number {
  return String(cell).length;
}

function isNumeric(rows: readonly (readonly (string | number)[])[], column: number): boolean {
  return rows.length > 1 && rows.slice(1).every((row) => /^([\d.,]+( s| ms|×)?)?$/.test(String(row[column])));
}
