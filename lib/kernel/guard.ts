/**
 * Says at every moment whether the main thread may be struck down by an interrupt.
 *
 * Interrupting JavaScript (V8's TerminateExecution) unwinds whatever runs, without `finally`. That is right for a
 * cell and wrong for the kernel's own code, so both threads agree on one shared word:
 * - open: the event loop or a cell's code runs; the second thread may strike;
 * - closed: the kernel's own code runs; the second thread waits;
 * - striking: the second thread has decided to strike; the main thread enters no kernel code until it was struck.
 */
const OPEN = 0;
const CLOSED = 1;
const STRIKING = 2;

const STATE = 0;
const WANTED = 1;
const GONE = 2;

/** Memory that both threads see. */
export function createGuardMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT);
}

/** The main thread's side. */
export class Guard {
  private readonly words: Int32Array;
  private depth = 0;

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory);
  }

  /** Runs the kernel's own code, safe from being struck. */
  protect<T>(work: () => T): T {
    this.enter();
    try {
      return work();
    } finally {
      this.depth -= 1;
      if (this.depth === 0) Atomics.store(this.words, STATE, OPEN);
    }
  }

  /** Runs a cell's code, from within protected code or not. A strike unwinds all of it and the protected callers. */
  expose<T>(work: () => T): T {
    const depth = this.depth;
    this.depth = 0;
    Atomics.store(this.words, STATE, OPEN);
    try {
      return work();
    } finally {
      if (depth > 0) this.enter();
      this.depth = depth;
    }
  }

  /** Takes the wish for an interrupt, if there is one; it is then this thread's to fulfil. */
  takeWish(): boolean {
    return Atomics.exchange(this.words, WANTED, 0) === 1;
  }

  /** Waits until the second thread has closed its sockets, at most `milliseconds`. */
  waitForClose(milliseconds: number): void {
    Atomics.wait(this.words, GONE, 0, milliseconds);
  }

  private enter(): void {
    // While the other thread strikes, spin here: the strike lands on this loop and harms nothing.
    if (this.depth === 0) while (Atomics.compareExchange(this.words, STATE, OPEN, CLOSED) === STRIKING);
    this.depth += 1;
  }
}

/** The second thread's side. */
export class GuardWatch {
  private readonly words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory);
  }

  /** Leaves the wish for an interrupt. */
  wish(): void {
    Atomics.store(this.words, WANTED, 1);
  }

  /** Whether the wish still stands. */
  get wanted(): boolean {
    return Atomics.load(this.words, WANTED) === 1;
  }

  /** Claims the right to strike now; false while the kernel's own code runs. */
  claim(): boolean {
    return Atomics.compareExchange(this.words, STATE, OPEN, STRIKING) === OPEN;
  }

  /** After the strike: the main thread is at its event loop again. */
  release(): void {
    Atomics.store(this.words, WANTED, 0);
    Atomics.store(this.words, STATE, OPEN);
  }

  /** Tells a waiting main thread that the sockets are closed. */
  announceClose(): void {
    Atomics.store(this.words, GONE, 1);
    Atomics.notify(this.words, GONE);
  }
}
