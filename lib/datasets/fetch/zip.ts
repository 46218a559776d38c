import type { Readable } from "node:stream";
import * as yauzl from "yauzl";
import { DataError } from "../../errors";
import { type Extractor, extractionError, refuseEscape } from "./extraction";

const SYMBOLIC_LINK = 0xa000;

/**
 * Hands each wanted member of a zip file (a wheel is one) to `extract`. The whole list of members is checked first:
 * an absolute path, one that leaves its folder, or a wanted member that is a link or encrypted is refused before
 * anything is read. Throws DataError naming the archive.
 */
export async function readZip(path: string, wanted: readonly string[], extract: Extractor): Promise<void> {
  const zip = await openZip(path);
  try {
    const entries = await listEntries(zip, path);
    for (const name of wanted) {
      const entry = entries.get(name);
      if (!entry) throw new DataError("the archive has no such file", { value: name, place: path });
      await extract(name, await openEntry(zip, entry, path));
    }
  } finally {
    zip.close();
  }
}

function openZip(path: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) =>
      error ? reject(extractionError(error, path)) : resolve(zip),
    );
  });
}

function listEntries(zip: yauzl.ZipFile, path: string): Promise<Map<string, yauzl.Entry>> {
  const entries = new Map<string, yauzl.Entry>();
  return new Promise((resolve, reject) => {
    zip.on("entry", (entry: yauzl.Entry) => {
      try {
        refuseEscape(entry.fileName, path);
        if (((entry.externalFileAttributes >>> 16) & 0xf000) === SYMBOLIC_LINK)
          throw new DataError("the archive holds a symbolic link", { value: entry.fileName, place: path });
        if (entries.has(entry.fileName))
          throw new DataError("the archive holds a file twice", { value: entry.fileName, place: path });
      } catch (error) {
        return reject(error);
      }
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.on("end", () => resolve(entries));
    zip.on("error", (error) => reject(extractionError(error, path)));
    zip.readEntry();
  });
}

function openEntry(zip: yauzl.ZipFile, entry: yauzl.Entry, path: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(extractionError(error, path)) : resolve(stream)));
  });
}
