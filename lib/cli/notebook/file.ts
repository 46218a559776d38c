import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../../errors";
import type { Output } from "../../kernel/client";
import { NOTEBOOKS } from "../project";

/** A cell of a notebook file (nbformat 4.5), its source as one text. */
export interface Cell {
  cell_type: "code" | "markdown" | "raw";
  id?: string;
  source: string;
  metadata: { tags?: string[]; [key: string]: unknown };
  execution_count?: number | null;
  outputs?: Output[];
}

/** A notebook file. */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** Reads a notebook; throws InputError where the file is missing or isn't one. */
export function readNotebook(file: string): Notebook {
  let notebook: Notebook;
  try {
    notebook = JSON.parse(readFileSync(file, "utf8")) as Notebook;
  } catch (cause) {
    throw new InputError("a notebook can't be read", { place: file, cause, remedy: (cause as Error).message });
  }
  if (notebook.nbformat !== 4 || !Array.isArray(notebook.cells))
    throw new InputError("not a notebook of nbformat 4", { value: notebook.nbformat, place: file });
  for (const cell of notebook.cells) {
    if (Array.isArray(cell.source)) cell.source = (cell.source as string[]).join("");
  }
  return notebook;
}

/** Writes a notebook, whole or not at all, its sources in lines as Jupyter writes them. */
export function writeNotebook(file: string, notebook: Notebook): void {
  const cells = notebook.cells.map((cell) => ({ ...cell, source: cell.source.split(/(?<=\n)/) }));
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`);
  renameSync(partial, file);
}

/** The project's notebooks, in the order of the walk. */
export function notebookFiles(): string[] {
  return readdirSync(NOTEBOOKS)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => join(NOTEBOOKS, name));
}

/** The file meant by a path, or by a name such as `03-strategy` or `03`; throws InputError naming those there are. */
export function findNotebook(name: string): string {
  if (name.endsWith(".ipynb") && existsSync(name)) return resolve(name);
  const wanted = basename(name, ".ipynb");
  const found = notebookFiles().find((file) => {
    const known = basename(file, ".ipynb");
    return known === wanted || known.split("-", 1)[0] === wanted;
  });
  if (found) return found;
  const names = notebookFiles().map((file) => basename(file, ".ipynb"));
  throw new InputError("there is no such notebook", { value: name, remedy: `There are: ${names.join(", ")}.` });
}
