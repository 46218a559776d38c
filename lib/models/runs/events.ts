import { maskedCrc32c } from "./crc32c";
import { bytes, double, float, integer, type Message, message } from "./protobuf";

/** TensorFlow's number for text among tensors' types. */
const DT_STRING = 7;

/**
 * The first record of an event file: TensorBoard takes no other beginning.
 *
 * @param time seconds since 1970 UTC
 */
export function versionEvent(time: number): Message {
  return message(double(1, time), bytes(3, "brain.Event:2"));
}

/** Numbers of one step as TensorFlow's `Event` (event.proto) with a `Summary` (summary.proto) of a value for each tag. */
export function scalarsEvent(time: number, step: number, values: Readonly<Record<string, number>>): Message {
  const parts = Object.entries(values).map(([tag, value]) => bytes(1, message(bytes(1, tag), float(2, value))));
  return summaryEvent(time, step, parts);
}

/** A text (Markdown) as the plugin `text` shows it. */
export function textEvent(time: number, step: number, tag: string, text: string): Message {
  const tensor = message(integer(1, DT_STRING), bytes(2, Buffer.alloc(0)), bytes(8, text));
  const metadata = message(bytes(1, bytes(1, "text")));
  return summaryEvent(time, step, [bytes(1, message(bytes(1, tag), bytes(8, tensor), bytes(9, metadata)))]);
}

function summaryEvent(time: number, step: number, values: Buffer[]): Message {
  return message(double(1, time), integer(2, step), bytes(5, message(...values)));
}

/**
 * A record of a TFRecord file: length (64 bits), its masked CRC-32C, the data, theirs; little-endian.
 */
export function tfRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(16 + data.length);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return record;
}
