import { availableParallelism } from "node:os";
import { open } from "../../lib/datasets";
import {
  itemNeighbours,
  listMaker,
  neighbourRecommender,
  type RankedList,
  readInteractions,
} from "../../lib/recommendation";
import { binary, fromTriplets, type SparseMatrix } from "../../lib/sparse";
import { alternate, type Bench, type BenchContext, metric, milliseconds } from "./harness";
import { Peer } from "./peer";

const K = 50;
const N = 10;

/** Every customer's ten best new products. */
function listAll(interactions: SparseMatrix, neighbours: SparseMatrix): RankedList[] {
  const list = listMaker(neighbourRecommender(interactions, neighbours), N);
  const excluded = new Uint8Array(interactions.columnCount);
  return Array.from({ length: interactions.rowCount }, (_, user) => {
    const owned = interactions.indices.subarray(interactions.offsets[user], interactions.offsets[user + 1]);
    for (const item of owned) excluded[item] = 1;
    const found = list(user, excluded);
    for (const item of owned) excluded[item] = 0;
    return found;
  });
}

/** Share of the peer's places where ours has the same product, or one of the same score. */
function sameLists(ours: RankedList[], theirs: { items: number[][]; scores: number[][] }): number {
  let [same, all] = [0, 0];
  theirs.items.forEach((list, user) => {
    list.forEach((item, place) => {
      // The peer fills up the lists of customers for whom nothing is scored.
      if (!(theirs.scores[user][place] > 0)) return;
      all++;
      const { items, scores } = ours[user];
      if (items[place] === item || Math.abs(scores[place] - theirs.scores[user][place]) < 1e-5) same++;
    });
  });
  return same / all;
}

/** Share of products whose nearest fifty are as near as the peer's, place by place: which ones, only ties can differ. */
function sameNeighbours(ours: SparseMatrix, theirs: SparseMatrix): number {
  let same = 0;
  const nearest = ({ offsets, values }: SparseMatrix, item: number) =>
    values.slice(offsets[item], offsets[item + 1]).sort();
  for (let item = 0; item < ours.rowCount; item++) {
    const [mine, other] = [nearest(ours, item), nearest(theirs, item)];
    if (mine.length === other.length && mine.every((value, at) => Math.abs(value - other[at]) < 1e-6)) same++;
  }
  return same / ours.rowCount;
}

async function run({ python, runs }: BenchContext) {
  const shop = await open("ta-feng");
  const { matrix } = await readInteractions(shop.engine, shop.events ?? "");
  await shop.close();
  const interactions = binary(matrix);
  const peer = new Peer(python, "neighbours");
  const ask = <T>(task: string, more = {}) => peer.ask<{ seconds: number; result: T }>({ task, ...more });
  const timed = async (task: string, more = {}) => 1000 * (await ask(task, more)).seconds;
  const { rowCount, columnCount, offsets, indices } = interactions;
  await ask("load", { shape: [rowCount, columnCount], offsets: [...offsets], indices: [...indices] });

  const fits = await alternate(
    {
      ours: () => milliseconds(() => itemNeighbours(interactions, { k: K })),
      one: () => timed("implicit", { k: K, threads: 1 }),
      all: () => timed("implicit", { k: K, threads: 0 }),
      scipy: () => timed("scipy", { k: K }),
    },
    runs,
  );
  const neighbours = await itemNeighbours(interactions, { k: K });
  const lists = await alternate(
    { ours: () => milliseconds(() => listAll(interactions, neighbours)), implicit: () => timed("lists", { n: N }) },
    runs,
  );
  const triplets = (await ask<{ rows: number[]; columns: number[]; values: number[] }>("similarity")).result;
  const theirNeighbours = fromTriplets(triplets, columnCount, columnCount);
  const alike = sameNeighbours(neighbours, theirNeighbours);
  const listed = (await ask<{ items: number[][]; scores: number[][] }>("listed")).result;
  const same = sameLists(listAll(interactions, theirNeighbours), listed);
  peer.close();

  const cores = availableParallelism();
  const shape = `${rowCount} customers, ${columnCount} products, ${K} neighbours`;
  return [
    metric(`fit, ${shape}`, "ms", "lower", fits.ours, { name: `implicit 0.7.2, ${cores} cores`, value: fits.all }),
    metric("fit", "ms", "lower", fits.ours, { name: "implicit 0.7.2, 1 core", value: fits.one }),
    metric("fit", "ms", "lower", fits.ours, { name: "SciPy and scikit-learn", value: fits.scipy }),
    metric(`${N} new products for each customer`, "ms", "lower", lists.ours, {
      name: "implicit 0.7.2",
      value: lists.implicit,
    }),
    metric(`products with the same ${K} similarities as implicit`, "share", "higher", alike, null),
    metric(`same ${N} best as implicit from the same similarities, ties aside`, "share", "higher", same, null),
  ];
}

const bench: Bench = {
  about: "Item neighbours on all of Ta Feng: similarities and lists, against implicit and SciPy",
  run,
};
export default bench;
