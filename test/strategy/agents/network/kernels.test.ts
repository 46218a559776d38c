import { test } from "uvu";
import * as assert from "uvu/assert";
import { createRandom } from "../../../../lib/random";
import { simd } from "../../../../lib/strategy/agents/network/simd";

const random = createRandom(1);
test("products of every shape, either layout of A, and any start equal the sum of their definition", () => {
  for (const [rows, columns] of [
    [4, 8],
    [12, 8],
    [4, 24],
    [8, 264],
  ])
    for (const inner of [1, 5, 300])
      for (const transposed of [false, true])
        for (const startDown of [0, columns]) {
          const [a, b, start, c] = [
            0,
            rows * inner,
            (rows + columns) * inner,
            (rows + columns) * inner + rows * columns,
          ];
          const memory = simd().workspace(c + rows * columns);
          for (let i = 0; i < c; i++) memory[i] = random.normal();
          const [down, across] = transposed ? [1, rows] : [inner, 1];
          simd().multiply(
            ...([rows / 4, columns / 8, inner, 4 * a, 4 * down, 4 * across] as const),
            ...[4 * b, 4 * columns, 4 * start, 4 * startDown, 4 * c, 4 * columns],
          );
          for (let i = 0; i < rows; i++)
            for (let j = 0; j < columns; j++) {
              let sum = memory[start + i * startDown + j];
              let sizes = Math.abs(sum);
              for (let k = 0; k < inner; k++) {
                const term = memory[a + i * down + k * across] * memory[b + k * columns + j];
                sum += term;
                sizes += Math.abs(term);
              }
              // The bound of Higham's analysis: every addition and multiplication rounds to 2^-24 of its result.
              assert.ok(
                Math.abs(memory[c + i * columns + j] - sum) <= (inner + 1) * 2 ** -24 * sizes,
                `(${i}, ${j}) of ${rows} × ${inner} × ${columns}`,
              );
            }
        }
});

test("a transposed matrix has rows for columns", () => {
  const [rows, columns] = [8, 12];
  const memory = simd().workspace(2 * rows * columns);
  for (let i = 0; i < rows * columns; i++) memory[i] = i;
  simd().transpose(rows / 4, columns / 4, 0, 4 * columns, 4 * rows * columns, 4 * rows);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) assert.is(memory[rows * columns + j * rows + i], i * columns + j);
});

test("tanh is the platform's to 4e-7 of it, on both sides and far out; relu cuts at 0", () => {
  const memory = simd().workspace(4000);
  for (let i = 0; i < 4000; i++) memory[i] = (i - 2000) / 150;
  memory[0] = -1e30;
  memory[3999] = 1e30;
  const before = memory.slice(0, 4000);
  simd().tanh(1000, 0);
  before.forEach((x, i) => {
    assert.ok(Math.abs(memory[i] - Math.tanh(x)) <= 4e-7 * Math.abs(Math.tanh(x)), `tanh ${x} = ${memory[i]}`);
  });
  memory.set(before);
  simd().relu(1000, 0);
  before.forEach((x, i) => {
    assert.is(memory[i], Math.max(0, x));
  });
});

test("slopes pass through relu where it is open, and through tanh by 1 − y²", () => {
  const values = Float32Array.of(0, 0.5, 1, 0.25);
  const slopes = Float32Array.of(3, -2, 5, 4);
  const after = (kernel: "reluSlope" | "tanhSlope") => {
    const memory = simd().workspace(8);
    memory.set(slopes);
    memory.set(values, 4);
    simd()[kernel](1, 0, 16);
    return [...memory.subarray(0, 4)];
  };
  assert.equal(after("reluSlope"), [0, -2, 5, 4]);
  assert.equal(after("tanhSlope"), [3, -1.5, 0, 3.75]);
});

test("blending goes the share of the way; squares are summed", () => {
  const memory = simd().workspace(16);
  memory.set([1, 2, 3, 4, 0, 0, 0, 1, 3, 2, 1, 8, 4, 4, 4, 5]);
  simd().blend(2, 0, 32, 0.5);
  assert.equal([...memory.subarray(0, 8)], [2, 2, 2, 6, 2, 2, 2, 3]);
  assert.is(simd().squares(2, 32), 9 + 4 + 1 + 64 + 16 + 16 + 16 + 25);
});

test.run();
