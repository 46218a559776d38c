import { TOP_K_GROUP, tf, topK } from "../../backend/index";
import { checkVectors, unitVectors, type Vectors } from "../vectors";
import { prepareSearch, type VectorSearch, type VectorSimilarity } from "./vector-search";

/** Queries that go through one matrix product. */
const TOGETHER = 1024;

/**
 * Looks at every vector: similarities of a block of queries by one matrix product, and the k largest of each, both on the
 * backend that `ready()` chose, so that no similarity but those found is copied. Of equal ones the smaller number comes first.
 */
export function exactSearch(vectors: Vectors, similarity: VectorSimilarity = "product"): VectorSearch {
  const { count, width, values } = similarity === "cosine" ? unitVectors(checkVectors(vectors)) : checkVectors(vectors);
  const filling = (TOP_K_GROUP - (count % TOP_K_GROUP)) % TOP_K_GROUP;
  const table = tf.tidy(() =>
    tf.pad(tf.tensor2d(values, [count, width]), [
      [0, filling],
      [0, 0],
    ]),
  );
  return {
    exact: true,
    similarity,
    count,
    width,
    find(given, wanted) {
      const { rows, queries, found } = prepareSearch({ count, width, similarity }, given, wanted);
      const { k } = found;
      if (k === 0) return found;
      for (let start = 0; start < rows; start += TOGETHER) {
        const end = Math.min(rows, start + TOGETHER);
        const block = queries.subarray(start * width, end * width);
        const best = tf.tidy(() =>
          topK(tf.matMul(tf.tensor2d(block, [end - start, width]), table, false, true), k, count),
        );
        found.indices.set(best.indices.dataSync(), start * k);
        found.scores.set(best.values.dataSync(), start * k);
        tf.dispose([best.indices, best.values]);
      }
      return found;
    },
    dispose: () => table.dispose(),
  };
}
