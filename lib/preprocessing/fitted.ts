import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { DataError } from "../errors";
import type { Encoder } from "./encode";
import type { Normaliser } from "./normalise";
import type { TargetEncoding } from "./target-encoding";

/** What was fitted on training rows and is applied to others. */
export type Fitted = Normaliser | Encoder | TargetEncoding;

const FORMAT = "flashlab-preprocessing";
const VERSION = 1;

/** Writes fits to a JSON file under names of one's own; the file appears whole or not at all. */
export async function saveFitted(path: string, fits: Readonly<Record<string, Fitted>>): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(6).toString("hex")}.part`;
  try {
    await writeFile(temporary, `${JSON.stringify({ format: FORMAT, version: VERSION, fits }, null, 2)}\n`, {
      flush: true,
    });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Reads what {@link saveFitted} wrote: every number exactly as it was. Throws DataError for a file that is something else, and for
 * one of a later version.
 */
export async function loadFitted(path: string): Promise<Record<string, Fitted>> {
  const bad = (problem: string, cause?: unknown) =>
    new DataError(problem, { place: path, remedy: "Give a file that saveFitted() wrote.", cause });
  let document: { format?: unknown; version?: unknown; fits?: Record<string, Fitted> };
  try {
    document = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw bad("a file of fits can't be read", cause);
  }
  if (document?.format !== FORMAT || typeof document.fits !== "object" || document.fits === null)
    throw bad("a file that holds no fits");
  if (document.version !== VERSION) throw bad(`fits of version ${document.version}, this program reads ${VERSION}`);
  for (const [name, fit] of Object.entries(document.fits))
    if (!["normaliser", "encoder", "target-encoding"].includes(fit?.kind))
      throw bad(`an unknown kind of fit, "${name}"`);
  return document.fits;
}
