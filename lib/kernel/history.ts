import type { Content } from "./messages";

interface Entry {
  line: number;
  input: string;
  output: string | null;
}

/** The session's number in replies: the kernel remembers its own session only. */
const SESSION = 1;

/** What was run in this session, and what came out. */
export class History {
  private readonly entries: Entry[] = [];

  add(line: number, input: string): void {
    this.entries.push({ line, input, output: null });
  }

  /** Notes the result of the latest input, as text. */
  setOutput(output: string): void {
    const last = this.entries.at(-1);
    if (last) last.output = output;
  }

  /** The history_reply to a request of kind tail, range or search. */
  reply(request: Content): Content {
    const rows = this.select(request).map(({ line, input, output }) => [
      SESSION,
      line,
      request.output ? [input, output] : input,
    ]);
    return { status: "ok", history: rows };
  }

  private select({ hist_access_type, n, session, start, stop, pattern, unique }: Content): Entry[] {
    if (hist_access_type === "tail") return last(this.entries, n);
    if (hist_access_type === "range") {
      // 0 is the current session, negative numbers are earlier ones.
      if (session !== undefined && session !== 0 && session !== SESSION) return [];
      const from = typeof start === "number" ? start : 1;
      const to = typeof stop === "number" ? stop : Number.POSITIVE_INFINITY;
      return this.entries.filter(({ line }) => line >= from && line < to);
    }
    const glob = globExpression(typeof pattern === "string" ? pattern : "*");
    const found = this.entries.filter(({ input }) => glob.test(input));
    return last(unique ? latestOfEach(found) : found, n);
  }
}

function last(entries: Entry[], n: unknown): Entry[] {
  return typeof n === "number" ? entries.slice(Math.max(0, entries.length - n)) : entries;
}

function latestOfEach(entries: Entry[]): Entry[] {
  return entries.filter(({ input }, index) => !entries.slice(index + 1).some((later) => later.input === input));
}

/** `*` stands for any text, `?` for one character, as in SQLite's GLOB which Jupyter's own kernel uses. */
function globExpression(glob: string): RegExp {
  const literal = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replace(/\*/g, "[^]*").replace(/\?/g, "[^]")}$`);
}
