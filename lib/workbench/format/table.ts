import type { MimeBundle } from "../host";
import { escapeHtml } from "./escape";
import { columnFormat, count } from "./number";

/** A table cut to what a page shows. */
export interface TableView {
  columns: string[];
  /** The rows shown, one array a row, in the order of `columns`. */
  rows: unknown[][];
  /** Rows the whole table has, those not shown included. */
  rowCount: number;
  /** Columns the whole table has, row labels not counted. */
  columnCount: number;
  /** How many of the first `columns` are row labels; 0 unless said. */
  labels?: number;
}

/** Rows and columns of a table that are shown before it is cut. */
export const TABLE_LIMITS = { rows: 20, columns: 24 };

const CELL_LENGTH = 120;

/** A table as HTML and as aligned text, with a note of what was left out. */
export function tableBundle(view: TableView): MimeBundle {
  const cells = formatCells(view);
  return { "text/html": toHtml(view, cells), "text/plain": toText(view, cells) };
}

interface Cells {
  /** Formatted values, row by row. */
  text: string[][];
  /** Whether a column holds numbers only: those align right. */
  numeric: boolean[];
}

function formatCells({ columns, rows }: TableView): Cells {
  const numeric = columns.map((_, c) => {
    const present = rows.map((row) => row[c]).filter((value) => value !== null && value !== undefined);
    return present.length > 0 && present.every((value) => typeof value === "number" || typeof value === "bigint");
  });
  const format = columns.map((name, c) =>
    columnFormat(
      name,
      rows.map((row) => row[c]),
    ),
  );
  return { numeric, text: rows.map((row) => columns.map((_, c) => cell(row[c], format[c]))) };
}

function cell(value: unknown, number: (value: number) => string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return number(value);
  if (value instanceof Date) return dateText(value);
  const text = typeof value === "object" ? safeJson(value) : String(value);
  return text.length > CELL_LENGTH ? `${text.slice(0, CELL_LENGTH - 1)}…` : text;
}

/** A date without a time of day when it has none; UTC, as all times in the project. */
function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) return "invalid date";
  return value.toISOString().replace("T00:00:00.000Z", "").replace("T", " ").replace(".000Z", "").replace("Z", "");
}

function safeJson(value: object): string {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return `[${Array.from(value as Uint8Array).join(", ")}]`;
  try {
    return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner)) ?? String(value);
  } catch {
    return String(value);
  }
}

function toHtml(view: TableView, { text, numeric }: Cells): string {
  const align = (c: number) => ` style="text-align: ${numeric[c] ? "right" : "left"}"`;
  const head = view.columns.map((name, c) => `<th scope="col"${align(c)}>${escapeHtml(name)}</th>`).join("");
  const body = text.map(
    (row) => `<tr>${row.map((value, c) => `<td${align(c)}>${escapeHtml(value)}</td>`).join("")}</tr>`,
  );
  const parts = [
    `<table class="flashlab-table"><thead><tr>${head}</tr></thead>`,
    `<tbody>${body.join("\n")}</tbody></table>`,
    `<p class="flashlab-note">${sizeNote(view)}</p>`,
  ];
  return parts.join("\n");
}

function toText(view: TableView, { text, numeric }: Cells): string {
  const width = view.columns.map((name, c) => Math.max(name.length, ...text.map((row) => row[c].length)));
  const line = (row: string[]) =>
    row
      .map((value, c) => (numeric[c] ? value.padStart(width[c]) : value.padEnd(width[c])))
      .join("  ")
      .trimEnd();
  const rule = width.map((characters) => "─".repeat(characters)).join("  ");
  return [line(view.columns), rule, ...text.map(line), sizeNote(view)].join("\n");
}

/** "817,741 rows × 9 columns; 817,721 more rows not shown". */
function sizeNote({ columns, rows, rowCount, columnCount, labels = 0 }: TableView): string {
  const hiddenColumns = columnCount + labels - columns.length;
  const size = `${count(rowCount)} ${rowCount === 1 ? "row" : "rows"} × ${count(columnCount)} ${columnCount === 1 ? "column" : "columns"}`;
  const hidden = [
    rowCount > rows.length ? `${count(rowCount - rows.length)} more rows` : "",
    hiddenColumns > 0 ? `${count(hiddenColumns)} more columns` : "",
  ].filter((part) => part !== "");
  return hidden.length === 0 ? size : `${size}; ${hidden.join(" and ")} not shown`;
}
