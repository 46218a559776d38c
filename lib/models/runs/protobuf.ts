import { InputError } from "../../errors";

/** Parts of a protocol-buffers message, in the order of their fields' numbers, as the reference writer has them. */
export type Message = Buffer;

const key = (field: number, wire: number) => varint((field << 3) | wire);

/** A whole number of at least 0 in groups of seven bits, lowest first. */
export function varint(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InputError("expected a whole number of at least 0", { value, place: "protocol buffers' varint" });
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A field of double precision. */
export function double(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([key(field, 1), bytes]);
}

/** A field of single precision. */
export function float(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([key(field, 5), bytes]);
}

/** A whole number; the default 0 isn't written. */
export function integer(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.concat([key(field, 0), varint(value)]);
}

/** Bytes, a text in UTF-8, or a message inside of a message. */
export function bytes(field: number, value: string | Buffer): Buffer {
  const content = typeof value === "string" ? Buffer.from(value, "utf8") : value;
  return Buffer.concat([key(field, 2), varint(content.length), content]);
}

/** Fields one after another: a message. */
export function message(...fields: Buffer[]): Message {
  return Buffer.concat(fields);
}
