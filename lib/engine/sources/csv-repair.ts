import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { throwIfAborted } from "../../errors";
import { textOf } from "./csv-records";

/**
 * Hands `work` a copy of a file's text without these stretches (in order, apart from each other), and with line feeds
 * for carriage returns that stand alone outside of the copy's quotes, where asked. The copy is removed afterwards; it lies in
 * the system's folder for temporary files.
 */
export async function withRepaired<T>(
  path: string,
  { cuts, rules, evenEnds, signal }: RepairPlan,
  work: (copy: string) => Promise<T>,
): Promise<T> {
  const copy = join(tmpdir(), `flashlab-${process.pid}-${randomBytes(6).toString("hex")}.csv`);
  try {
    const file = await open(copy, "wx");
    try {
      const ends = evenEnds ? new EndEvener(rules) : undefined;
      for await (const bytes of withoutCuts(path, cuts)) {
        throwIfAborted(signal, "copying a file");
        await file.write(ends === undefined ? bytes : ends.take(bytes));
      }
      if (ends !== undefined) await file.write(ends.finish());
    } finally {
      await file.close();
    }
    return await work(copy);
  } finally {
    await rm(copy, { force: true });
  }
}

/** What {@link withRepaired} changes. */
export interface RepairPlan {
  cuts: readonly { start: number; end: number }[];
  rules: { delimiter: string; quote: string };
  evenEnds: boolean;
  signal?: AbortSignal;
}

async function* withoutCuts(path: string, cuts: RepairPlan["cuts"]): AsyncGenerator<Buffer> {
  let offset = 0;
  let next = 0;
  for await (const bytes of textOf(path)) {
    for (let at = 0; at < bytes.length; ) {
      while (next < cuts.length && cuts[next].end <= offset + at) next++;
      const cut = next < cuts.length ? cuts[next] : { start: Infinity, end: Infinity };
      const inside = cut.start <= offset + at;
      const until = Math.min(bytes.length, (inside ? cut.end : cut.start) - offset);
      if (!inside) yield bytes.subarray(at, until);
      at = until;
    }
    offset += bytes.length;
  }
}

/**
 * Puts a line feed for each carriage return outside of quotes that no line feed follows. In text without broken records
 * a quote at the start of a field opens, and every other one after it closes or opens: counting them is enough.
 */
class EndEvener {
  private readonly quote: number;
  private readonly delimiter: number;
  private held = false;
  private quoted = false;
  private plain = false;

  constructor({ delimiter, quote }: RepairPlan["rules"]) {
    this.delimiter = delimiter.charCodeAt(0);
    this.quote = quote === "" ? -1 : quote.charCodeAt(0);
  }

  take(bytes: Buffer): Buffer {
    const out = Buffer.alloc(bytes.length + 1);
    let to = 0;
    for (const byte of bytes) {
      if (this.held) out[to++] = byte === 10 ? 13 : 10;
      this.held = byte === 13 && !this.quoted;
      if (!this.held) out[to++] = byte;
      this.look(byte);
    }
    return out.subarray(0, to);
  }

  finish(): Buffer {
    return Buffer.from(this.held ? "\n" : "");
  }

  /** `plain`: in a field that didn't begin with a quote, where quotes mean nothing. */
  private look(byte: number): void {
    if (byte === this.quote && !this.plain) this.quoted = !this.quoted;
    else if (!this.quoted) this.plain = byte !== this.delimiter && byte !== 10 && byte !== 13;
  }
}
