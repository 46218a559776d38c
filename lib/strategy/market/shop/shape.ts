import { DataError } from "../../../errors";

/** What a JSON value must look like: a type's name, "number?" for a number or null, [item], or named fields. */
export type Shape =
  | "number"
  | "number?"
  | "string"
  | "boolean"
  | readonly [Shape]
  | { readonly [field: string]: Shape };

/**
 * Throws {@link DataError}, naming the place, where a JSON value is not of a shape: a field missing, one too many, another
 * type, a number that isn't finite.
 */
export function checkShape(value: unknown, shape: Shape, place: string): void {
  if (typeof shape === "string") {
    const type = shape.replace("?", "");
    if (value === null && shape !== type) return;
    const right = type === "number" ? Number.isFinite(value) : typeof value === type;
    if (!right) throw mismatch(value, `a ${type}${shape === type ? "" : " or null"}`, place);
  } else if (Array.isArray(shape)) {
    if (!Array.isArray(value)) throw mismatch(value, "a list", place);
    value.forEach((item, i) => {
      checkShape(item, shape[0], `${place}[${i}]`);
    });
  } else {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw mismatch(value, "an object", place);
    const fields = shape as { readonly [field: string]: Shape };
    const found = value as Record<string, unknown>;
    for (const field of Object.keys(found))
      if (!Object.hasOwn(fields, field))
        throw new DataError("a document has a field that isn't known", {
          value: field,
          place,
          remedy: `Known are: ${Object.keys(fields).join(", ")}.`,
        });
    for (const [field, inner] of Object.entries(fields)) {
      if (!Object.hasOwn(found, field))
        throw new DataError("a document lacks a field", { value: field, place, remedy: `Add ${place}.${field}.` });
      checkShape(found[field], inner, `${place}.${field}`);
    }
  }
}

function mismatch(value: unknown, wanted: string, place: string): DataError {
  return new DataError(`expected ${wanted}`, { value, place, remedy: "Correct the document, or save it anew." });
}

/** Reads JSON text. Throws {@link DataError} where it is none, or not of the format and version. */
export function readDocument(text: string, format: string, version: number): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new DataError("this is not JSON", { value: text.slice(0, 60), place: format, cause });
  }
  const { format: found, version: had } = (document ?? {}) as { format?: unknown; version?: unknown };
  if (found !== format)
    throw new DataError("this is another kind of document", {
      value: found ?? null,
      place: "format",
      remedy: `Expected "${format}".`,
    });
  if (had !== version)
    throw new DataError("this document has a version that can't be read", {
      value: had ?? null,
      place: "version",
      remedy: `Versions that can be: ${version}.`,
    });
  return document as Record<string, unknown>;
}
