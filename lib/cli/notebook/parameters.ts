import { InputError } from "../../errors";
import type { Notebook } from "./file";

/** A parameter's value: what a literal can say. */
export type Parameter = number | string | boolean;

/** `let name: type = literal;`, with the literal and what follows apart. */
const ASSIGNMENT =
  /^(\s*(?:let|const)\s+([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=\s*)(true|false|-?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(\s*;?.*)$/;

/** The values in the notebook's `parameters` cell, by name; none without such a cell. */
export function readParameters(notebook: Notebook): Record<string, Parameter> {
  const values: Record<string, Parameter> = {};
  for (const line of parametersCell(notebook)?.source.split("\n") ?? []) {
    const match = line.match(ASSIGNMENT);
    if (match) values[match[2]] = literalValue(match[3]);
  }
  return values;
}

/**
 * Sets values in the notebook's `parameters` cell, so that the executed notebook shows what it ran with.
 * Throws InputError for a name that the cell lacks or a value of another kind than the one there.
 */
export function setParameters(notebook: Notebook, values: Record<string, Parameter>): void {
  const known = readParameters(notebook);
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known).join(", ") || "none";
      throw new InputError("the notebook has no such parameter", { value: name, remedy: `It has: ${names}.` });
    }
    if (typeof known[name] !== typeof value)
      throw new InputError(`parameter ${name} is a ${typeof known[name]}`, {
        value,
        remedy: `Give a ${typeof known[name]}, such as ${JSON.stringify(known[name])}.`,
      });
  }
  const cell = parametersCell(notebook);
  if (!cell) return;
  cell.source = cell.source
    .split("\n")
    .map((line) => {
      const [, before, name, , after] = line.match(ASSIGNMENT) ?? [];
      return name !== undefined && Object.hasOwn(values, name) ? before + JSON.stringify(values[name]) + after : line;
    })
    .join("\n");
}

/** Reads `name=value` as given on a command line: true, false and numbers are such, all else is text. */
export function parseParameter(text: string): [name: string, value: Parameter] {
  const [, name, value] = text.match(/^([A-Za-z_$][\w$]*)=(.*)$/s) ?? [];
  if (name === undefined)
    throw new InputError("a parameter is given as name=value", {
      value: text,
      place: "-p",
      remedy: "As in -p seed=7.",
    });
  if (value === "true" || value === "false") return [name, value === "true"];
  const number = Number(value);
  return [name, value.trim() !== "" && Number.isFinite(number) ? number : value];
}

function parametersCell(notebook: Notebook) {
  return notebook.cells.find((cell) => cell.cell_type === "code" && cell.metadata.tags?.includes("parameters"));
}

function literalValue(literal: string): Parameter {
  if (literal === "true" || literal === "false") return literal === "true";
  if (literal[0] === '"') return JSON.parse(literal) as string;
  if (literal[0] === "'") return JSON.parse(`"${literal.slice(1, -1).replaceAll("\\'", "'").replaceAll('"', '\\"')}"`);
  return Number(literal.replaceAll("_", ""));
}
