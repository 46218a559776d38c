import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ready } from "../../lib/backend/index";
import { open } from "../../lib/datasets/index";
import {
  exactSearch,
  type Found,
  hnswSearch,
  readInteractions,
  searchRecall,
  type VectorSearch,
} from "../../lib/recommendation/index";
import { alternate, type Bench, type BenchContext, metric, milliseconds } from "./harness";
import { Peer } from "./peer";

const K = 10;
const RANK = 64;
/** The graph's settings, the same on both sides. */
const GRAPH = { connectivity: 32, add: 128, search: 128 };
/** Queries asked one at a time. */
const SINGLES = 200;

const floats = (path: string) => {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

/** Lists by the peer, as a search of ours would give them; their scores are computed here. */
function asFound(lists: number[][], items: Float32Array, queries: Float32Array): Found {
  const indices = Int32Array.from(lists.flat());
  const scores = Float32Array.from(indices, (item, at) => {
    const query = Math.floor(at / K);
    let sum = 0;
    for (let d = 0; d < RANK; d++) sum += items[item * RANK + d] * queries[query * RANK + d];
    return sum;
  });
  return { k: K, indices, scores };
}

/**
 * Recall of the search by cosines that products can be reduced to (Bachrach et al. 2014): all items are brought to one
 * length by one more dimension, which is 0 in the queries.
 */
function reducedRecall(items: Float32Array, queries: Float32Array, exact: Found): number {
  const lift = (values: Float32Array, last: (squares: number) => number) => {
    const lifted = new Float32Array((values.length / RANK) * (RANK + 1));
    for (let row = 0; row * RANK < values.length; row++) {
      const own = values.subarray(row * RANK, (row + 1) * RANK);
      lifted.set(own, row * (RANK + 1));
      lifted[row * (RANK + 1) + RANK] = last(own.reduce((sum, value) => sum + value * value, 0));
    }
    return lifted;
  };
  let most = 0;
  lift(items, (squares) => {
    most = Math.max(most, squares);
    return 0;
  });
  const values = lift(items, (squares) => Math.sqrt(Math.max(0, most - squares)));
  const graph = hnswSearch(
    { count: items.length / RANK, width: RANK + 1, values },
    { similarity: "cosine", connectivity: GRAPH.connectivity, expansionAdd: GRAPH.add, expansionSearch: GRAPH.search },
  );
  const found = graph.find(
    lift(queries, () => 0),
    K,
  );
  // Its scores are cosines, not products: an item counts only where it is among those found.
  return searchRecall({ ...found, scores: found.scores.map(() => -Infinity) }, exact);
}

async function run({ python, runs, log }: BenchContext) {
  await ready();
  const shop = await open("ta-feng");
  const { matrix } = await readInteractions(shop.engine, shop.events ?? "");
  await shop.close();
  const folder = mkdtempSync(join(tmpdir(), "search-"));
  const peer = new Peer(python, "search");
  try {
    const ask = <T>(task: string, more = {}) => peer.ask<{ seconds: number; result: T }>({ task, ...more });
    const timed = async (task: string, more = {}) => 1000 * (await ask(task, more)).seconds;
    const files = { items: join(folder, "items"), queries: join(folder, "queries") };
    const shape = [matrix.rowCount, matrix.columnCount];
    const data = { shape, offsets: [...matrix.offsets], indices: [...matrix.indices] };
    await ask("train", { ...data, ...files, alpha: 10, rank: RANK, every: 16, k: K });
    const [items, queries] = [floats(files.items), floats(files.queries)];
    const count = queries.length / RANK;
    const vectors = { count: items.length / RANK, width: RANK, values: items };
    const exact = exactSearch(vectors);
    const options = {
      connectivity: GRAPH.connectivity,
      expansionAdd: GRAPH.add,
      expansionSearch: GRAPH.search,
    };
    let graph = hnswSearch(vectors, options);
    const builds = await alternate(
      {
        ours: () =>
          milliseconds(() => {
            graph = hnswSearch(vectors, options);
          }),
        theirs: () => timed("build", GRAPH),
      },
      Math.min(runs, 5),
    );
    const each = (search: VectorSearch) => () =>
      milliseconds(() => {
        for (let at = 0; at < SINGLES; at++) search.find(queries.subarray(at * RANK, (at + 1) * RANK), K);
      });
    const all = (search: VectorSearch) => () => milliseconds(() => search.find(queries, K));
    const times = await alternate(
      {
        graph: all(graph),
        graphOne: each(graph),
        exact: all(exact),
        exactOne: each(exact),
        hnswlib: () => timed("hnswlib"),
        hnswlibOne: () => timed("one", { count: SINGLES }),
        implicit: () => timed("implicit"),
        sklearn: () => timed("sklearn"),
      },
      runs,
    );
    const whole = exact.find(queries, K);
    const recall = searchRecall(graph.find(queries, K), whole);
    const peerFound = async (task: string) => {
      await ask(task);
      return searchRecall(asFound((await ask<number[][]>("found_items")).result, items, queries), whole);
    };
    const theirs = await peerFound("hnswlib");
    const [implicitSame, sklearnSame] = [await peerFound("implicit"), await peerFound("sklearn")];
    const reduced = reducedRecall(items, queries, whole);
    exact.dispose();
    log(
      `${vectors.count} items and ${count} users of Ta Feng, ${RANK} factors by implicit's ALS; one thread in graphs`,
    );
    const per = (ms: number, queriesAsked = count) => (1000 * ms) / queriesAsked;
    const one = "µs a user";
    return [
      metric("graph: build", "ms", "lower", builds.ours, { name: "hnswlib 0.8.0", value: builds.theirs }),
      metric(`graph: recall at ${K}`, "share", "higher", recall, { name: "hnswlib 0.8.0", value: theirs }),
      metric("graph: all users at once", one, "lower", per(times.graph), {
        name: "hnswlib 0.8.0",
        value: per(times.hnswlib),
      }),
      metric("graph: one user at a time", one, "lower", per(times.graphOne, SINGLES), {
        name: "hnswlib 0.8.0",
        value: per(times.hnswlibOne, SINGLES),
      }),
      metric("graph against our exact search, one user at a time", one, "lower", per(times.graphOne, SINGLES), {
        name: "exact",
        value: per(times.exactOne, SINGLES),
      }),
      metric("exact: all users at once", one, "lower", per(times.exact), {
        name: "implicit 0.7.2, 1 core",
        value: per(times.implicit),
      }),
      metric("exact: all users at once", one, "lower", per(times.exact), {
        name: "scikit-learn, brute force, 1 core",
        value: per(times.sklearn),
      }),
      metric("exact: same items as implicit, ties aside", "share", "higher", implicitSame, null),
      metric("exact: same items as scikit-learn, ties aside", "share", "higher", sklearnSame, null),
      metric(`graph of products reduced to cosines: recall at ${K}`, "share", "higher", reduced, null),
    ];
  } finally {
    peer.close();
    rmSync(folder, { recursive: true });
  }
}

const bench: Bench = {
  about:
    "Search for the best items among Ta Feng's factors: exact and by a graph, against hnswlib, implicit and scikit-learn",
  run,
};
export default bench;
