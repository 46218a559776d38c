/** A matrix inside an array: entry (i, j) is at `first + i · down + j · across`. */
export interface MatrixView {
  data: Float64Array;
  first: number;
  down: number;
  across: number;
}

/**
 * C = A B, or C += A B with `add`: A of [rows × inner], B of [inner × columns]. A transposed matrix is one whose `down`
 * and `across` are exchanged.
 *
 * Two rows by four columns at a time, so that each number read is used several times from a register. In plain
 * JavaScript, since the matrices of the networks here are so small (64 × 64) that calling a library would cost more
 * than the multiplications.
 */
export function multiply(
  ...[rows, columns, inner, a, b, c, add = false]: [
    rows: number,
    columns: number,
    inner: number,
    a: MatrixView,
    b: MatrixView,
    c: MatrixView,
    add?: boolean,
  ]
): void {
  const { data: A, down: aDown, across: aAcross } = a;
  const { data: B, down: bDown, across: bAcross } = b;
  const { data: C, down: cDown, across: cAcross } = c;
  if (!add) for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) C[c.first + i * cDown + j * cAcross] = 0;
  let i = 0;
  for (; i + 1 < rows; i += 2) {
    const top = a.first + i * aDown;
    let j = 0;
    for (; j + 3 < columns; j += 4) {
      const to = c.first + i * cDown + j * cAcross;
      const below = to + cDown;
      let p0 = 0;
      let p1 = 0;
      let p2 = 0;
      let p3 = 0;
      let q0 = 0;
      let q1 = 0;
      let q2 = 0;
      let q3 = 0;
      let p = top;
      let w = b.first + j * bAcross;
      for (let k = 0; k < inner; k++, p += aAcross, w += bDown) {
        const u = A[p];
        const v = A[p + aDown];
        const w0 = B[w];
        const w1 = B[w + bAcross];
        const w2 = B[w + 2 * bAcross];
        const w3 = B[w + 3 * bAcross];
        p0 += u * w0;
        p1 += u * w1;
        p2 += u * w2;
        p3 += u * w3;
        q0 += v * w0;
        q1 += v * w1;
        q2 += v * w2;
        q3 += v * w3;
      }
      C[to] += p0;
      C[to + cAcross] += p1;
      C[to + 2 * cAcross] += p2;
      C[to + 3 * cAcross] += p3;
      C[below] += q0;
      C[below + cAcross] += q1;
      C[below + 2 * cAcross] += q2;
      C[below + 3 * cAcross] += q3;
    }
    for (; j < columns; j++) {
      addCell(i, j, inner, a, b, c);
      addCell(i + 1, j, inner, a, b, c);
    }
  }
  for (; i < rows; i++) for (let j = 0; j < columns; j++) addCell(i, j, inner, a, b, c);
}

function addCell(row: number, column: number, inner: number, a: MatrixView, b: MatrixView, c: MatrixView): void {
  let sum = 0;
  let p = a.first + row * a.down;
  let w = b.first + column * b.across;
  for (let k = 0; k < inner; k++, p += a.across, w += b.down) sum += a.data[p] * b.data[w];
  c.data[c.first + row * c.down + column * c.across] += sum;
}
