import { createHash } from "node:crypto";
import type { Dialect } from "../../engine/index";

const BLOCK = 64;

/** A key's two blocks of HMAC-SHA-256, in hexadecimal: (key ⊕ 0x36…) and (key ⊕ 0x5c…). As secret as the key. */
export interface HmacBlocks {
  inner: string;
  outer: string;
}

/** The blocks of a key of any length; one of more than 64 bytes is hashed first (RFC 2104, 2). */
export function hmacBlocks(key: Uint8Array): HmacBlocks {
  const block = Buffer.alloc(BLOCK);
  block.set(key.length > BLOCK ? createHash("sha256").update(key).digest() : key);
  const xor = (pad: number) => block.map((byte) => byte ^ pad);
  return { inner: Buffer.from(xor(0x36)).toString("hex"), outer: Buffer.from(xor(0x5c)).toString("hex") };
}

/**
 * SQL of HMAC-SHA-256 of a blob, as 64 lower-case hexadecimal digits, on every engine that has SHA-256:
 * H(outer ‖ H(inner ‖ message)), RFC 2104. `inner` and `outer` are expressions for the texts of {@link hmacBlocks}: bind
 * them, so that no statement holds them.
 */
export function hmacSql(dialect: Dialect, message: string, { inner, outer }: HmacBlocks): string {
  const first = dialect.sha256(`${dialect.unhex(inner)} || ${message}`);
  return dialect.sha256(`${dialect.unhex(outer)} || ${dialect.unhex(first)}`);
}
