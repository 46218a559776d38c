import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DataError, throwIfAborted } from "../../errors";

/** A record whose quotes can't be right, with the stretch of the text that it takes, in bytes. */
export interface BrokenRecord {
  start: number;
  end: number;
  /** Its first line, from 1, and how many lines it takes. */
  line: number;
  lines: number;
  reason: string;
}

/** What a file's bytes say of its records, without looking into fields. */
export interface CsvRecords {
  /** Records that can be read, the header's included; blank lines are none. */
  records: number;
  /** Records that can't, in their order; without them the file can be read. */
  broken: BrokenRecord[];
  /** Records before the first broken one. */
  before: number;
  /** Whether some line ends are a carriage return alone, and others have a line feed. */
  mixedEnds: boolean;
}

/** How records are told apart: one byte each, the quote "" for none. */
export interface RecordRules {
  delimiter: string;
  quote: string;
  signal?: AbortSignal;
}

const UNCLOSED = "a quote is opened here and never closed";
const LOOSE_TEXT = "text between a closing quote and the end of its field";

/** So many lines that open a quote for good are left out one by one; after that, quotes can't be trusted any more. */
const MOST_UNCLOSED = 50;
/** A file with more broken records than this isn't one of this layout. */
const MOST_BROKEN = 1_000_000;

/**
 * Counts the records of a CSV file byte by byte, by the rules that the reader goes by: a record ends at a line feed, a
 * carriage return or both, outside of quotes; a quote opens at the start of a field, is doubled to stand for itself,
 * and closes otherwise; text between a closing quote and the next delimiter may open another.
 *
 * Broken are records with text between a closing quote and the next delimiter, and a line that opens a quote which is
 * still open at the end of the file: counting goes on after that line. Where this happens again and again, all the
 * lines from there to the end are broken. A `.gz` file is unpacked on the way.
 *
 * Throws DataError where more than a million records are broken.
 */
export async function countRecords(path: string, rules: RecordRules): Promise<CsvRecords> {
  const found: CsvRecords = { records: 0, broken: [], before: 0, mixedEnds: false };
  const add = (record: BrokenRecord, before: number) => {
    if (found.broken.length === 0) found.before = before;
    if (found.broken.push(record) <= MOST_BROKEN) return;
    throw new DataError(`more than ${MOST_BROKEN} records have quotes that can't be right`, {
      place: path,
      remedy: 'Read it without quotes (quote: ""), or with the quote that it has.',
    });
  };
  let from: Position = { offset: 0, line: 1 };
  let [returns, feeds] = [0, 0];
  for (let unclosed = 0; ; unclosed++) {
    const counter = await count(path, from, rules, LOOSE_TEXT, (record, good) => add(record, found.records + good));
    found.records += counter.records;
    [returns, feeds] = [returns + counter.returns, feeds + counter.feeds];
    found.mixedEnds = returns > 0 && feeds > 0;
    const { open } = counter;
    if (open === undefined) return found;
    if (unclosed === MOST_UNCLOSED) {
      await count(path, open.start, { ...rules, quote: "" }, UNCLOSED, (record) => add(record, found.records));
      return found;
    }
    const { start, next } = open;
    const line = { start: start.offset, end: next.offset, line: start.line, lines: next.line - start.line };
    add({ ...line, reason: UNCLOSED }, found.records);
    from = next;
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
  reason: string,
  onBroken: OnBroken,
): Promise<RecordCounter> {
  const [between, around] = [delimiter.charCodeAt(0), quote === "" ? -1 : quote.charCodeAt(0)];
  const counter = new RecordCounter(from, between, around, reason, onBroken);
  for await (const bytes of textOf(path, from.offset)) {
    throwIfAborted(signal, "counting a file's records");
    counter.take(bytes);
  }
  counter.finish();
  return counter;
}

/** Told of a broken record, and how many good ones came before it. */
type OnBroken = (record: BrokenRecord, good: number) => void;

/** The states between two bytes. */
const BLANK = 0; // at the start of a record
const FIELD = 1; // at the start of a field
const PLAIN = 2; // in a field without quotes, where a quote is a character like others
const QUOTED = 3; // within quotes
const CLOSED = 4; // after a quote in quotes: the end, or the first of two
const LOOSE = 5; // in text after a closing quote, where another quote opens again

class RecordCounter {
  /** Good records. */
  records = 0;
  /** Line ends outside of quotes that are a carriage return alone, and those with a line feed. */
  returns = 0;
  feeds = 0;
  /** The record that the text ends in with a quote still open, beyond its first line: its start and the line after. */
  open?: { start: Position; next: Position };
  private offset: number;
  private state = BLANK;
  private line: number;
  private start: Position;
  private next: Position | undefined;
  private loose = false;
  private afterReturn = false;

  constructor(
    from: Position,
    private readonly delimiter: number,
    private readonly quote: number,
    private readonly reason: string,
    private readonly onBroken: OnBroken,
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
    let { state, afterReturn } = this;
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
        if (byte === 13 || !afterReturn) this.line++;
        if (state === QUOTED) {
          this.next ??= { offset: this.offset + at + 1, line: this.line };
          afterReturn = byte === 13;
          continue;
        }
        if (byte === 13) this.returns++;
        else {
          this.feeds++;
          if (afterReturn && state === BLANK) this.returns--;
        }
        if (state !== BLANK) this.end(this.offset + at + 1);
        state = BLANK;
        afterReturn = byte === 13;
        continue;
      }
      afterReturn = false;
      if (state === QUOTED) {
        if (byte === quote) state = CLOSED;
        continue;
      }
      if (state === BLANK) {
        this.start = { offset: this.offset + at, line: this.line };
        this.next = undefined;
        this.loose = false;
      }
      if (byte === delimiter) state = FIELD;
      else if (byte === quote) state = state === PLAIN ? PLAIN : QUOTED;
      else if (state === CLOSED) {
        state = LOOSE;
        this.loose = true;
      } else if (state !== LOOSE) state = PLAIN;
    }
    Object.assign(this, { state, afterReturn });
    this.offset += length;
  }

  finish(): void {
    if (this.state === QUOTED && this.next !== undefined) this.open = { start: this.start, next: this.next };
    else if (this.state !== BLANK) {
      this.line++;
      this.end(this.offset);
    }
  }

  /** A record ends before this byte. */
  private end(end: number): void {
    if (!this.loose && this.reason !== UNCLOSED) this.records++;
    else {
      const { offset: start, line } = this.start;
      this.onBroken({ start, end, line, lines: this.line - line, reason: this.reason }, this.records);
    }
  }
}
