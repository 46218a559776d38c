import { TABLE_LIMITS, type TableView } from "./table";

/** The part of an Arquero table that showing it needs. */
export interface ArqueroTable {
  numRows(): number;
  numCols(): number;
  columnNames(): string[];
  objects(options: { limit: number }): Record<string, unknown>[];
}

/** The part of a Danfo.js frame or series that showing it needs. */
export interface DanfoFrame {
  readonly $isSeries: boolean;
  readonly columns: string[];
  readonly index: (string | number)[];
  readonly shape: number[];
  readonly values: unknown[];
}

/** Recognises an Arquero table by its methods, whichever copy of the package made it. */
export function isArqueroTable(value: unknown): value is ArqueroTable {
  return hasMethods(value, ["numRows", "numCols", "columnNames", "objects", "toHTML"]);
}

/** Recognises a Danfo.js DataFrame or Series by its fields. */
export function isDanfoFrame(value: unknown): value is DanfoFrame {
  if (typeof value !== "object" || value === null || !("$isSeries" in value)) return false;
  const frame = value as Partial<DanfoFrame>;
  return typeof frame.$isSeries === "boolean" && Array.isArray(frame.index) && Array.isArray(frame.shape);
}

/** The first rows and columns of an Arquero table, in its own order and after its filters. */
export function arqueroView(table: ArqueroTable, limits = TABLE_LIMITS): TableView {
  const names = table.columnNames();
  const columns = names.slice(0, limits.columns);
  const rows = table.objects({ limit: limits.rows }).map((row) => columns.map((name) => row[name]));
  return { columns, rows, rowCount: table.numRows(), columnCount: names.length };
}

/** The first rows and columns of a Danfo.js frame; its index comes first, under an empty name. */
export function danfoView(frame: DanfoFrame, limits = TABLE_LIMITS): TableView {
  const columns = frame.columns.slice(0, limits.columns);
  const rows = frame.index.slice(0, limits.rows).map((label, r) => {
    const row = frame.$isSeries ? [frame.values[r]] : (frame.values[r] as unknown[]);
    return [label, ...row.slice(0, columns.length)];
  });
  return {
    columns: ["", ...columns.map(String)],
    rows,
    rowCount: frame.shape[0],
    columnCount: frame.columns.length,
    labels: 1,
  };
}

function hasMethods(value: unknown, names: string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
}
