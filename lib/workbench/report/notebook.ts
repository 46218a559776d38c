/** A cell's output as nbformat keeps it; texts may be one string or a list of lines. */
export type CellOutput =
  | { output_type: "stream"; name: string; text: string | string[] }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] }
  | {
      output_type: "display_data" | "execute_result";
      data: Record<string, unknown>;
      metadata?: Record<string, unknown>;
    };

/** The part of a notebook's cell that the report reads. */
export interface ReportCell {
  cell_type: string;
  source: string | string[];
  metadata?: { tags?: string[] };
  outputs?: CellOutput[];
}

/** What the runner wrote about a run, in the executed notebook's `metadata.flashlab`. */
export interface RunFacts {
  profile?: string;
  seconds?: number;
  headline?: string;
  ok?: boolean;
  provenance?: Record<string, unknown>;
}

/** An executed notebook. */
export interface ExecutedNotebook {
  cells: ReportCell[];
  metadata: { flashlab?: RunFacts };
}

/** An executed notebook with the name of its file, without folder and ending: its page is `NAME.html`. */
export interface Chapter {
  name: string;
  notebook: ExecutedNotebook;
  /** The first heading; the name where there is none. */
  title: string;
  /** The first paragraph under it, as markdown; empty where there is none. */
  lead: string;
  run: RunFacts;
}

/** nbformat's texts come as one string or as lines. */
export function joinLines(text: unknown): string {
  return Array.isArray(text) ? text.join("") : String(text ?? "");
}

/** Reads a notebook's title and lead from its first markdown cell. */
export function toChapter(name: string, notebook: ExecutedNotebook): Chapter {
  const first = joinLines(notebook.cells.find((cell) => cell.cell_type === "markdown")?.source);
  const title = /^#\s+(.+)$/m.exec(first)?.[1].trim();
  const below = first.slice(title === undefined ? 0 : first.indexOf(title) + title.length);
  const lead = below
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .find((block) => block !== "" && !/^(#|[-*+] |\d+\. |\||>|```|\*\*[^*]+\*\*:?$)/.test(block));
  return { name, notebook, title: title ?? name, lead: lead ?? "", run: notebook.metadata.flashlab ?? {} };
}

/** The walk's number at the start of a notebook's name: "01" of "01-data"; empty where there is none. */
export function chapterNumber(name: string): string {
  return /^\d+/.exec(name)?.[0] ?? "";
}
