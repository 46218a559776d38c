import { createHash } from "node:crypto";

/**
 * `sha256:…` of the bytes of typed arrays, each preceded by its kind and length: names the data that a run learned from. The
 * same numbers of another kind have another digest.
 */
export function digestArrays(...arrays: readonly ArrayBufferView[]): string {
  const hash = createHash("sha256");
  for (const array of arrays) {
    hash.update(`${array.constructor.name} ${array.byteLength}\n`);
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return `sha256:${hash.digest("hex")}`;
}
