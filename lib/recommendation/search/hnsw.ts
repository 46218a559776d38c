import { createHash } from "node:crypto";
import { appendFile, readFile, rename } from "node:fs/promises";
import { Index, type IndexConfig, MetricKind, ScalarKind } from "usearch";
import { DataError, InputError, requireInteger } from "../../errors";
import { checkVectors, unitVectors, type Vectors } from "../vectors";
import { prepareSearch, type VectorSearch, type VectorSimilarity } from "./vector-search";

/** Settings of {@link hnswSearch}. */
export interface HnswOptions {
  /** Default "product". */
  similarity?: VectorSimilarity;
  /** Links of each vector on the upper levels, M in the paper; twice as many on the lowest. Default 32. */
  connectivity?: number;
  /** Candidates kept while a vector is linked, efConstruction in the paper. Default 128. */
  expansionAdd?: number;
  /** Candidates kept while searching, ef in the paper: more find more and take longer. Default 128. */
  expansionSearch?: number;
}

/** An approximate search that can be written to a file. */
export interface HnswSearch extends VectorSearch {
  /** Writes the graph with its vectors; {@link loadHnsw} reads it. */
  save(path: string): Promise<void>;
}

/**
 * Approximate search through a hierarchical navigable small world graph (Malkov and Yashunin 2018), by USearch: looks at
 * a few hundred vectors, however many there are.
 *
 * The graph is built by one thread, since with several it would be another one each time. Dot products are searched
 * for directly. The reduction to cosines by one more dimension (Bachrach et al. 2014), which would make a proper metric
 * of them, finds far less in factors: all its queries lie off the surface that all its items lie on (`npm run bench -- search`).
 */
export function hnswSearch(vectors: Vectors, options: HnswOptions = {}): HnswSearch {
  const { similarity = "product" } = options;
  const { count, width, values } = similarity === "cosine" ? unitVectors(checkVectors(vectors)) : checkVectors(vectors);
  const index = new Index(configuration(width, similarity, options));
  const keys = BigUint64Array.from({ length: count }, (_, at) => BigInt(at));
  if (count > 0) index.add(keys, values, 1);
  return wrap(index, similarity);
}

/** Stands between USearch's bytes and their digest at a file's end. */
const SEAL = Buffer.from("flashlab hnsw v1");
const DIGEST = 32;

/**
 * Reads what {@link HnswSearch.save} wrote. Similarity and connectivity are to be those it was built with.
 *
 * USearch itself reads a damaged file past its end and takes the process with it. So a file ends with the digest of all
 * that comes before, and nothing reaches USearch that doesn't match.
 *
 * Throws {@link DataError} for a file that isn't whole, and for one of vectors of another width.
 */
export async function loadHnsw(path: string, width: number, options: HnswOptions = {}): Promise<HnswSearch> {
  const { similarity = "product" } = options;
  const index = new Index(configuration(requireInteger(width, "width", 1), similarity, options));
  const bytes = await readFile(path);
  const end = bytes.length - SEAL.length - DIGEST;
  const sealed = end > 8 && bytes.subarray(end, end + SEAL.length).equals(SEAL);
  if (!sealed || !digest(bytes.subarray(0, end)).equals(bytes.subarray(end + SEAL.length)))
    throw new DataError("not a whole search graph", { place: path, remedy: "Build and save it again." });
  // USearch's file begins with the number of vectors and the bytes that each takes.
  const stored = bytes.readUInt32LE(4) / Float32Array.BYTES_PER_ELEMENT;
  if (stored !== width)
    throw new DataError(`the search graph is to be of vectors of ${width} numbers`, {
      value: stored,
      place: path,
      remedy: "Build and save it again from the vectors it is to search.",
    });
  index.load(path);
  return wrap(index, similarity);
}

function digest(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function configuration(width: number, similarity: VectorSimilarity, options: HnswOptions): IndexConfig {
  if (similarity !== "product" && similarity !== "cosine")
    throw new InputError('a similarity is "product" or "cosine"', { value: similarity, place: "similarity" });
  return {
    dimensions: width,
    // Of unit vectors, the dot product is the cosine.
    metric: MetricKind.IP,
    quantization: ScalarKind.F32,
    connectivity: requireInteger(options.connectivity ?? 32, "connectivity", 2),
    expansion_add: requireInteger(options.expansionAdd ?? 128, "expansionAdd", 1),
    expansion_search: requireInteger(options.expansionSearch ?? 128, "expansionSearch", 1),
    multi: false,
  };
}

function wrap(index: Index, similarity: VectorSimilarity): HnswSearch {
  const [count, width] = [index.size(), index.dimensions()];
  return {
    exact: false,
    similarity,
    count,
    width,
    find(given, wanted) {
      const { rows, queries, found } = prepareSearch({ count, width, similarity }, given, wanted);
      const { k } = found;
      if (k === 0 || rows === 0) return found;
      const { keys, distances, counts } = answer(index, queries, k);
      for (let row = 0; row < rows; row++) {
        const filled = counts ? Number(counts[row]) : keys.length;
        for (let at = row * k; at < row * k + filled; at++) {
          found.indices[at] = Number(keys[at]);
          found.scores[at] = 1 - distances[at];
        }
      }
      return found;
    },
    async save(path) {
      const part = `${path}.part`;
      index.save(part);
      await appendFile(part, Buffer.concat([SEAL, digest(await readFile(part))]));
      await rename(part, path);
    },
    // The graph is freed with its wrapper.
    dispose: () => undefined,
  };
}

/** USearch's own answer: distances 1 − similarity for inner products; counts where there are several queries. */
function answer(index: Index, queries: Float32Array, k: number) {
  const matches: { keys: BigUint64Array; distances: Float32Array; counts?: BigUint64Array } = index.search(
    queries,
    k,
    1,
  );
  return matches;
}
