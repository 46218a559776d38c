import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError, InputError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import { checkSparse, fromTriplets, type Similarity, toDense, topSimilar } from "../../lib/sparse";
import { errorOf } from "../error-of";
import { matrices } from "./matrices";

const add = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
const dot = (a: number[], b: number[]) => add(a.map((value, at) => value * b[at]));

/** The definitions, on two dense columns and the rows that have both. */
const DEFINITIONS: Record<Similarity, (a: number[], b: number[], both: number[], means: number[]) => number> = {
  cosine: (a, b) => dot(a, b) * ((1 / Math.sqrt(dot(a, a))) * (1 / Math.sqrt(dot(b, b)))),
  jaccard: (a, b, both) => both.length / a.filter((value, row) => value !== 0 || b[row] !== 0).length,
  pearson(a, b, both) {
    const [x, y] = [a, b].map((column) => both.map((row) => column[row]));
    const [meanX, meanY] = [x, y].map((values) => add(values) / values.length);
    const [dx, dy] = [x.map((value) => value - meanX), y.map((value) => value - meanY)];
    const spread = dot(dx, dx) * dot(dy, dy);
    return spread < 1e-12 ? 0 : dot(dx, dy) / Math.sqrt(spread);
  },
  "adjusted-cosine"(a, b, both, means) {
    const [x, y] = [a, b].map((column) => both.map((row) => Math.fround(column[row] - means[row])));
    const spread = dot(x, x) * dot(y, y);
    return spread === 0 ? 0 : dot(x, y) / Math.sqrt(spread);
  },
};

/** All pairs of a dense matrix's columns; zeros are not there. */
function dense(cells: Float64Array, rows: number, columns: number, similarity: Similarity) {
  const column = (c: number) => Array.from({ length: rows }, (_, r) => cells[r * columns + c]);
  const means = Array.from({ length: rows }, (_, r) => {
    const there = Array.from(cells.subarray(r * columns, (r + 1) * columns)).filter((value) => value !== 0);
    return add(there) / there.length;
  });
  return (i: number, j: number, shrinkage: number, leastCommon: number): number => {
    const [a, b] = [column(i), column(j)];
    const both = a.flatMap((value, row) => (value !== 0 && b[row] !== 0 ? [row] : []));
    if (i === j || both.length < Math.max(1, leastCommon)) return 0;
    const value = DEFINITIONS[similarity](a, b, both, means);
    return Math.fround(shrinkage > 0 ? value * (both.length / (both.length + shrinkage)) : value);
  };
}

for (const [name, cells] of [
  ["whole numbers", [0, 0, 0, -2, 1, 3, 4]],
  ["ones", [0, 0, 1]],
] as const)
  for (const similarity of Object.keys(DEFINITIONS) as Similarity[])
    test(`the nearest columns are those of all dense pairs: ${similarity} of ${name}`, async () => {
      const options = fc.tuple(
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(0, 2.5),
        fc.constantFrom(1, 2),
        fc.constantFrom(1, 1, 1, 2),
      );
      const some = matrices({ rows: 12, columns: 12, values: [...cells] });
      await fc.assert(
        fc.asyncProperty(some, options, async (pair, [k, shrinkage, leastCommon, threads]) => {
          const { rowCount, columnCount } = pair.matrix;
          const options = { k, similarity, shrinkage, leastCommon, threads };
          const found = toDense(checkSparse(await topSimilar(pair.matrix, options)));
          const expected = dense(pair.dense, rowCount, columnCount, similarity);
          for (let i = 0; i < columnCount; i++) {
            const row = Array.from({ length: columnCount }, (_, j) => expected(i, j, shrinkage, leastCommon));
            const ours = Array.from(found.subarray(i * columnCount, (i + 1) * columnCount));
            const positive = row.filter((value) => value > 1e-6).sort((a, b) => b - a);
            const least = positive[k - 1] ?? 0;
            assert.is(ours.filter((value) => value > 1e-6).length, Math.min(k, positive.length));
            ours.forEach((value, j) => {
              // Which of those as weak as the weakest are kept rests on the last bit, but for exact ties: below.
              if (value > 1e-6)
                assert.ok(Math.abs(value - row[j]) < 1e-6 && value > least - 1e-6, `${value} ${row[j]}`);
            });
          }
        }),
        { numRuns: 100 },
      );
    });

test("of exact ties the smaller columns are kept", async () => {
  // All pairs of columns are alike to the same degree.
  const cells = Array.from({ length: 30 }, (_, at) => at);
  const same = fromTriplets({ rows: cells.map((at) => Math.floor(at / 6)), columns: cells.map((at) => at % 6) }, 5, 6);
  for (const similarity of ["cosine", "jaccard"] as const) {
    const { indices } = await topSimilar(same, { k: 2, similarity });
    assert.equal(Array.from(indices), [1, 2, 0, 2, 0, 1, 0, 1, 0, 1, 0, 1]);
  }
});

function large() {
  const random = createRandom("neighbours");
  const draw = (count: number, power: number) =>
    Array.from({ length: 60_000 }, () => Math.floor(count * random.uniform() ** power));
  return fromTriplets({ rows: draw(300, 1), columns: draw(1500, 2) }, 300, 1500);
}

test("any number of threads finds the same to the last bit", async () => {
  // Pairs enough for threads to be started.
  const matrix = large();
  for (const similarity of ["cosine", "pearson"] as const) {
    const [one, three] = await Promise.all(
      [1, 3].map((threads) => topSimilar(matrix, { k: 20, similarity, shrinkage: 5, threads })),
    );
    assert.equal(one, three);
  }
});

test("an abort in between stops", async () => {
  const stop = new AbortController();
  const options = { k: 5, threads: 2, signal: stop.signal, onProgress: () => stop.abort() };
  assert.instance(await errorOf(topSimilar(large(), options)), AbortedError);
});

test("a count that isn't whole, a negative shrinkage and an unknown similarity are refused", async () => {
  const [{ matrix }] = fc.sample(matrices({ minRows: 1 }), 1);
  const wrong = [
    ...[{ k: 0 }, { k: 1.5 }, { k: 1, shrinkage: -1 }, { k: 1, leastCommon: 0 }, { k: 1, threads: 0 }],
    { k: 1, similarity: "euclid" as Similarity },
  ];
  for (const options of wrong) assert.instance(await errorOf(topSimilar(matrix, options)), InputError);
});

test.run();
