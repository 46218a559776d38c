import type { MimeBundle } from "../host";
import { escapeHtml } from "./escape";
import { count, significant } from "./number";

/** The part of a TensorFlow.js tensor that showing it needs. */
export interface TensorLike {
  readonly shape: number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed?: boolean;
  data(): Promise<ArrayLike<number | string>>;
}

const FIRST = 8;

/** Recognises a TensorFlow.js tensor or variable by its fields, so that no backend has to be loaded. */
export function isTensor(value: unknown): value is TensorLike {
  if (typeof value !== "object" || value === null) return false;
  const tensor = value as Partial<TensorLike> & { dataSync?: unknown };
  return (
    Array.isArray(tensor.shape) &&
    typeof tensor.dtype === "string" &&
    typeof tensor.size === "number" &&
    typeof tensor.data === "function" &&
    typeof tensor.dataSync === "function"
  );
}

/** A tensor's type, shape and size, its smallest, mean and largest value, how many are NaN, and its first values. */
export async function tensorBundle(tensor: TensorLike): Promise<MimeBundle> {
  const facts = tensor.isDisposed ? [["disposed", "its memory was given back"]] : await summary(tensor);
  const title = `Tensor ${tensor.dtype} [${tensor.shape.join(" × ")}]`;
  const rows = facts.map(([name, value]) => `<tr><th scope="row">${name}</th><td>${escapeHtml(value)}</td></tr>`);
  return {
    "text/html": `<table class="flashlab-tensor"><caption>${escapeHtml(title)}</caption><tbody>${rows.join("")}</tbody></table>`,
    "text/plain": [title, ...facts.map(([name, value]) => `  ${name.padEnd(7)} ${value}`)].join("\n"),
  };
}

async function summary(tensor: TensorLike): Promise<string[][]> {
  const values = await tensor.data();
  const first = Array.from({ length: Math.min(FIRST, values.length) }, (_, i) => values[i]);
  const more = values.length > FIRST ? ", …" : "";
  const shown = first.map((value) => (typeof value === "string" ? JSON.stringify(value) : significant(Number(value))));
  const facts = [
    ["values", count(tensor.size)],
    ["first", `${shown.join(", ")}${more}`],
  ];
  return tensor.dtype === "string" ? facts : [...facts, ...moments(values as ArrayLike<number>)];
}

/** Smallest, mean and largest over the values that are numbers, and how many are not. */
function moments(values: ArrayLike<number>): string[][] {
  let low = Infinity;
  let high = -Infinity;
  let total = 0;
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    if (value < low) low = value;
    if (value > high) high = value;
    total += value;
  }
  const present = values.length - missing;
  const range = [
    ["min", significant(low)],
    ["mean", significant(total / present)],
    ["max", significant(high)],
  ];
  return [...(present === 0 ? [] : range), ["NaN", count(missing)]];
}
