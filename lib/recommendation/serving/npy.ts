import { DataError } from "../../errors";

/** Arrays that npy files hold here. */
export type NpyArray = Float32Array | Float64Array | Int32Array;

const TYPES = { "<f4": Float32Array, "<f8": Float64Array, "<i4": Int32Array } as const;

/**
 * An array in NumPy's format 1.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), row-major and
 * little-endian: `numpy.load` reads it.
 *
 * @param shape [length] unless given
 */
export function encodeNpy(values: NpyArray, shape: readonly number[] = [values.length]): Uint8Array {
  const type = values instanceof Float32Array ? "<f4" : values instanceof Float64Array ? "<f8" : "<i4";
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  // Ten bytes of magic, version and length; blanks and a line's end bring the numbers to a multiple of 64.
  const length = 64 * Math.ceil((10 + header.length + 1) / 64) - 10;
  const bytes = Buffer.alloc(10 + length + values.byteLength, " ");
  bytes.write("\x93NUMPY\x01\x00", 0, "latin1");
  bytes.writeUInt16LE(length, 8);
  bytes.write(`${header.padEnd(length - 1)}\n`, 10, "latin1");
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).copy(bytes, 10 + length);
  return bytes;
}

/**
 * Reads what {@link encodeNpy} writes, and what NumPy writes of these types.
 * Throws DataError, naming `place`, for bytes of another form.
 */
export function decodeNpy(bytes: Uint8Array, place = "npy"): { shape: number[]; values: NpyArray } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (problem: string, value?: unknown) =>
    new DataError(`not an npy file of numbers: ${problem}`, { value, place, remedy: "Save it again." });
  if (buffer.length < 10 || buffer.toString("latin1", 0, 6) !== "\x93NUMPY" || buffer[6] !== 1)
    throw refuse("it doesn't begin as version 1.0 does");
  const start = 10 + buffer.readUInt16LE(8);
  const header = buffer.toString("latin1", 10, start);
  const type = /'descr': *'([^']+)'/.exec(header)?.[1] ?? "";
  const shape = /'shape': *\(([0-9, ]*)\)/.exec(header)?.[1]?.match(/\d+/g)?.map(Number) ?? [];
  if (!(type in TYPES)) throw refuse("its type isn't known here", type);
  if (!/'fortran_order': *False/.test(header)) throw refuse("it is column-major");
  const Typed = TYPES[type as keyof typeof TYPES];
  const count = shape.reduce((product, size) => product * size, 1);
  if (buffer.length !== start + count * Typed.BYTES_PER_ELEMENT)
    throw refuse("it has another length than its header says", buffer.length);
  // A copy, whose start is a multiple of the numbers' size.
  return { shape, values: new Typed(Uint8Array.from(buffer.subarray(start)).buffer) };
}
