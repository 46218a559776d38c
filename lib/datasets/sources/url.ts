import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { EnvironmentError } from "../../errors";
import { CONNECT_SECONDS, type FetchOptions, TOTAL_SECONDS, withLimit } from "./limits";

/**
 * Downloads `url` into `target`, at most `bytes` long. Gives a server up that doesn't begin to answer in
 * {@link CONNECT_SECONDS}. Throws EnvironmentError with the reason.
 */
export async function downloadUrl(url: string, target: string, bytes: number, options: FetchOptions): Promise<void> {
  const response = await request(url, options);
  const body = response.body as ReadableStream<Uint8Array> | null;
  if (body === null) throw refused(url, "an empty answer");
  let count = 0;
  const counted = async function* (parts: AsyncIterable<Uint8Array>) {
    for await (const part of parts) {
      count += part.length;
      if (count > bytes) throw refused(url, `more than the ${bytes} bytes that the registry states`);
      options.onBytes?.(count);
      yield part;
    }
  };
  const limit = withLimit(options.signal, TOTAL_SECONDS, `not finished in ${TOTAL_SECONDS} s`);
  try {
    await pipeline(Readable.fromWeb(body), counted, createWriteStream(target), { signal: limit.signal });
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof EnvironmentError) throw error;
    throw refused(url, reasonOf(limit.signal.aborted ? limit.signal.reason : error), error);
  } finally {
    limit.release();
  }
}

/** Sends a GET and returns an answer of status 200. Throws EnvironmentError. */
export async function request(url: string, options: FetchOptions, accept = "*/*"): Promise<Response> {
  const limit = withLimit(options.signal, CONNECT_SECONDS, `no answer in ${CONNECT_SECONDS} s`);
  try {
    const headers = { accept, "accept-encoding": "identity" };
    const response = await fetch(url, { signal: limit.signal, headers });
    if (response.status !== 200) throw refused(url, `status ${response.status} ${response.statusText}`.trim());
    return response;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof EnvironmentError) throw error;
    throw refused(url, reasonOf(limit.signal.aborted ? limit.signal.reason : error), error);
  } finally {
    limit.release();
  }
}

function refused(url: string, reason: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError(`the download failed (${reason})`, {
    place: url.replace(/\/\/[^/@]*@/, "//"),
    remedy: "Check the network.",
    cause,
  });
}

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  const inner = cause instanceof Error ? cause : error;
  return inner instanceof Error ? inner.message || (inner as { code?: string }).code || inner.name : String(inner);
}
