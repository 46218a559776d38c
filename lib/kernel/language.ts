import { AsyncLocalStorage } from "node:async_hooks";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import type { CompletionInfo, Converter, ConvertResult, Diagnostic } from "tslab/dist/converter";
import type { Executor } from "tslab/dist/executor";
import { type Compiler, loadCompiler } from "./compiler";
import { CompileError, Interrupted } from "./failure";
import type { Guard } from "./guard";
import { Modules } from "./modules";
import { CELL_SCRIPT, mapStacks, Positions } from "./positions";

/** One execution of one cell, and what tslab's executor said of it. */
interface Run {
  source: string;
  code: string;
  diagnostics: readonly Diagnostic[];
  thrown?: { error: unknown };
  result?: { value: unknown };
}

/** What tslab wraps around a cell's code, on its first line. */
const PREFIXES = { plain: "(function(exports, require) { ", awaiting: "(async function(exports, require) { " };

/** The language: tslab's converter and executor, loaded when first needed, and made to report instead of print. */
export class Language {
  readonly positions = new Positions();
  private readonly runs = new AsyncLocalStorage<Run>();
  private readonly modules = new Modules();
  private compiler?: Compiler;
  private converter?: Converter;
  private executor?: Executor;
  private scripts = 0;

  /** `root` is the folder from which cells import `./lib/…`: the process's own. */
  constructor(
    private readonly root: string,
    private readonly guard: Guard,
  ) {}

  /** Loads the compiler and the types of Node: seconds that pass while nobody waits. */
  warm(): void {
    this.guard.protect(() => this.ready());
  }

  /**
   * Runs `code`; resolves with the last expression's value, if it has one.
   * Rejects with what the cell threw, a {@link CompileError}, or {@link Interrupted}.
   * @param source The cell's name in stacks, e.g. `cell [3]`.
   */
  async execute(code: string, source: string): Promise<{ value: unknown } | undefined> {
    const run: Run = { source, code, diagnostics: [] };
    const { executor } = this.guard.protect(() => this.ready());
    const succeeded = await this.guard.expose(() => this.runs.run(run, () => executor.execute(code)));
    if (run.diagnostics.length > 0) throw new CompileError(source, code, run.diagnostics);
    if (!succeeded) throw isSignal(run.thrown?.error) ? new Interrupted() : run.thrown?.error;
    return run.result;
  }

  /** Lets go of the executions that wait for something: their promises reject. */
  abandon(): void {
    this.executor?.interrupt();
  }

  complete(code: string, position: number): CompletionInfo {
    return this.guard.protect(() => this.ready().executor.complete(code, position));
  }

  inspect(code: string, position: number): TypeScript.QuickInfo | undefined {
    return this.guard.protect(() => this.ready().executor.inspect(code, position));
  }

  /** The compiler itself, for what needs no types. */
  get tools(): Compiler {
    this.compiler ??= this.load();
    return this.compiler;
  }

  private load(): Compiler {
    mapStacks(this.positions);
    return loadCompiler(this.root);
  }

  private ready(): { converter: Converter; executor: Executor } {
    const tools = this.tools;
    this.converter ??= tools.createConverter({ isJS: false, isBrowser: false });
    this.executor ??= this.createExecutor();
    return { converter: this.converter, executor: this.executor };
  }

  private createExecutor(): Executor {
    const { createExecutor } = require("tslab/dist/executor") as typeof import("tslab/dist/executor");
    const node: Converter = {
      convert: (previous, code) => {
        const converted = this.safely((converter) => this.convert(converter, previous, code));
        // An interrupt that came while the compiler worked waits until here.
        if (this.guard.takeWish()) throw new Interrupted();
        return converted;
      },
      complete: (previous, code, at) => this.safely((converter) => converter.complete(previous, code, at)),
      inspect: (previous, code, at) => this.safely((converter) => converter.inspect(previous, code, at)),
      addModule: (...given) => this.safely((converter) => this.note(converter.addModule(...given))),
      close: () => this.converter?.close(),
    };
    // Cells marked @browser are checked like the others.
    const converters = { node, browser: node, close: () => node.close() };
    return createExecutor(this.root, converters, {
      log: (value: unknown) => this.inRun((run) => Object.assign(run, { result: { value } })),
      error: (...said: unknown[]) =>
        this.inRun((run) => said.length === 1 && Object.assign(run, { thrown: { error: said[0] } })),
    });
  }

  /** Runs the compiler's code, protected, on files as they are now; a converter that breaks is replaced. */
  private safely<T>(work: (converter: Converter) => T): T {
    return this.guard.protect(() => {
      const { converter } = this.ready();
      try {
        this.tools.watcher.look();
        return work(converter);
      } catch (error) {
        this.converter = undefined;
        throw error;
      }
    });
  }

  private convert(converter: Converter, previous: string, code: string): ConvertResult {
    const converted = converter.convert(previous, code);
    this.note(converted.diagnostics);
    // A module that could not be found may be there next time: a new converter looks again.
    if (converted.diagnostics.some(({ code }) => code === 2307)) this.converter = undefined;
    const { output, sideOutputs = [], hasToplevelAwait } = converted;
    for (const { path, data } of sideOutputs)
      this.positions.addModule(this.root, path, this.tools.emitter.takeMaps(data));
    const script = `${CELL_SCRIPT}${++this.scripts}.js`;
    this.inRun((run) => {
      if (output === undefined) return;
      const prefix = (hasToplevelAwait ? PREFIXES.awaiting : PREFIXES.plain).length;
      this.positions.addCell(script, run.source, run.code, {
        output,
        prefix,
        maps: this.tools.emitter.takeMaps(output),
      });
    });
    return {
      ...converted,
      output: output && `${output}\n//# sourceURL=${script}`,
      sideOutputs: sideOutputs.length > 0 ? this.modules.complete(sideOutputs) : undefined,
    };
  }

  private note(diagnostics: Diagnostic[]): Diagnostic[] {
    this.inRun((run) => Object.assign(run, { diagnostics }));
    return diagnostics;
  }

  private inRun(work: (run: Run) => unknown): void {
    const run = this.runs.getStore();
    if (run) work(run);
  }
}

/** What Node throws from a cell's first stretch on SIGINT. */
function isSignal(error: unknown): boolean {
  return (error as { code?: string } | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}
