import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { Parser, type ReadEntry } from "tar";
import { DataError } from "../../errors";
import { type Extractor, extractionError, refuseEscape } from "./extraction";

/**
 * Hands each wanted member of a gzip-compressed tar file to `extract`, in the archive's order. Refuses the archive
 * when any member's path is absolute or leaves the folder, or when a wanted member is a link. Throws DataError.
 */
export async function readTarball(path: string, wanted: readonly string[], extract: Extractor): Promise<void> {
  const missing = new Set(wanted);
  const source = createReadStream(path);
  let member: Readable | undefined;
  let work: Promise<void> = Promise.resolve();
  try {
    await new Promise<void>((resolve, reject) => {
      const parser = new Parser({ strict: true, onReadEntry: take });
      parser.on("error", reject);
      parser.on("end", resolve);
      source.on("error", reject);
      source.pipe(parser as unknown as NodeJS.WritableStream);

      function take(entry: ReadEntry): void {
        try {
          refuseEscape(entry.path, path);
          if (!missing.delete(entry.path)) return void entry.resume();
          if (entry.type !== "File" && entry.type !== "OldFile")
            throw new DataError(`a wanted file is a ${entry.type} in the archive`, { value: entry.path, place: path });
          member = Readable.from(entry as AsyncIterable<Buffer>);
          work = extract(entry.path, member);
          work.catch(reject);
        } catch (error) {
          reject(error);
        }
      }
    });
    await work;
  } catch (error) {
    // The member that was being read never ends by itself: its reader is told, and given time to clean up.
    member?.destroy(extractionError(error, path));
    await work.catch(() => undefined);
    throw extractionError(error, path);
  } finally {
    source.destroy();
  }
  const [first] = missing;
  if (first !== undefined) throw new DataError("the archive has no such file", { value: first, place: path });
}
