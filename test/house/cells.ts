import { join } from "node:path";
import * as ts from "typescript";
import type { Notebook } from "../../lib/cli/notebook/file";
import { ROOT } from "../../lib/cli/project";

/**
 * Type-checks notebooks as strictly as `lib/`: the code cells of each, one after another, as one module in the project's
 * root. Returns a line for each complaint: notebook, cell counted from 1 among code cells, line in the cell, message.
 */
export function checkCells(notebooks: readonly { name: string; notebook: Notebook }[]): string[] {
  const texts = new Map<string, { name: string; cells: string[] }>();
  for (const { name, notebook } of notebooks) {
    const cells = notebook.cells.filter((cell) => cell.cell_type === "code").map((cell) => cell.source);
    texts.set(join(ROOT, `${name}.cells.ts`), { name, cells });
  }
  const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  // Cells await at the top level, and a name made for its reader's eyes may stay unused.
  Object.assign(options, { module: ts.ModuleKind.ES2022, noUnusedLocals: false, noUnusedParameters: false });
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) =>
    texts
      .get(file)
      ?.cells.map((cell) => `${cell}\n`)
      .join("") ?? readFile(file);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, version, ...rest) =>
    texts.has(file)
      ? ts.createSourceFile(file, `${host.readFile(file)}\nexport {};`, version)
      : getSourceFile(file, version, ...rest);

  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts].flatMap(([file, { name, cells }]) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      const message = ts.flattenDiagnosticMessageText(messageText, "\n");
      return `${name} ${placeOf(cells, line)}: ${message}`;
    });
  });
}

function placeOf(cells: readonly string[], line: number): string {
  let left = line;
  for (const [index, cell] of cells.entries()) {
    const lines = cell.split("\n").length;
    if (left < lines) return `cell ${index + 1}, line ${left + 1}`;
    left -= lines;
  }
  return "end";
}
