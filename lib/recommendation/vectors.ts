import { InputError, requireInteger } from "../errors";
import { findEntry, type SparseMatrix } from "../sparse/index";

/** A vector for each item (or user): of a text, an image, attributes, or a factorisation. */
export interface Vectors {
  count: number;
  /** Numbers in each vector. */
  width: number;
  /** One vector after another, [count × width]. */
  values: Float32Array;
}

/** Checks that vectors have the shape that they say and returns them. Throws {@link InputError} for another length. */
export function checkVectors(vectors: Vectors, place = "vectors"): Vectors {
  const count = requireInteger(vectors.count, `${place}.count`, 0);
  const width = requireInteger(vectors.width, `${place}.width`, 1);
  if (vectors.values.length !== count * width)
    throw new InputError(`${count} vectors of width ${width} take ${count * width} numbers`, {
      value: vectors.values.length,
      place: `${place}.values`,
    });
  const wrong = vectors.values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new InputError("vectors are finite numbers", {
      value: vectors.values[wrong],
      place: `${place}, row ${Math.floor(wrong / width)}, column ${wrong % width}`,
    });
  return vectors;
}

/** The same directions with length 1, so that a dot product is a cosine; a vector of zeros stays one. */
export function unitVectors({ count, width, values }: Vectors): Vectors {
  const scaled = new Float32Array(values.length);
  for (let row = 0; row < count; row++) {
    const start = row * width;
    let squares = 0;
    for (let at = start; at < start + width; at++) squares += values[at] ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let at = start; at < start + width; at++) scaled[at] = values[at] * scale;
  }
  return { count, width, values: scaled };
}

/** The vectors with the given numbers, in that order. */
export function selectVectors({ count, width, values }: Vectors, rows: ArrayLike<number>): Vectors {
  const selected = new Float32Array(rows.length * width);
  for (let at = 0; at < rows.length; at++) {
    const start = requireInteger(rows[at], `rows[${at}]`, 0, count - 1) * width;
    selected.set(values.subarray(start, start + width), at * width);
  }
  return { count: rows.length, width, values: selected };
}

/** Vectors side by side, each table's multiplied by its weight: what was told apart by any is told apart by all together. */
export function joinVectors(tables: readonly { vectors: Vectors; weight?: number }[]): Vectors {
  const count = tables[0]?.vectors.count ?? 0;
  const width = tables.reduce((sum, { vectors }) => sum + vectors.width, 0);
  const values = new Float32Array(count * width);
  let column = 0;
  for (const [at, { vectors, weight = 1 }] of tables.entries()) {
    if (vectors.count !== count)
      throw new InputError(`every table has ${count} vectors`, { value: vectors.count, place: `tables[${at}]` });
    for (let row = 0; row < count; row++)
      for (let i = 0; i < vectors.width; i++)
        values[row * width + column + i] = weight * vectors.values[row * vectors.width + i];
    column += vectors.width;
  }
  return { count, width, values };
}

/**
 * Attributes as vectors: a 1 in the column of the item's value (a category, a brand, a price band) of each attribute.
 * A missing value (null or undefined) is 0 everywhere. Columns are in order of first appearance.
 *
 * @param attributes each [items]
 */
export function attributeVectors(...attributes: readonly (readonly (string | null | undefined)[])[]): Vectors {
  const count = attributes[0]?.length ?? 0;
  const columns = attributes.map((values, at) => {
    if (values.length !== count)
      throw new InputError(`every attribute has ${count} values`, { value: values.length, place: `attributes[${at}]` });
    const columnOf = new Map<string, number>();
    for (const value of values)
      if (value !== null && value !== undefined && !columnOf.has(value)) columnOf.set(value, columnOf.size);
    return columnOf;
  });
  const width = Math.max(
    1,
    columns.reduce((sum, { size }) => sum + size, 0),
  );
  const values = new Float32Array(count * width);
  let start = 0;
  for (const [at, columnOf] of columns.entries()) {
    attributes[at].forEach((value, item) => {
      const column = value === null || value === undefined ? undefined : columnOf.get(value);
      if (column !== undefined) values[item * width + start + column] = 1;
    });
    start += columnOf.size;
  }
  return { count, width, values };
}

/** Cosine of two items' vectors; 0 where either is all zeros. */
export function vectorSimilarity(vectors: Vectors): (one: number, other: number) => number {
  const { width, values } = unitVectors(checkVectors(vectors));
  return (one, other) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += values[one * width + i] * values[other * width + i];
    return sum;
  };
}

/** Similarity of two items as a symmetric sparse matrix has it, such as that of neighbours; 1 for an item with itself. */
export function sparseSimilarity(matrix: SparseMatrix): (one: number, other: number) => number {
  const entry = (row: number, column: number) => {
    const at = findEntry(matrix, row, column);
    return at < 0 ? 0 : matrix.values[at];
  };
  // Only each row's largest are kept: a pair may stand in one of the two rows alone.
  return (one, other) => (one === other ? 1 : Math.max(entry(one, other), entry(other, one)));
}
