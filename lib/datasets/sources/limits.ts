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
