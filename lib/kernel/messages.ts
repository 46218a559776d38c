import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { DataError } from "../errors";

/** The version of the Jupyter messaging protocol spoken here. */
export const PROTOCOL_VERSION = "5.4";

export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
}

export type Content = Record<string, unknown>;

/** One Jupyter message, as the wire protocol frames it. */
export interface Message {
  /** ZeroMQ routing identities, or on IOPub the topic. */
  identities: Uint8Array[];
  header: Header;
  /** The header of the message that led to this one; empty where none did. */
  parent: Header | Record<string, never>;
  metadata: Content;
  content: Content;
  buffers: Uint8Array[];
}

const DELIMITER = Buffer.from("<IDS|MSG>");

/** A new message of `type`, answering or caused by `parent`. */
export function createMessage(
  session: string,
  type: string,
  content: Content,
  parent?: Message,
  rest: { metadata?: Content; buffers?: Uint8Array[]; identities?: Uint8Array[] } = {},
): Message {
  return {
    identities: rest.identities ?? [],
    header: {
      msg_id: randomUUID(),
      session,
      username: parent?.header.username ?? "flashlab",
      date: new Date().toISOString(),
      msg_type: type,
      version: PROTOCOL_VERSION,
    },
    parent: parent?.header ?? {},
    metadata: rest.metadata ?? {},
    content,
    buffers: rest.buffers ?? [],
  };
}

/** The frames of `message`: identities, delimiter, signature, four JSON documents, raw buffers. */
export function encode(message: Message, key: string): Uint8Array[] {
  const { header, parent, metadata, content } = message;
  const documents = [header, parent, metadata, content].map((part) => Buffer.from(JSON.stringify(part)));
  return [...message.identities, DELIMITER, Buffer.from(sign(documents, key)), ...documents, ...message.buffers];
}

/**
 * Reads the frames of one message.
 * @throws DataError if the delimiter or a part is missing, or the signature is not that of `key`.
 */
export function decode(frames: readonly Uint8Array[], key: string): Message {
  const buffers = frames.map((frame) => Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
  const start = buffers.findIndex((frame) => frame.equals(DELIMITER));
  if (start < 0 || buffers.length < start + 6) {
    throw new DataError("a message on a kernel channel is cut short", { value: buffers.length, place: "its frames" });
  }
  const documents = buffers.slice(start + 2, start + 6);
  const claimed = buffers[start + 1];
  const expected = Buffer.from(sign(documents, key));
  if (claimed.length !== expected.length || !timingSafeEqual(claimed, expected)) {
    throw new DataError("a message on a kernel channel has a wrong signature", {
      value: claimed.toString(),
      remedy: "Check that client and kernel read the same connection file.",
    });
  }
  const [header, parent, metadata, content] = documents.map((part) => JSON.parse(part.toString()));
  return { identities: buffers.slice(0, start), header, parent, metadata, content, buffers: buffers.slice(start + 6) };
}

/** HMAC-SHA256 over the four documents, in hexadecimal; empty if the connection has no key. */
function sign(documents: readonly Uint8Array[], key: string): string {
  if (key === "") return "";
  const hash = createHmac("sha256", key);
  for (const part of documents) hash.update(part);
  return hash.digest("hex");
}
