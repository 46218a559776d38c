import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "./language";
import type { Content } from "./messages";

/** The complete_reply: names, or within an import's quotes the files to import. */
export function complete(language: Language, { code, cursor_pos }: Content): Content {
  const text = String(code);
  const cursor = toUnits(text, cursor_pos);
  const { start, end, candidates } =
    completeImportPath(text.slice(0, cursor), text.slice(cursor)) ?? language.complete(text, cursor);
  return {
    status: "ok",
    matches: candidates,
    cursor_start: toPoints(text, start),
    cursor_end: toPoints(text, end),
    metadata: {},
  };
}

/** The inspect_reply: type and documentation of what the cursor is on, or just behind. */
export function inspect(language: Language, { code, cursor_pos }: Content): Content {
  const text = describe(language, String(code), toUnits(String(code), cursor_pos));
  return {
    status: "ok",
    found: text !== undefined,
    data: text === undefined ? {} : { "text/plain": text },
    metadata: {},
  };
}

/** Type and documentation of what stands at `position`, or just before it. */
export function describe(language: Language, code: string, position: number): string | undefined {
  const info = language.inspect(code, position) ?? (position > 0 ? language.inspect(code, position - 1) : undefined);
  if (!info) return undefined;
  const { displayParts = [], documentation = [], tags = [] } = info;
  const notes = tags.map(({ name, text = [] }) => `@${name} ${joinParts(text)}`.trimEnd());
  const paragraphs = [joinParts(displayParts), joinParts(documentation), notes.join("\n")];
  return paragraphs.filter((paragraph) => paragraph !== "").join("\n\n");
}

function joinParts(parts: readonly { text: string }[]): string {
  const text = parts.map((part) => part.text).join("");
  return text.replace(
    /\{@link(?:code|plain)?\s+([^}|]+?)(?:\s*\|\s*([^}]+))?\s*\}/g,
    (_, target, label) => label ?? target,
  );
}

/** The name that a cell like `?tf.tensor` or `tf.tensor?` asks about. */
export function helpQuery(code: string): string | undefined {
  const match = /^\s*(?:\?\s*([\w$.]+)|([\w$.]+)\s*\?)\s*$/.exec(code);
  return match?.[1] ?? match?.[2];
}

/** The is_complete_reply. */
export function isComplete(language: Language, { code }: Content): Content {
  const { ts, isCompleteCode } = language.tools;
  const text = String(code);
  const { completed, indent } = isCompleteCode(text);
  if (!completed) return { status: "incomplete", indent: indent ?? "" };
  const source = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest) as {
    parseDiagnostics?: { code: number }[];
  };
  const codes = (source.parseDiagnostics ?? []).map((diagnostic) => diagnostic.code);
  if (codes.length === 0) return { status: "complete" };
  return codes.some((found) => UNTERMINATED.has(found)) ? { status: "incomplete", indent: "" } : { status: "invalid" };
}

/** The compiler's numbers for a comment and a template that have no end yet. */
const UNTERMINATED = new Set([1010, 1160]);

/** Files and folders that fit an import's unfinished path, e.g. after `from "./lib/da`. */
function completeImportPath(before: string, after: string) {
  const typed = /\b(?:from|import|require\()\s*(["'])(\.{1,2}\/[^"'\n]*)$/.exec(before)?.[2];
  if (typed === undefined) return undefined;
  const cut = typed.lastIndexOf("/") + 1;
  const name = typed.slice(cut);
  const rest = /^[\w.-]*/.exec(after)?.[0].length ?? 0;
  return {
    start: before.length - name.length,
    end: before.length + rest,
    candidates: importables(typed.slice(0, cut)).filter((found) => found.startsWith(name)),
  };
}

function importables(folder: string): string[] {
  let entries: import("node:fs").Dirent[];
  try {
    entries = readdirSync(join(process.cwd(), folder), { withFileTypes: true });
  } catch {
    return [];
  }
  const names = entries.flatMap((entry) => {
    if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
    if (entry.isDirectory()) return [entry.name];
    const source = /^(.+?)(?:\.d)?\.[cm]?tsx?$/.exec(entry.name)?.[1];
    return source ? [source] : /\.c?js$|\.json$/.test(entry.name) ? [entry.name] : [];
  });
  return [...new Set(names)].sort();
}

/** Jupyter counts characters (code points), JavaScript 16-bit units. */
function toUnits(text: string, points: unknown): number {
  return typeof points === "number" ? [...text].slice(0, points).join("").length : text.length;
}

function toPoints(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}
