import { tf } from "../../backend/index";
import { Largest } from "../../sparse/index";
import { topItems } from "../recommender";
import { checkVectors, unitVectors, type Vectors } from "../vectors";
import { type Found, queryCount, type VectorSearch, type VectorSimilarity } from "./vector-search";

/** Queries that go through one matrix product. */
const TOGETHER = 512;

/**
 * Looks at every vector: similarities of a block of queries by one matrix product on the backend that `ready()` chose,
 * and the k largest of each by a heap. Among equal similarities the smaller number comes first.
 */
export function exactSearch(vectors: Vectors, similarity: VectorSimilarity = "product"): VectorSearch {
  const { count, width, values } = similarity === "cosine" ? unitVectors(checkVectors(vectors)) : checkVectors(vectors);
  const table = tf.tensor2d(values, [count, width]);
  return {
    exact: true,
    similarity,
    count,
    width,
    find(given, wanted) {
      const rows = queryCount(given, width, wanted);
      const k = Math.min(wanted, count);
      const queries = similarity === "cosine" ? unitVectors({ count: rows, width, values: given }).values : given;
      const found = nothingFound(rows, k);
      if (k === 0) return found;
      const largest = new Largest(k);
      for (let start = 0; start < rows; start += TOGETHER) {
        const end = Math.min(rows, start + TOGETHER);
        const block = queries.subarray(start * width, end * width);
        // Out of tidy as a tensor: it would look for tensors among the numbers of an array, one by one.
        const product = tf.tidy(() => tf.matMul(tf.tensor2d(block, [end - start, width]), table, false, true));
        const scores = product.dataSync() as Float32Array;
        product.dispose();
        for (let row = start; row < end; row++) {
          const own = scores.subarray((row - start) * count, (row - start + 1) * count);
          const best = topItems(own, largest);
          found.indices.set(best, row * k);
          for (let at = 0; at < best.length; at++) found.scores[row * k + at] = own[best[at]];
        }
      }
      return found;
    },
    dispose: () => table.dispose(),
  };
}

/** Lists without an entry. */
export function nothingFound(queries: number, k: number): Found {
  return {
    k,
    indices: new Int32Array(queries * k).fill(-1),
    scores: new Float32Array(queries * k).fill(-Infinity),
  };
}
