import { inspect } from "node:util";
import type { Diagnostic } from "tslab/dist/converter";
import type { Positions } from "./positions";

/** The content of an `error` message. */
export interface Failure {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** What ends a cell that was interrupted. */
export class Interrupted extends Error {
  constructor() {
    super("the cell was interrupted");
    this.name = "Interrupted";
    this.stack = undefined;
  }
}

/** A cell that the compiler rejects. */
export class CompileError extends Error {
  constructor(
    readonly source: string,
    readonly code: string,
    readonly diagnostics: readonly Diagnostic[],
  ) {
    super(`${diagnostics[0].messageText} (TS${diagnostics[0].code})`);
    this.name = "CompileError";
  }
}

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const gray = (text: string) => `\u001b[90m${text}\u001b[39m`;

/** Turns whatever was thrown into an `error` message's content, with the cell's own lines. */
export function describeFailure(thrown: unknown, positions: Positions): Failure {
  if (thrown instanceof CompileError) return describeCompileError(thrown);
  if (!isError(thrown)) {
    const ename =
      thrown === null || typeof thrown !== "object" ? typeof thrown : (thrown.constructor?.name ?? "Object");
    const evalue = typeof thrown === "string" ? thrown : inspect(thrown, { depth: 3 });
    return { ename, evalue, traceback: [`${red("Thrown")}: ${evalue}`] };
  }
  const { ename, evalue } = nameOf(thrown);
  return { ename, evalue, traceback: [...describeChain(thrown, positions, new Set())] };
}

function* describeChain(error: Error, positions: Positions, seen: Set<unknown>): Generator<string> {
  seen.add(error);
  const { ename, evalue } = nameOf(error);
  yield `${red(ename)}: ${evalue}`;
  const frames = framesOf(error);
  const inCell = frames.map(placeInCell).find((place) => place !== undefined);
  if (inCell) {
    const code = positions.codeOf(inCell.source);
    if (code !== undefined) yield excerpt(code, inCell.source, inCell.line, inCell.column);
  }
  for (const frame of frames) yield gray(`    at ${frame}`);
  const { errors, cause } = error as { errors?: unknown; cause?: unknown };
  for (const inner of Array.isArray(errors) ? errors : []) yield* describeInner("One of:", inner, positions, seen);
  if (cause !== undefined) yield* describeInner("Caused by:", cause, positions, seen);
}

function* describeInner(label: string, inner: unknown, positions: Positions, seen: Set<unknown>): Generator<string> {
  if (seen.has(inner)) return;
  yield label;
  if (isError(inner)) yield* describeChain(inner, positions, seen);
  else yield inspect(inner, { depth: 2 });
}

function describeCompileError({ source, code, diagnostics, message }: CompileError): Failure {
  const traceback = diagnostics.flatMap((found, index) => {
    const { start, end, messageText, fileName } = found;
    const before = diagnostics[index - 1];
    // A message that goes into detail comes as further diagnostics of the very same place.
    if (before && before.start.offset === start.offset && before.end.offset === end.offset && !fileName) {
      return [`  ${messageText}`];
    }
    const place = `${fileName ?? source}:${start.line + 1}:${start.character + 1}`;
    const head = `${red(`error TS${found.code}`)}: ${messageText} ${gray(place)}`;
    const width = end.line === start.line ? end.character - start.character : 1;
    return fileName ? [head] : [head, excerpt(code, source, start.line + 1, start.character + 1, width)];
  });
  return { ename: "CompileError", evalue: message, traceback };
}

/** The offending line between its neighbours, with a caret below. */
function excerpt(code: string, source: string, line: number, column: number, width = 1): string {
  const lines = code.split("\n");
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 2);
  const digits = String(last).length;
  const shown = [gray(`  ${source}, line ${line}`)];
  for (let at = first; at <= last; at++) {
    const mark = at === line ? ">" : " ";
    shown.push(`${mark} ${String(at).padStart(digits)} | ${lines[at - 1]}`);
    if (at === line)
      shown.push(`  ${" ".repeat(digits)} | ${" ".repeat(column - 1)}${red("^".repeat(Math.max(1, width)))}`);
  }
  return shown.join("\n");
}

function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

function nameOf(error: Error): { ename: string; evalue: string } {
  return { ename: String(error.name || error.constructor?.name || "Error"), evalue: String(error.message) };
}

/** Frames that concern the reader: neither Node's own, nor tslab's, nor the kernel's. */
function framesOf(error: Error): string[] {
  const lines = String(error.stack ?? "").split("\n");
  const frames = lines.filter((line) => /^\s+at /.test(line)).map((line) => line.trim().slice(3));
  return frames.filter((frame) => !/\bnode:|[\\/]tslab[\\/]dist[\\/]|[\\/]lib[\\/]kernel[\\/]|^process\./.test(frame));
}

function placeInCell(frame: string): { source: string; line: number; column: number } | undefined {
  const match = /(cell \[[^\]]*\]):(\d+):(\d+)/.exec(frame);
  return match ? { source: match[1], line: Number(match[2]), column: Number(match[3]) } : undefined;
}
