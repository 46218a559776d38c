import { readFile, rename, writeFile } from "node:fs/promises";
import { DataError } from "../errors";

/**
 * Reads a small JSON file that says of what kind it is; undefined where there is none. Throws DataError for another kind of
 * file and for one that isn't whole.
 */
export async function readRecord<Contents extends { kind: string }>(
  path: string,
  kind: Contents["kind"],
): Promise<Contents | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const contents = JSON.parse(text) as Contents;
    if (contents.kind === kind) return contents;
  } catch {
    // Said below.
  }
  throw new DataError(`not a ${kind}`, { place: path, remedy: "Give another folder." });
}

/** Writes such a file beside its place and renames it into it: whoever reads finds the old or the new, whole. */
export async function writeRecord<Contents extends { kind: string }>(path: string, contents: Contents): Promise<void> {
  await writeFile(`${path}.part`, JSON.stringify(contents));
  await rename(`${path}.part`, path);
}
