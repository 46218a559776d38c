/** The part of Node's `internal/async_hooks` that is needed here; see the kernelspec's flags. */
export interface AsyncInternals {
  /** The active hooks and, second, the counters that Node's native side sees. */
  getHookArrays(): [unknown, Uint32Array];
  constants: { kTotals: number };
  clearAsyncIdStack(): void;
}

/** The global function that is called, from outside, just before an interrupt unwinds the stack. */
export const BEFORE_UNWINDING = "flashlab.unwinding";

/**
 * Makes Node survive that an interrupt unwinds the stack. Node keeps books of the asynchronous scopes that are open
 * (timers, promises, AsyncLocalStorage) and aborts the process when they don't close in order, which they can't when
 * the code that would close them is gone. So the books are emptied just before; and the check that
 * `--no-force-async-hooks-checks` turns off, but every use of AsyncLocalStorage up to Node 22 turns on again (ours or
 * that of a library in a cell), is kept off.
 */
export function surviveUnwinding({ getHookArrays, constants, clearAsyncIdStack }: AsyncInternals): void {
  const counters = getHookArrays()[1];
  // "kCheck" follows "kTotals" in every version so far; it is not among the constants that Node's modules share.
  const check = constants.kTotals + 1;
  const { createHook } = require("node:async_hooks");
  const relax = () => {
    counters[check] = 0;
  };
  const prototype = Object.getPrototypeOf(createHook({}));
  for (const name of ["enable", "disable"]) {
    const original = prototype[name];
    prototype[name] = function (this: unknown) {
      const result = original.call(this);
      relax();
      return result;
    };
  }
  relax();
  Object.assign(globalThis, { [Symbol.for(BEFORE_UNWINDING)]: clearAsyncIdStack });
}
