import { open, readFile } from "node:fs/promises";
import { endianness } from "node:os";
import { DataError } from "../errors";
import type { NamedArrays } from "./parameters";

/** Numbers that a file may hold, and how many bytes each takes. */
const BYTES: Record<string, number> = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I8: 1, U8: 1, BOOL: 1 };

/** The most a header may take, as in the reference implementation. */
const LARGEST_HEADER = 100_000_000;

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Arrays by name as a file is to hold them: single precision, the bits of half precision, or whole numbers of a byte. */
export type StoredArrays = Map<
  string,
  { shape: number[]; values: Float32Array | Uint16Array | Int8Array | Uint8Array }
>;

/**
 * Arrays in the safetensors format (https://github.com/huggingface/safetensors): eight bytes with the header's length,
 * the header in JSON, then the numbers, little-endian, row-major: F32 for single precision, F16 for a Uint16Array, I8 and U8 for
 * bytes. Wider numbers come first, so that each begins at a multiple of its size.
 *
 * @param metadata texts for the header's `__metadata__`
 */
export function encodeSafetensors(arrays: StoredArrays, metadata: Record<string, string> = {}): Uint8Array {
  const header: Record<string, Entry | Record<string, string>> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let end = 0;
  const ordered = [...arrays].sort(([, a], [, b]) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
  for (const [name, { shape, values }] of ordered) {
    header[name] = { dtype: typeOf(values), shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const text = JSON.stringify(header);
  const json = Buffer.from(text);
  // Blanks after the header bring the numbers to a multiple of eight.
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const bytes = Buffer.alloc(start + end, " ");
  bytes.writeBigUInt64LE(BigInt(start - 8), 0);
  json.copy(bytes, 8);
  let at = start;
  for (const [, { values }] of ordered) {
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).copy(bytes, at);
    at += values.byteLength;
  }
  return bytes;
}

function typeOf(values: Float32Array | Uint16Array | Int8Array | Uint8Array): string {
  if (values instanceof Float32Array) return "F32";
  if (values instanceof Uint16Array) return "F16";
  return values instanceof Int8Array ? "I8" : "U8";
}

/** What a safetensors file holds. */
export interface Safetensors {
  arrays: NamedArrays;
  metadata: Record<string, string>;
}

/**
 * Reads safetensors; half, bfloat16, double and whole numbers become single precision. Throws DataError, naming
 * `place`, for bytes of another form, an array that isn't where its header says, or overlapping or missing bytes.
 */
export function decodeSafetensors(bytes: Uint8Array, place = "safetensors"): Safetensors {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (problem: string, value?: unknown) =>
    new DataError(`not a safetensors file: ${problem}`, { value, place, remedy: "Get the file again." });
  if (buffer.length < 8) throw refuse("shorter than its first eight bytes", buffer.length);
  const length = Number(buffer.readBigUInt64LE(0));
  if (length > LARGEST_HEADER || 8 + length > buffer.length) throw refuse("its header is longer than the file", length);
  let header: Record<string, Entry>;
  let metadata: Record<string, string>;
  try {
    const parsed = JSON.parse(buffer.toString("utf8", 8, 8 + length)) as Record<string, unknown>;
    metadata = (parsed.__metadata__ ?? {}) as Record<string, string>;
    delete parsed.__metadata__;
    header = parsed as Record<string, Entry>;
  } catch (error) {
    throw refuse(`its header is no JSON (${(error as Error).message})`);
  }
  const data = buffer.subarray(8 + length);
  const arrays: NamedArrays = new Map();
  const ordered = Object.entries(header).sort(([, a], [, b]) => a.data_offsets?.[0] - b.data_offsets?.[0]);
  let expected = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of ordered) {
    const count = shape?.reduce((product, size) => product * size, 1);
    if (!(dtype in BYTES)) throw refuse(`${name} is of a type that isn't known`, dtype);
    if (offsets?.[0] !== expected || offsets[1] - offsets[0] !== count * BYTES[dtype] || offsets[1] > data.length)
      throw refuse(`${name} isn't where its header says`, offsets);
    expected = offsets[1];
    arrays.set(name, { shape, values: toFloats(data.subarray(offsets[0], offsets[1]), dtype, count) });
  }
  if (expected !== data.length) throw refuse("bytes that no array owns", data.length - expected);
  return { arrays, metadata };
}

/** Reads a safetensors file; see {@link decodeSafetensors}. */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return decodeSafetensors(await readFile(path), path);
}

/** Writes a safetensors file and makes sure that it is on the disk before it returns. */
export async function writeSafetensors(
  path: string,
  arrays: StoredArrays,
  metadata: Record<string, string> = {},
): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(encodeSafetensors(arrays, metadata));
    await file.sync();
  } finally {
    await file.close();
  }
}

function toFloats(data: Buffer, dtype: string, count: number): Float32Array {
  const values = new Float32Array(count);
  if (dtype === "F32" && endianness() === "LE") {
    // The file's bytes as they are: a model of a hundred megabytes is read in a tenth of a second.
    new Uint8Array(values.buffer).set(data);
    return values;
  }
  const read: Record<string, (at: number) => number> = {
    F64: (at) => data.readDoubleLE(8 * at),
    F32: (at) => data.readFloatLE(4 * at),
    F16: (at) => halves()[data[2 * at] | (data[2 * at + 1] << 8)],
    BF16: (at) => fromBits(data.readUInt16LE(2 * at) << 16),
    I64: (at) => Number(data.readBigInt64LE(8 * at)),
    I32: (at) => data.readInt32LE(4 * at),
    I8: (at) => (data[at] << 24) >> 24,
    U8: (at) => data[at],
    BOOL: (at) => data[at],
  };
  const one = read[dtype];
  for (let at = 0; at < count; at++) values[at] = one(at);
  return values;
}

const word = new DataView(new ArrayBuffer(4));

function fromBits(bits: number): number {
  word.setInt32(0, bits);
  return word.getFloat32(0);
}

let everyHalf: Float32Array | undefined;

/** Every half-precision number by its bits, made when the first file has some. */
function halves(): Float32Array {
  everyHalf ??= Float32Array.from({ length: 65536 }, (_, bits) => fromHalf(bits));
  return everyHalf;
}

/** A half-precision number from its sixteen bits (IEEE 754-2019). */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
