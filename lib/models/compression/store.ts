import { stat } from "node:fs/promises";
import { DataError, InputError } from "../../errors";
import { type NamedArrays, type Parameters, readParameters } from "../parameters";
import {
  decodeSafetensors,
  readSafetensors,
  type Safetensors,
  type StoredArrays,
  writeSafetensors,
} from "../safetensors";
import { toHalves } from "./half";
import { type Channel, dequantiseInt8, quantiseInt8 } from "./int8";
import { countKept, pack, unpack } from "./sparse";

/** How exact a file's weights are: 32, 16 or 8 bits each. */
export type Precision = "single" | "half" | "int8";

/** Options of {@link compress}. */
export interface CompressOptions {
  /** Of matrices; vectors (biases, norms) stay single, since they are a hundredth of a model. Default "single". */
  precision?: Precision;
  /** Which numbers of a matrix share an int8 scale. Default: rows of what is named `….embedding`, columns of others. */
  channel?(name: string, shape: readonly number[]): Channel;
}

/** How an array was made smaller: what the file's header says of it. */
interface Form {
  shape: number[];
  precision: Precision;
  /** Of int8: the scales are in `NAME.scale`. */
  channel?: Channel;
  /** True where zeros are left out: bits are in `NAME.bits`. */
  packed?: boolean;
}

const KEY = "flashlab.compression";
const BYTES: Record<Precision, number> = { single: 4, half: 2, int8: 1 };

/**
 * A model's weights as a compact safetensors file holds them: matrices in half precision (F16) or in whole numbers of a byte (I8)
 * with a scale for each channel, and where a matrix has so many zeros that it pays, a bit for each weight and those that
 * aren't 0 alone. The header's metadata say which is which, so that {@link restore} needs nothing else; the arrays of F16 and of
 * I8 without packing are ordinary safetensors that other programs read.
 */
export function compress(
  arrays: NamedArrays,
  options: CompressOptions = {},
): { arrays: StoredArrays; metadata: Record<string, string> } {
  const { precision = "single", channel = byName } = options;
  const stored: StoredArrays = new Map();
  const forms: Record<string, Form> = {};
  const add = (name: string, shape: number[], values: Float32Array | Uint16Array | Int8Array | Uint8Array) => {
    if (stored.has(name)) throw new InputError("two arrays of a file have one name", { value: name, place: "arrays" });
    stored.set(name, { shape, values });
  };
  for (const [name, { shape, values }] of arrays) {
    const form: Form = { shape, precision: shape.length < 2 ? "single" : precision };
    let numbers: Float32Array | Uint16Array | Int8Array = values;
    if (form.precision === "half") numbers = toHalves(values);
    if (form.precision === "int8") {
      form.channel = channel(name, shape);
      const whole = quantiseInt8(values, shape, form.channel);
      numbers = whole.values;
      add(`${name}.scale`, [whole.scales.length], whole.scales);
    }
    const kept = countKept(values);
    if (kept * BYTES[form.precision] + values.length / 8 < values.length * BYTES[form.precision]) {
      const packed = pack(numbers, values);
      form.packed = true;
      add(`${name}.bits`, [packed.bits.length], packed.bits);
      add(name, [kept], packed.kept);
    } else add(name, shape, numbers);
    forms[name] = form;
  }
  return { arrays: stored, metadata: { [KEY]: JSON.stringify(forms) } };
}

/** The weights of a file that {@link compress} made, in single precision; those of another file as they are. */
export function restore({ arrays, metadata }: Safetensors, place = "safetensors"): NamedArrays {
  if (metadata[KEY] === undefined) return arrays;
  const restored: NamedArrays = new Map();
  for (const [name, form] of Object.entries(readForms(metadata[KEY], place))) {
    const part = (suffix: string) => {
      const found = arrays.get(name + suffix);
      if (found) return found.values;
      throw new DataError("a compressed file lacks an array", {
        value: name + suffix,
        place,
        remedy: "Write the file again.",
      });
    };
    const size = form.shape.reduce((product, length) => product * length, 1);
    const numbers = form.packed ? unpack(part(".bits"), part(""), size) : part("");
    const values = form.channel ? dequantiseInt8(numbers, part(".scale"), form.shape, form.channel) : numbers;
    if (values.length !== size)
      throw new DataError("an array of a compressed file has another size than its shape", {
        value: form.shape,
        place: `${place}, ${name}`,
      });
    restored.set(name, { shape: form.shape, values });
  }
  return restored;
}

/** Writes a model's weights compactly (see {@link compress}) and returns the bytes that they take on the disk. */
export async function saveCompressed(
  path: string,
  parameters: Parameters,
  options: CompressOptions = {},
): Promise<number> {
  const { arrays, metadata } = compress(await readParameters(parameters), options);
  await writeSafetensors(path, arrays, metadata);
  return (await stat(path)).size;
}

/** Reads what {@link saveCompressed} wrote; give it to `writeParameters`. */
export async function loadCompressed(path: string): Promise<NamedArrays> {
  return restore(await readSafetensors(path), path);
}

/** {@link restore} of a file's bytes. */
export function decodeCompressed(bytes: Uint8Array, place?: string): NamedArrays {
  return restore(decodeSafetensors(bytes, place), place);
}

const byName = (name: string): Channel => (name.endsWith(".embedding") ? "row" : "column");

function readForms(text: string, place: string): Record<string, Form> {
  try {
    return JSON.parse(text) as Record<string, Form>;
  } catch (cause) {
    throw new DataError("a compressed file's metadata can't be read", {
      place,
      remedy: "Write the file again.",
      cause,
    });
  }
}
