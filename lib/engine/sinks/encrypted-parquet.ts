import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DataError, EnvironmentError } from "../../errors";
import type { Engine, QueryOptions } from "../engine";
import { replacing } from "../parquet";
import { quoteText } from "../quote";
import { literalPath } from "../sources/list-files";
import { addKeyMetadata, readKeyMetadata } from "./parquet-footer";
import { type KeySource, readSecretKey, SecretKey } from "./secret-key";
import { copySql, requireDuckDb } from "./write";

/** The environment variable that holds the key of encrypted tables, unless another is named. */
export const TABLE_KEY = "FLASHLAB_TABLE_KEY";

const FORMAT = "flashlab-1";
const PURPOSE = "flashlab encrypted parquet 1";

/**
 * Writes a relation as Parquet encrypted with AES-256 in GCM (Parquet modular encryption, footer and all columns): each page
 * can neither be read nor changed without the key. Atomic as `writeParquet`, and the unfinished file is encrypted as well.
 *
 * Each file has a key of its own, derived from the secret key and a random salt (HKDF-SHA-256); the salt and the secret
 * key's fingerprint are kept in the file's key metadata. That matters here: DuckDB without an extension that it would have
 * to download encrypts with the mbed TLS inside it and draws nonces from a generator seeded with 64 random bits. Under one
 * key for all files such nonces could repeat, which is why DuckDB calls the setting unsafe; a key per file leaves the pages
 * of one file to be told apart. (It can't attest that pages keep their places in the file, since DuckDB leaves out the
 * standard's additional data; other readers than DuckDB, which demand it, can't read the file.) The file's key stays in the
 * engine's memory until that is closed; what queries spill to `spillFolder` isn't encrypted.
 *
 * Throws what `readSecretKey` throws, SqlError, DiskFullError, AbortedError.
 */
export async function writeEncryptedParquet(
  engine: Engine,
  relation: string,
  path: string,
  key: SecretKey | KeySource = {},
  { orderBy, ...options }: QueryOptions & { orderBy?: string } = {},
): Promise<void> {
  requireDuckDb(engine);
  const secret = key instanceof SecretKey ? key : readSecretKey(key, TABLE_KEY);
  const salt = randomBytes(32);
  const name = await addFileKey(engine, secret, salt);
  const settings = ["FORMAT parquet", "COMPRESSION zstd", `ENCRYPTION_CONFIG {footer_key: ${quoteText(name)}}`];
  await mkdir(dirname(resolve(path)), { recursive: true });
  await replacing(path, async (target) => {
    await engine.run("SET force_mbedtls_unsafe = true");
    await engine.run(copySql(relation, orderBy, target, settings), undefined, options);
    await addKeyMetadata(target, Buffer.from(`${FORMAT}:${secret.fingerprint}:${salt.toString("hex")}`));
  });
}

/**
 * A view of a file that {@link writeEncryptedParquet} wrote; nothing is copied and nothing is decrypted on the disk.
 *
 * Throws DataError for a file that isn't there, isn't encrypted or was changed, EnvironmentError for a wrong key (the
 * fingerprints differ) or none. A changed page is only found when it is read: the query then fails.
 */
export async function readEncryptedParquet(
  engine: Engine,
  relation: string,
  path: string,
  key: SecretKey | KeySource = {},
  options: QueryOptions = {},
): Promise<void> {
  requireDuckDb(engine);
  if (!existsSync(path))
    throw new DataError("there is no such encrypted table", {
      value: path,
      remedy: "Check the path; relative paths start at the process's folder.",
    });
  const metadata = (await readKeyMetadata(path))?.toString("latin1");
  const [format, fingerprint, salt] = metadata?.split(":") ?? [];
  if (format !== FORMAT || !/^[0-9a-f]{16}$/.test(fingerprint ?? "") || !/^[0-9a-f]{64}$/.test(salt ?? ""))
    throw new DataError("the file isn't a table that Flashlab encrypted", {
      value: path,
      remedy: "Read a plain Parquet file with importParquet or readFiles.",
    });
  const secret = key instanceof SecretKey ? key : readSecretKey(key, TABLE_KEY);
  if (secret.fingerprint !== fingerprint)
    throw new EnvironmentError(
      `the table was encrypted with another key: with the one of fingerprint ${fingerprint}, not ${secret.fingerprint}`,
      { value: path, remedy: "Set the key that it was written with." },
    );
  const name = await addFileKey(engine, secret, Buffer.from(salt, "hex"));
  const config = `encryption_config = {footer_key: ${quoteText(name)}}`;
  const from = `read_parquet(${quoteText(literalPath(resolve(path)))}, ${config})`;
  try {
    await engine.createView(relation, `SELECT * FROM ${from}`, options);
  } catch (error) {
    if (!/AES tag/.test((error as Error).message)) throw error;
    throw new DataError("the encrypted table was changed after it was written", {
      value: path,
      remedy: "Take it from a backup.",
      cause: error,
    });
  }
}

/** Gives the engine the key of one file, under a name made of its salt. An error wouldn't show the statement. */
async function addFileKey(engine: Engine, secret: SecretKey, salt: Buffer): Promise<string> {
  const name = `flashlab_${createHash("sha256").update(salt).digest("hex").slice(0, 32)}`;
  const bytes = secret.derive(PURPOSE, salt);
  try {
    await engine.run(`PRAGMA add_parquet_key(${quoteText(name)}, ${quoteText(bytes.toString("base64"))})`);
  } catch {
    throw new EnvironmentError("the engine didn't take the table's key");
  }
  return name;
}
