import { findSourceMap, SourceMap } from "node:module";
import { relative } from "node:path";

/** A place in source that someone wrote; line and column count from 1. */
export interface Place {
  /** `cell [3]`, or a file's path from the project's root. */
  source: string;
  line: number;
  column: number;
}

interface Script {
  source: string;
  /** Source maps as JSON, to be applied one after the other. */
  maps: string[];
  /** Characters that stand before the generated code on its first line. */
  prefix: number;
  /** Lines of generated code; what follows is tslab's. */
  lines: number;
  decoded?: SourceMap[];
}

/** How the generated code of cells is named; the number of the execution follows. */
export const CELL_SCRIPT = "flashlab-cell-";

/** tslab puts one line of its own before every cell's source. */
const LINES_BEFORE_CELL = 1;

/** Leads from generated JavaScript back to cells and library files. */
export class Positions {
  private readonly scripts = new Map<string, Script>();
  private readonly cells = new Map<string, string>();

  /** Notes a cell's generated code, which runs under the name `script`. */
  addCell(script: string, source: string, code: string, generated: { output: string; prefix: number; maps: string[] }) {
    this.cells.set(source, code);
    const { output, prefix, maps } = generated;
    this.scripts.set(script, { source, maps, prefix, lines: output.split("\n").length });
  }

  /** Notes a library file's generated code; `path` is that of the JavaScript which tslab pretends there is. */
  addModule(root: string, path: string, maps: string[]): void {
    if (maps.length === 0) return;
    const [typed = path] = JSON.parse(maps[maps.length - 1]).sources as string[];
    const extension = /\.[cm]?[jt]sx?$/.exec(typed)?.[0] ?? ".ts";
    const source = relative(root, path.replace(/\.[cm]?js$/, extension));
    this.scripts.set(path, { source, maps, prefix: 0, lines: Number.POSITIVE_INFINITY });
  }

  /** The code of a cell, by the `source` of its places. */
  codeOf(source: string): string | undefined {
    return this.cells.get(source);
  }

  /** Where a line and column (from 1) of a generated script come from. */
  locate(scriptName: string, line: number, column: number): Place | undefined {
    const script = this.scripts.get(scriptName);
    if (!script || line > script.lines) return undefined;
    script.decoded ??= script.maps.map((map) => new SourceMap(JSON.parse(map)));
    let position = { originalLine: line - 1, originalColumn: column - 1 - (line === 1 ? script.prefix : 0) };
    for (const map of script.decoded) {
      const entry = map.findEntry(position.originalLine, position.originalColumn);
      if (!("originalLine" in entry)) return undefined;
      position = entry;
    }
    const shift = this.cells.has(script.source) ? LINES_BEFORE_CELL : 0;
    return { source: script.source, line: position.originalLine + 1 - shift, column: position.originalColumn + 1 };
  }
}

/** Makes every error's stack, wherever it is printed, name the places that someone wrote, down to the cell. */
export function mapStacks(positions: Positions): void {
  Error.stackTraceLimit = 30;
  Error.prepareStackTrace = (error, sites) => {
    const frames = sites.map((site) => mapFrame(site, positions));
    const bottom = frames.findIndex((frame) => frame.includes(CELL_SCRIPT));
    const shown = bottom < 0 ? frames : frames.slice(0, bottom);
    return [Error.prototype.toString.call(error), ...shown.map((frame) => `    at ${frame}`)].join("\n");
  };
}

function mapFrame(site: NodeJS.CallSite, positions: Positions): string {
  const text = String(site);
  // V8 knows a name given by sourceURL too, which older type declarations lack.
  const script = (site as { getScriptNameOrSourceURL?(): string }).getScriptNameOrSourceURL?.() ?? site.getFileName();
  const [line, column] = [site.getLineNumber(), site.getColumnNumber()];
  if (!script || line === null || column === null) return text;
  const place = positions.locate(script, line, column) ?? locateByNode(script, line, column);
  return place ? text.replace(`${script}:${line}:${column}`, `${place.source}:${place.line}:${place.column}`) : text;
}

/** Where a file that was compiled on loading has a source map of its own. */
function locateByNode(script: string, line: number, column: number): Place | undefined {
  const entry = findSourceMap(script)?.findEntry(line - 1, column - 1);
  if (!entry || !("originalLine" in entry)) return undefined;
  return { source: script, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}
