import { createHmac, hkdfSync } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { inspect } from "node:util";
import { EnvironmentError, InputError } from "../../errors";

/** Where a secret key is: an environment variable, or a file that is in no repository. */
export interface KeySource {
  /** Name of the environment variable that holds the key. */
  variable?: string;
  /** Path of the file that holds the key; outside this project and any git repository, readable by its owner alone. */
  file?: string;
}

const LEAST_BYTES = 32;
const REMEDY = "Make one by `openssl rand -hex 32`, and keep it where no repository, notebook or log can see it.";
const PROJECT = resolve(__dirname, "..", "..", "..");

/** A secret of at least 256 bits. Printing, inspecting or serialising it shows nothing of it. */
export class SecretKey {
  readonly #bytes: Buffer;

  /** Throws InputError for fewer than 32 bytes, or bytes that plainly weren't drawn at random. */
  constructor(bytes: Uint8Array, place = "key") {
    if (bytes.length < LEAST_BYTES)
      throw new InputError(`a secret key has at least ${LEAST_BYTES} bytes, this one has ${bytes.length}`, {
        place,
        remedy: REMEDY,
      });
    // 32 random bytes have fewer than 16 different values once in 10^14 draws.
    if (new Set(bytes).size < 16) throw new InputError("this is no random key", { place, remedy: REMEDY });
    this.#bytes = Buffer.from(bytes);
  }

  /** 32 bytes for one purpose, by HKDF-SHA-256 (RFC 5869); they tell nothing of the key or of other purposes' bytes. */
  derive(purpose: string, salt: Uint8Array = new Uint8Array()): Buffer {
    return Buffer.from(hkdfSync("sha256", this.#bytes, salt, purpose, 32));
  }

  /** 16 hexadecimal digits that tell two keys apart, safe to store beside the data. */
  get fingerprint(): string {
    return createHmac("sha256", this.derive("flashlab fingerprint 1")).digest("hex").slice(0, 16);
  }

  toString(): string {
    return "[secret key]";
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/**
 * Reads a key of 64 or more hexadecimal digits, or as many bytes in base64. Default: the variable `fallback`.
 *
 * Throws EnvironmentError where the variable isn't set or the file can't be read; InputError for a file inside a
 * repository or readable by others, for text that is neither hexadecimal nor base64, and for a key that is too short or
 * not random. No message shows anything of the key.
 */
export function readSecretKey(
  source: KeySource,
  fallback: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SecretKey {
  if (source.variable !== undefined && source.file !== undefined)
    throw new InputError("a key is in a variable or in a file, not in both", { place: "variable, file" });
  if (source.file !== undefined) return decode(readKeyFile(source.file), source.file);
  const variable = source.variable ?? fallback;
  const text = environment[variable];
  if (text !== undefined && text.trim() !== "") return decode(text, variable);
  throw new EnvironmentError(`the environment variable ${variable}, which holds the secret key, isn't set`, {
    remedy: `Set ${variable}, or name a key file. ${REMEDY}`,
  });
}

function readKeyFile(path: string): string {
  const place = "file";
  if (!existsSync(path))
    throw new EnvironmentError("there is no such key file", { value: path, place, remedy: REMEDY });
  const whole = realpathSync(path);
  for (const each of [resolve(path), whole]) {
    if (!within(each, PROJECT) && !repositoryAbove(each)) continue;
    throw new InputError("a key file must not lie in this project or in a repository, where it would be committed", {
      value: path,
      place,
      remedy: "Move it, for example into ~/.config/flashlab/, and `chmod 600` it.",
    });
  }
  if (process.platform !== "win32" && (statSync(whole).mode & 0o077) !== 0)
    throw new InputError("others on this machine can read the key file", {
      value: path,
      place,
      remedy: "Run `chmod 600` on it.",
    });
  try {
    return readFileSync(whole, "utf8");
  } catch (cause) {
    throw new EnvironmentError("the key file can't be read", { value: path, place, cause });
  }
}

function within(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..") && !/^([A-Za-z]:|[\\/])/.test(way);
}

function repositoryAbove(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return true;
    if (folder === dirname(folder)) return false;
  }
}

function decode(text: string, place: string): SecretKey {
  const plain = text.trim();
  if (/^([0-9a-f]{2})+$/i.test(plain)) return new SecretKey(Buffer.from(plain, "hex"), place);
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(plain)) return new SecretKey(Buffer.from(plain, "base64"), place);
  throw new InputError("a secret key is written in hexadecimal or base64", { place, remedy: REMEDY });
}
