import { createRequire } from "node:module";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import { CheckedFiles } from "./checked";
import { Emitter } from "./emitter";
import { Watcher } from "./watcher";

type TslabConverter = typeof import("tslab/dist/converter");

/** tslab's converter, and what it doesn't tell by itself. */
export interface Compiler {
  ts: typeof TypeScript;
  createConverter: TslabConverter["createConverter"];
  isCompleteCode: TslabConverter["isCompleteCode"];
  /** The project's files that the compiler has read; look at it before compiling. */
  watcher: Watcher;
  emitter: Emitter;
}

/**
 * Loads tslab's converter with a compiler that does four things otherwise than tslab asks:
 * - it loads the types of Node only, instead of every package below `node_modules/@types`;
 * - it makes source maps, so that errors point at the cell's own lines (see {@link Emitter});
 * - it doesn't check again library files that have not changed (see {@link CheckedFiles});
 * - it asks which files changed when it is used, not through events (see {@link Watcher}).
 *
 * tslab has no options for these, so its `require` of the compiler is answered with a copy whose functions differ;
 * nothing on disk changes.
 */
export function loadCompiler(root: string): Compiler {
  const fromTslab = createRequire(require.resolve("tslab/package.json"));
  const path = fromTslab.resolve("@tslab/typescript-for-tslab");
  const ts: InternalTypeScript = fromTslab(path);
  const watcher = new Watcher();
  const emitter = new Emitter(ts, root);
  const adapted = {
    ...ts,
    sys: Object.assign(Object.create(ts.sys), { watchFile: watcher.watchFile, watchDirectory: watcher.watchDirectory }),
    createWatchCompilerHost: withOptions(ts, emitter),
    transpileModule: emitter.transpileModule,
    getPreEmitDiagnosticsOfFiles: new CheckedFiles(root, ts.version).wrap(ts.getPreEmitDiagnosticsOfFiles),
  };
  (require.cache[path] as NodeModule).exports = adapted;
  const { createConverter, isCompleteCode } = require("tslab/dist/converter") as TslabConverter;
  return { ts, createConverter, isCompleteCode, watcher, emitter };
}

type CreateHost = (...given: unknown[]) => unknown;
type InternalTypeScript = typeof TypeScript & {
  getPreEmitDiagnosticsOfFiles(
    program: TypeScript.Program,
    files: TypeScript.SourceFile[],
  ): readonly TypeScript.Diagnostic[];
};

function withOptions(ts: typeof TypeScript, emitter: Emitter): CreateHost {
  const create = ts.createWatchCompilerHost as CreateHost;
  return (files, options, system, _createProgram, ...reporters) => {
    const ours = { ...(options as TypeScript.CompilerOptions), types: ["node"], inlineSourceMap: true };
    return create(files, ours, system, emitter.createProgram, ...reporters);
  };
}
