import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { throwIfAborted } from "../../errors";

/** A stretch of a file's text, in bytes (of the unpacked text, where the file is compressed). */
export interface Stretch {
  start: number;
  end: number;
}

/** What a file's bytes say of its records, without looking into fields. */
export interface CsvRecords {
  /** Records that can be read, the header's included; blank lines are none. */
  records: number;
  /** The lines, from 1, that open a quote which nothing closes: with them all the rest would be one field. */
  unclosed: number[];
  /** The same lines as stretches of the text; without them the file can be read. */
  cuts: Stretch[];
  /** Records before the first of these lines. */
  before: number;
}

/** How records are told apart: one byte each, the quote "" for none. */
export interface RecordRules {
  delimiter: string;
  quote: string;
  signal?: AbortSignal;
}

/** So many lines that open a quote for good are left out one by one; after that, quotes can't be trusted any more. */
const MOST_CUTS = 50;

/**
 * Counts the records of a CSV file byte by byte, by the rules that the reader goes by: a record ends at a line feed, a
 * carriage return or both, outside of quotes; a quote opens at the start of a field, is doubled to stand for itself,
 * and closes otherwise; text between a closing quote and the next delimiter may open another.
 *
 * A line that opens a quote which is still open at the end of the file is left out, and counting goes on after it. Where
 * that happens again and again, all the lines from there to the end are left out. A `.gz` file is unpacked on the way.
 */
export async function countRecords(path: string, rules: RecordRules): Promise<CsvRecords> {
  const found: CsvRecords = { records: 0, unclosed: [], cuts: [], before: 0 };
  let from: Position = { offset: 0, line: 1 };
  for (;;) {
    const counter = await count(path, from, rules);
    found.records += counter.records;
    const { open } = counter;
    if (open === undefined) return found;
    if (found.cuts.length === 0) found.before = found.records;
    if (found.cuts.length === MOST_CUTS) {
      const lines = await count(path, open.start, { ...rules, quote: "" }, (line) => found.unclosed.push(line));
      found.cuts.push({ start: open.start.offset, end: lines.offset });
      return found;
    }
    found.unclosed.push(open.start.line);
    found.cuts.push({ start: open.start.offset, end: open.next.offset });
    from = open.next;
  }
}

/** A file's text in parts, from an offset on. */
export async function* textOf(path: string, from = 0): AsyncGenerator<Buffer> {
  const packed = path.endsWith(".gz");
  const file = createReadStream(path, { highWaterMark: 1 << 20, start: packed ? 0 : from });
  const stream: Readable = packed ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => stream.destroy(error));
  let skip = packed ? from : 0;
  try {
    for await (const part of stream) {
      const bytes = part as Buffer;
      if (skip < bytes.length) yield skip === 0 ? bytes : bytes.subarray(skip);
      skip = Math.max(0, skip - bytes.length);
    }
  } finally {
    file.destroy();
  }
}

interface Position {
  offset: number;
  line: number;
}

async function count(
  path: string,
  from: Position,
  { delimiter, quote, signal }: RecordRules,
  onRecord?: (line: number) => void,
): Promise<RecordCounter> {
  const counter = new RecordCounter(from, delimiter.charCodeAt(0), quote === "" ? -1 : quote.charCodeAt(0), onRecord);
  for await (const bytes of textOf(path, from.offset)) {
    throwIfAborted(signal, "counting a file's records");
    counter.take(bytes);
  }
  counter.finish();
  return counter;
}

/** The states between two bytes. */
const BLANK = 0; // at the start of a record
const FIELD = 1; // at the start of a field
const PLAIN = 2; // in a field without quotes, where a quote is a character like others
const QUOTED = 3; // within quotes
const CLOSED = 4; // after a quote in quotes: the end, or the first of two
const LOOSE = 5; // in text after a closing quote, where another quote opens again

class RecordCounter {
  records = 0;
  offset: number;
  /** The record that the text ends in with a quote still open, beyond its first line: its start and the line after. */
  open?: { start: Position; next: Position };
  private state = BLANK;
  private line: number;
  private start: Position;
  private next: Position | undefined;
  private afterReturn = false;

  constructor(
    from: Position,
    private readonly delimiter: number,
    private readonly quote: number,
    private readonly onRecord?: (line: number) => void,
  ) {
    this.offset = from.offset;
    this.line = from.line;
    this.start = from;
  }

  take(bytes: Buffer): void {
    const { delimiter, quote } = this;
    // Bytes above all that mean something are passed over in a loop of their own: most of any file.
    const highest = Math.max(delimiter, quote, 13);
    const { length } = bytes;
    let { state, records, line, afterReturn } = this;
    for (let at = 0; at < length; at++) {
      let byte = bytes[at];
      if (state === PLAIN && byte > highest) {
        do at++;
        while (at < length && bytes[at] > highest);
        afterReturn = false;
        if (at === length) break;
        byte = bytes[at];
      }
      if (byte === 10 || byte === 13) {
        if (byte === 13 || !afterReturn) line++;
        afterReturn = byte === 13;
        if (state === QUOTED) {
          this.next ??= { offset: this.offset + at + 1, line };
          continue;
        }
        if (state !== BLANK) {
          records++;
          this.onRecord?.(this.start.line);
        }
        state = BLANK;
        continue;
      }
      afterReturn = false;
      if (state === QUOTED) {
        if (byte === quote) state = CLOSED;
        continue;
      }
      if (state === BLANK) {
        this.start = { offset: this.offset + at, line };
        this.next = undefined;
      }
      if (byte === delimiter) state = FIELD;
      else if (byte === quote) state = state === PLAIN ? PLAIN : QUOTED;
      else if (state === CLOSED) state = LOOSE;
      else if (state !== LOOSE) state = PLAIN;
    }
    Object.assign(this, { state, records, line, afterReturn });
    this.offset += length;
  }

  finish(): void {
    if (this.state === BLANK) return;
    if (this.state === QUOTED && this.next !== undefined) {
      this.open = { start: this.start, next: this.next };
      return;
    }
    this.records++;
    this.onRecord?.(this.start.line);
  }
}
