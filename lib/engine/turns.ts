import { AbortedError, InputError, throwIfAborted } from "../errors";

/** One turn of {@link Turns}. */
export interface Turn<T> {
  signal?: AbortSignal;
  work(): Promise<T>;
  /** Stops the work that is under way; called once the signal is aborted. */
  stop(): void;
  /** Called when the work is over, whichever way. */
  done?(): void;
  /** Puts into words what the work threw. */
  inWords(error: unknown): Error;
}

/** An engine's statements: one after another, in the order in which they were asked for. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  /** @param opener the function that opens such an engine, for the error of a turn after the last */
  constructor(private readonly opener: string) {}

  /** Takes a turn. Throws InputError after {@link close}, AbortedError once the signal is aborted. */
  take<T>({ signal, work, stop, done, inWords }: Turn<T>): Promise<T> {
    if (this.closed)
      return Promise.reject(new InputError("this engine is closed", { remedy: `Open another with ${this.opener}().` }));
    const turn = this.last.then(async () => {
      throwIfAborted(signal, "the query");
      signal?.addEventListener("abort", stop, { once: true });
      try {
        return await work();
      } catch (error) {
        if (signal?.aborted) throw new AbortedError("the query was stopped", { cause: signal.reason });
        throw inWords(error);
      } finally {
        signal?.removeEventListener("abort", stop);
        done?.();
      }
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Refuses further turns and waits for those taken; false where that was done before. */
  async close(): Promise<boolean> {
    if (this.closed) return false;
    this.closed = true;
    await this.last;
    return true;
  }
}
