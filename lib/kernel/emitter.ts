import { posix, relative } from "node:path";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import { Cache } from "./cache";
import { spellOutShorthands } from "./shorthand";

/** Generated code, with the source maps (JSON) that lead back to the source, the last made first. */
export interface Generated {
  code: string;
  maps: string[];
}

const INLINE_MAP = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/;
const LINKED_MAP = /\n?\/\/# sourceMappingURL=\S+\s*$/;
const READY = "//flashlab-generated:";

/**
 * Generates code with source maps, which tslab drops. A cell takes tslab's way: through the type checker to an ES
 * module, then to CommonJS. A library file takes a short cut of one step without the checker, as tsx does it.
 */
export class Emitter {
  private readonly maps = new Map<string, string[]>();
  private readonly ready = new Map<string, Generated>();
  private readonly cache: Cache<Generated>;

  constructor(
    private readonly ts: typeof TypeScript,
    private readonly root: string,
  ) {
    this.cache = new Cache(root, "generated");
  }

  /** The maps of a generated text; each can be taken once. */
  takeMaps(code: string): string[] {
    const found = this.maps.get(code) ?? [];
    this.maps.delete(code);
    return found;
  }

  /** Gives a program the short cut: library files are written as a mark that {@link transpileModule} resolves. */
  readonly createProgram = (...given: unknown[]): TypeScript.EmitAndSemanticDiagnosticsBuilderProgram => {
    const create = this.ts.createEmitAndSemanticDiagnosticsBuilderProgram as unknown as (
      ...given: unknown[]
    ) => TypeScript.EmitAndSemanticDiagnosticsBuilderProgram;
    const program = create(...given);
    const emit = program.emit;
    program.emit = (file, writeFile, ...rest) => {
      if (!file || !writeFile || isCell(file)) {
        const [cancellation, onlyTypes, transformers = {}] = rest;
        const before = [...(transformers.before ?? []), spellOutShorthands(this.ts, program.getProgram())];
        return emit(file, writeFile, cancellation, onlyTypes, { ...transformers, before });
      }
      const options = program.getCompilerOptions();
      const path = relative(this.root, file.fileName).replace(/\.[cm]?[jt]sx?$/, ".js");
      this.ready.set(file.fileName, this.generate(file, options));
      writeFile(posix.join(options.outDir ?? "", path), READY + file.fileName, false);
      return { emitSkipped: false, diagnostics: [] };
    };
    return program;
  };

  /** The compiler's function of this name, as tslab uses it: from an ES module to CommonJS. */
  readonly transpileModule: typeof TypeScript.transpileModule = (input, { compilerOptions = {} }) => {
    const generated = input.startsWith(READY) ? this.takeReady(input.slice(READY.length)) : undefined;
    const { code, maps } = generated ?? this.convert(input, compilerOptions);
    this.maps.set(code, maps);
    return { outputText: code };
  };

  private generate({ fileName, text }: TypeScript.SourceFile, options: TypeScript.CompilerOptions): Generated {
    const basis = `${this.ts.version} ${options.target}\n${text}`;
    const kept = this.cache.get(fileName, basis);
    if (kept) return kept;
    const generated = this.toCommonJS(text, options, fileName);
    this.cache.set(fileName, basis, generated);
    return generated;
  }

  private takeReady(path: string): Generated | undefined {
    const found = this.ready.get(path);
    this.ready.delete(path);
    return found;
  }

  private convert(input: string, options: TypeScript.CompilerOptions): Generated {
    const inline = INLINE_MAP.exec(input);
    const code = inline ? input.slice(0, inline.index) : input;
    const generated = this.toCommonJS(code, options, "cell.js");
    const before = inline ? [Buffer.from(inline[1], "base64").toString()] : [];
    return { code: generated.code, maps: [...generated.maps, ...before] };
  }

  private toCommonJS(code: string, options: TypeScript.CompilerOptions, fileName: string): Generated {
    const { ts } = this;
    const { target, jsx, experimentalDecorators } = options;
    const { outputText, sourceMapText } = ts.transpileModule(code, {
      fileName,
      compilerOptions: {
        target,
        jsx,
        experimentalDecorators,
        module: ts.ModuleKind.CommonJS,
        esModuleInterop: true,
        newLine: ts.NewLineKind.LineFeed,
        noImplicitUseStrict: true,
        sourceMap: true,
      },
    });
    return { code: outputText.replace(LINKED_MAP, "\n"), maps: sourceMapText ? [sourceMapText] : [] };
  }
}

function isCell({ fileName }: TypeScript.SourceFile): boolean {
  return posix.basename(fileName) === "__tslab__.ts";
}
