import { type FileHandle, open } from "node:fs/promises";
import { DataError } from "../../errors";

/**
 * The end of a Parquet file with an encrypted footer is `FileCryptoMetaData | footer, encrypted | length | "PARE"`, where
 * the first says in plain text (Thrift's compact form) how the footer is encrypted, and may hold any `key_metadata` "for
 * retrieving the key" (Parquet modular encryption, 5.3). DuckDB leaves that out and reads over it. It is put there after
 * the file is written: all that the file refers to by position comes before it.
 */
export async function addKeyMetadata(path: string, metadata: Uint8Array): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { start, length, tail } = await readTail(file, path);
    const end = cryptoMetadataEnd(tail, path);
    if (end.keyMetadata !== undefined) throw damaged(path, "it has key metadata already");
    // Field 2, of type binary, before the stop byte that ends the structure.
    const field = Buffer.concat([Buffer.from([0x18]), varint(metadata.length), metadata]);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(length + field.length);
    const rest = [tail.subarray(0, end.at - 1), field, tail.subarray(end.at - 1), size, Buffer.from("PARE")];
    const whole = Buffer.concat(rest);
    await file.write(whole, 0, whole.length, start);
  } finally {
    await file.close();
  }
}

/** The key metadata of a Parquet file with an encrypted footer; undefined where it has none or isn't encrypted. */
export async function readKeyMetadata(path: string): Promise<Buffer | undefined> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const magic = Buffer.alloc(4);
    if (size >= 12) await file.read(magic, 0, 4, size - 4);
    if (magic.toString("latin1") === "PAR1") return undefined;
    const { tail } = await readTail(file, path);
    return cryptoMetadataEnd(tail, path).keyMetadata;
  } finally {
    await file.close();
  }
}

/** The bytes between the data and the length. */
async function readTail(file: FileHandle, path: string): Promise<{ start: number; length: number; tail: Buffer }> {
  const { size } = await file.stat();
  const last = Buffer.alloc(8);
  if (size >= 12) await file.read(last, 0, 8, size - 8);
  const length = last.readUInt32LE(0);
  if (last.toString("latin1", 4) !== "PARE" || length > size - 12)
    throw damaged(path, "it doesn't end as an encrypted Parquet file does");
  const tail = Buffer.alloc(length);
  await file.read(tail, 0, length, size - 8 - length);
  return { start: size - 8 - length, length, tail };
}

/**
 * Where the structure FileCryptoMetaData { 1: EncryptionAlgorithm (structures of structures of bytes and flags); 2:
 * optional binary key_metadata } ends, and its key metadata.
 */
function cryptoMetadataEnd(bytes: Buffer, path: string): { at: number; keyMetadata?: Buffer } {
  let at = 0;
  const next = () => {
    if (at >= bytes.length) throw damaged(path, "its description of the encryption is cut off");
    return bytes[at++];
  };
  const take = () => {
    let [length, shift] = [0, 0];
    for (let byte = next(); ; byte = next()) {
      length += (byte & 0x7f) * 2 ** shift;
      shift += 7;
      if (byte < 0x80) break;
      if (shift > 28) throw damaged(path, "a length in it makes no sense");
    }
    if (length > bytes.length - at) throw damaged(path, "a length in it makes no sense");
    at += length;
    return bytes.subarray(at - length, at);
  };
  let keyMetadata: Buffer | undefined;
  const structure = (depth: number) => {
    let field = 0;
    for (let head = next(); head !== 0; head = next()) {
      field += head >> 4;
      const type = head & 15;
      if (type === 12 && depth < 4) structure(depth + 1);
      else if (type === 8) {
        const value = take();
        if (depth === 0 && field === 2) keyMetadata = Buffer.from(value);
      } else if (type !== 1 && type !== 2) throw damaged(path, `it has a field of unknown type ${type}`);
    }
  };
  structure(0);
  return { at, keyMetadata };
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function damaged(path: string, why: string): DataError {
  return new DataError(`the encrypted Parquet file can't be read: ${why}`, { value: path });
}
