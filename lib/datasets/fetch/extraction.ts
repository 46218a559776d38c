import type { Readable } from "node:stream";
import { DataError, FlashlabError } from "../../errors";
import { isInside } from "../registry";

/** Receives one member's bytes and resolves once they are used up. */
export type Extractor = (member: string, bytes: Readable) => Promise<void>;

/** Throws DataError when an archive's member has an absolute path or one that leaves the folder. */
export function refuseEscape(member: string, archive: string): void {
  if (isInside(member.replace(/\/$/, "").replace(/^\.\//, ""))) return;
  throw new DataError("a path in the archive leads outside its folder", {
    value: member,
    place: archive,
    remedy: "Don't use this archive: an honest one has no such path.",
  });
}

/** Turns what an archive library threw into a DataError; ours stay as they are. */
export function extractionError(error: unknown, archive: string): FlashlabError {
  if (error instanceof FlashlabError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (/invalid relative path|absolute path|invalid characters in fileName/.test(reason))
    return new DataError(`a path in the archive leads outside its folder (${reason})`, {
      place: archive,
      remedy: "Don't use this archive: an honest one has no such path.",
      cause: error,
    });
  return new DataError(`the archive is cut off or damaged (${reason})`, {
    place: archive,
    remedy: "Fetch it again.",
    cause: error,
  });
}
