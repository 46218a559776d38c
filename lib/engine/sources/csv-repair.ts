import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { throwIfAborted } from "../../errors";
import { type Stretch, textOf } from "./csv-records";

/**
 * Hands `work` a copy of a file's text without these stretches (in order, apart from each other), and removes the copy
 * afterwards. It lies in the system's folder for temporary files.
 */
export async function withoutStretches<T>(
  path: string,
  cuts: readonly Stretch[],
  work: (copy: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const copy = join(tmpdir(), `flashlab-${process.pid}-${randomBytes(6).toString("hex")}.csv`);
  try {
    const file = await open(copy, "wx");
    try {
      let offset = 0;
      let next = 0;
      for await (const bytes of textOf(path)) {
        throwIfAborted(signal, "copying a file");
        for (let at = 0; at < bytes.length; ) {
          while (next < cuts.length && cuts[next].end <= offset + at) next++;
          const cut = next < cuts.length ? cuts[next] : { start: Infinity, end: Infinity };
          const inside = cut.start <= offset + at;
          const until = Math.min(bytes.length, (inside ? cut.end : cut.start) - offset);
          if (!inside) await file.write(bytes, at, until - at);
          at = until;
        }
        offset += bytes.length;
      }
    } finally {
      await file.close();
    }
    return await work(copy);
  } finally {
    await rm(copy, { force: true });
  }
}
