/** Seconds to wait for a server's first answer before giving it up. */
export const CONNECT_SECONDS = 20;

/** Seconds that one download may take in all. */
export const TOTAL_SECONDS = 300;

/** What every source's fetch takes. */
export interface FetchOptions {
  signal?: AbortSignal;
  /** Called with the count of bytes so far. */
  onBytes?: (count: number) => void;
}

/** A signal that follows `signal` and also aborts after `seconds`; call `release` once the work is over. */
export function withLimit(signal: AbortSignal | undefined, seconds: number, problem: string): Limit {
  const controller = new AbortController();
  const follow = () => controller.abort(signal?.reason);
  if (signal?.aborted) follow();
  signal?.addEventListener("abort", follow, { once: true });
  const timer = setTimeout(() => controller.abort(new Error(problem)), seconds * 1000);
  const release = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", follow);
  };
  return { signal: controller.signal, release };
}

/** See {@link withLimit}. */
export interface Limit {
  signal: AbortSignal;
  release(): void;
}
