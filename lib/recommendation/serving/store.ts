import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { putFolder } from "../../engine/put-folder";
import { DataError } from "../../errors";
import { checkModel, type RecommendationModel } from "./model";
import { decodeNpy, encodeNpy, type NpyArray } from "./npy";

const KIND = "flashlab recommendation model";

interface Manifest {
  kind: typeof KIND;
  version: 1;
  /** SHA-256 of each file. */
  files: Record<string, string>;
  /** The model, with `{ array: FILE }` in the place of every array of numbers. */
  model: unknown;
}

/**
 * Writes a model into a folder: `model.json` with all that is small, and an npy file for each array (see encodeNpy), so
 * that Python reads them too. The folder is put in place as a whole: whoever reads meanwhile, or after a crash, finds the
 * old model or the new one. A folder that was there is replaced.
 *
 * @param extra further files to put beside them, by name: a search graph
 */
export async function saveModel(
  folder: string,
  model: RecommendationModel,
  extra: Readonly<Record<string, (path: string) => Promise<void>>> = {},
): Promise<void> {
  checkModel(model);
  const target = resolve(folder);
  const whole = join(dirname(target), `.${basename(target)}.part-${process.pid}`);
  await mkdir(whole, { recursive: true });
  try {
    const files: Record<string, string> = {};
    const write = async (name: string, bytes: Uint8Array) => {
      await writeFile(join(whole, name), bytes);
      files[name] = digest(bytes);
    };
    const arrays = new Map<string, NpyArray>();
    const plain = takeOut(model, "", arrays);
    for (const [name, values] of arrays) await write(name, encodeNpy(values));
    for (const [name, save] of Object.entries(extra)) {
      await save(join(whole, name));
      files[name] = digest(await readFile(join(whole, name)));
    }
    const manifest: Manifest = { kind: KIND, version: 1, files, model: plain };
    await writeFile(join(whole, "model.json"), JSON.stringify(manifest));
    await putFolder(whole, target);
  } finally {
    await rm(whole, { recursive: true, force: true });
  }
}

/**
 * Reads what {@link saveModel} wrote. Every file must be what was written, to the bit.
 * Throws {@link DataError} for a folder without a model, a missing file and a changed one.
 */
export async function loadModel(folder: string): Promise<{ model: RecommendationModel; files: string[] }> {
  const manifest = await readManifest(join(folder, "model.json"));
  const arrays = new Map<string, NpyArray>();
  for (const [name, expected] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new DataError("a file of the model is missing", { place: path, remedy: "Save the model again.", cause });
    });
    if (digest(bytes) !== expected)
      throw new DataError("a file of the model isn't what was saved", { place: path, remedy: "Save the model again." });
    if (name.endsWith(".npy")) arrays.set(name, decodeNpy(bytes, path).values);
  }
  const model = putBack(manifest.model, arrays) as RecommendationModel;
  return { model: checkModel(model), files: Object.keys(manifest.files) };
}

async function readManifest(path: string): Promise<Manifest> {
  const refused = (problem: string, cause?: unknown) =>
    new DataError(problem, { place: path, remedy: "Name a folder that saveModel wrote.", cause });
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw refused("there is no recommendation model", cause);
  }
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.kind === KIND && manifest.version === 1) return manifest;
  } catch (cause) {
    throw refused("not a recommendation model", cause);
  }
  throw refused("not a recommendation model");
}

/** A copy in which every typed array is `{ array: FILE }`; the arrays by their files' names. */
function takeOut(value: unknown, name: string, arrays: Map<string, NpyArray>): unknown {
  if (value instanceof Float32Array || value instanceof Float64Array || value instanceof Int32Array) {
    // Names from outside (a kind of group) can't leave the folder or meet another's.
    const file = `${arrays.size}-${name.replace(/[^a-z0-9]+/gi, "-").slice(0, 60)}.npy`;
    arrays.set(file, value);
    return { array: file };
  }
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, takeOut(entry, name === "" ? key : `${name}-${key}`, arrays)]),
  );
}

function putBack(value: unknown, arrays: ReadonlyMap<string, NpyArray>): unknown {
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  const { array } = value as { array?: unknown };
  if (typeof array === "string" && arrays.has(array)) return arrays.get(array);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, putBack(entry, arrays)]));
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
