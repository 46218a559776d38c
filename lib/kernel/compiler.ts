import { createRequire } from "node:module";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import { Watcher } from "./watcher";

/** The two maps that lead from a line of generated JavaScript back to the source: tslab transforms twice. */
export interface TwoMaps {
  /** The compiler's map, from TypeScript to ES modules, as JSON. */
  compile: string;
  /** The second map, from ES modules to CommonJS, as JSON. */
  toCommonJS: string;
}

/** tslab's converter, and what it doesn't tell by itself. */
export interface Compiler {
  ts: typeof TypeScript;
  createConverter: typeof import("tslab/dist/converter").createConverter;
  isCompleteCode: typeof import("tslab/dist/converter").isCompleteCode;
  /** The project's files that the compiler has read; look at it before compiling. */
  watcher: Watcher;
  /** The maps of a generated text; each can be taken once. */
  takeMaps(output: string): TwoMaps | undefined;
}

/**
 * Loads tslab's converter with a compiler that is told four things more than tslab tells it:
 * - load the types of Node only, instead of every package below `node_modules/@types`;
 * - make source maps, so that errors point at the cell's own lines;
 * - don't check again, cell after cell, library files that were checked without complaint and have not changed;
 * - ask a {@link Watcher} which files changed.
 *
 * tslab has no options for these, so its `require` of the compiler is answered with a copy whose functions add them;
 * nothing on disk changes.
 */
export function loadCompiler(): Compiler {
  const fromTslab = createRequire(require.resolve("tslab/package.json"));
  const path = fromTslab.resolve("@tslab/typescript-for-tslab");
  const ts: InternalTypeScript = fromTslab(path);
  const maps = new Map<string, TwoMaps>();
  const watcher = new Watcher();
  const adapted = {
    ...ts,
    sys: Object.assign(Object.create(ts.sys), { watchFile: watcher.watchFile }),
    createWatchCompilerHost: withOptions(ts),
    transpileModule: withMaps(ts, maps),
    getPreEmitDiagnosticsOfFiles: withMemory(ts),
  };
  (require.cache[path] as NodeModule).exports = adapted;
  const { createConverter, isCompleteCode } = require("tslab/dist/converter") as typeof import("tslab/dist/converter");
  const takeMaps = (output: string) => {
    const found = maps.get(output);
    maps.delete(output);
    return found;
  };
  return { ts, createConverter, isCompleteCode, watcher, takeMaps };
}

type DiagnosticsOfFiles = (
  program: TypeScript.Program,
  files: TypeScript.SourceFile[],
) => readonly TypeScript.Diagnostic[];
type CreateHost = (files: string[], options: TypeScript.CompilerOptions, ...rest: unknown[]) => unknown;
type InternalTypeScript = typeof TypeScript & { getPreEmitDiagnosticsOfFiles: DiagnosticsOfFiles };

function withOptions(ts: typeof TypeScript): CreateHost {
  const create = ts.createWatchCompilerHost as CreateHost;
  return (files, options, ...rest) => create(files, { ...options, types: ["node"], inlineSourceMap: true }, ...rest);
}

const INLINE_MAP = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/;
const LINKED_MAP = /\n?\/\/# sourceMappingURL=\S+\s*$/;

function withMaps(ts: typeof TypeScript, maps: Map<string, TwoMaps>): typeof ts.transpileModule {
  return (input, options) => {
    const inline = INLINE_MAP.exec(input);
    const compilerOptions = { ...options.compilerOptions, sourceMap: true };
    const code = inline ? input.slice(0, inline.index) : input;
    const result = ts.transpileModule(code, { ...options, compilerOptions });
    const outputText = result.outputText.replace(LINKED_MAP, "\n");
    if (inline && result.sourceMapText) {
      const compile = Buffer.from(inline[1], "base64").toString();
      maps.set(outputText, { compile, toCommonJS: result.sourceMapText });
    }
    return { ...result, outputText };
  };
}

/** The first file is the cell; the others are what it imports: the very same objects as long as they don't change. */
function withMemory(ts: InternalTypeScript): DiagnosticsOfFiles {
  const clean = new Map<string, TypeScript.SourceFile>();
  return (program, [cell, ...imported]) => {
    const changed = imported.some((file) => clean.has(file.fileName) && clean.get(file.fileName) !== file);
    if (changed) clean.clear();
    const fresh = imported.filter((file) => !clean.has(file.fileName));
    const found = ts.getPreEmitDiagnosticsOfFiles(program, [cell, ...fresh]);
    const faulty = new Set(found.map((diagnostic) => diagnostic.file));
    if (fresh.every((file) => !faulty.has(file))) for (const file of fresh) clean.set(file.fileName, file);
    return found;
  };
}
