import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { ready } from "../../lib/backend/index";
import { open } from "../../lib/datasets/index";
import { createRandom } from "../../lib/random";
import {
  type AlsFit,
  exactSearch,
  type Factors,
  findUnseen,
  fitAls,
  readInteractions,
} from "../../lib/recommendation/index";
import type { SparseMatrix } from "../../lib/sparse/index";
import { alternate, type Bench, type BenchContext, metric, milliseconds } from "./harness";
import { Peer } from "./peer";

const SETTINGS = { rank: 64, regularisation: 0.01, iterations: 15 };
const ALPHA = 2;
const N = 10;

/** Every customer's ten best new products, [users × 10]. */
function listAll({ users, items, itemCount, rank }: Factors, interactions: SparseMatrix): Int32Array {
  const search = exactSearch({ count: itemCount, width: rank, values: items });
  try {
    return findUnseen(search, users, interactions, N).indices;
  } finally {
    search.dispose();
  }
}

/** Share of places with the same product, or one that the same factors score as high: one is better by rounding only. */
function sameLists(ours: Int32Array, theirs: Int32Array, { users, items, rank }: Factors): number {
  const score = (user: number, item: number) => {
    let sum = 0;
    for (let d = 0; d < rank; d++) sum += users[user * rank + d] * items[item * rank + d];
    return sum;
  };
  let same = 0;
  ours.forEach((item, place) => {
    const user = Math.floor(place / N);
    if (item === theirs[place] || Math.abs(score(user, item) - score(user, theirs[place])) < 1e-5) same++;
  });
  return same / ours.length;
}

const apartBy = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let squares = 0;
  for (let at = 0; at < a.length; at++) squares += (a[at] - b[at]) ** 2;
  return Math.sqrt(squares / a.length);
};

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let most = 0;
  for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs(a[at] - b[at]));
  return most;
};

async function run({ python, runs, log }: BenchContext) {
  await ready();
  const shop = await open("ta-feng");
  const { matrix } = await readInteractions(shop.engine, shop.events ?? "");
  await shop.close();
  const { rowCount, columnCount } = matrix;
  const folder = mkdtempSync(join(tmpdir(), "als-"));
  const peer = new Peer(python, "als");
  try {
    const file = (name: string, values?: Int32Array | Float32Array) => {
      if (values) writeFileSync(join(folder, name), values);
      return join(folder, name);
    };
    const read = (name: string) => Uint8Array.from(readFileSync(join(folder, name))).buffer;
    const ask = <T>(task: string, more = {}) => peer.ask<{ seconds: number; result: T }>({ task, ...more });
    const timed = async (task: string, more = {}) => 1000 * (await ask(task, more)).seconds;
    const random = createRandom("start");
    const draw = (rows: number) => Float32Array.from({ length: rows * SETTINGS.rank }, () => 0.01 * random.uniform());
    const start = {
      ...{ rank: SETTINGS.rank, userCount: rowCount, itemCount: columnCount },
      ...{ users: draw(rowCount), items: draw(columnCount) },
    };
    await ask("load", {
      ...{ ...SETTINGS, alpha: ALPHA, shape: [rowCount, columnCount] },
      ...{ offsets: file("offsets", matrix.offsets), indices: file("indices", matrix.indices) },
      ...{ values: file("values", matrix.values) },
      ...{ users: file("users", start.users), items: file("items", start.items) },
    });
    // implicit's confidence is α r.
    const settings = { ...SETTINGS, start, confidence: (value: number) => ALPHA * value };
    const { iterations } = SETTINGS;
    let fit = undefined as AlsFit | undefined;
    const ours = (threads?: number) => () =>
      milliseconds(async () => {
        fit = await fitAls(matrix, { ...settings, threads });
      });
    const theirs = (threads: number, loss: boolean) => () => timed("als", { iterations, threads, loss });
    const fits = await alternate(
      {
        ...{ one: ours(1), theirOne: theirs(1, false), all: ours(), theirAll: theirs(0, false) },
        ...{ theirLoss: theirs(0, true) },
      },
      runs,
    );
    if (!fit) throw new Error("nothing was fitted");
    const { factors, losses } = fit;
    const lists = await alternate(
      { ours: () => milliseconds(() => listAll(factors, matrix)), theirs: () => timed("lists", { n: N }) },
      runs,
    );
    const found = (await ask<{ losses: number[] }>("found", { users: file("found-u"), items: file("found-i") })).result;
    await ask("listed", { path: file("listed") });
    const pairs = [
      [factors.users, new Float32Array(read("found-u"))],
      [factors.items, new Float32Array(read("found-i"))],
    ];
    const apart = Math.max(...pairs.map(([one, other]) => furthest(one, other)));
    const typical = Math.max(...pairs.map(([one, other]) => apartBy(one, other)));
    const same = sameLists(listAll(factors, matrix), new Int32Array(read("listed")), factors);
    const lossApart = Math.max(...found.losses.map((loss, at) => Math.abs(losses[at] / loss - 1)));
    log(`loss after ${iterations} iterations: ours ${losses[iterations - 1]}, theirs ${found.losses[iterations - 1]}`);
    const shape = `${rowCount} customers, ${columnCount} products, rank ${SETTINGS.rank}, ${iterations} iterations`;
    const cores = availableParallelism();
    const against = (name: string, value: number) => ({ name: `implicit 0.7.2, ${name}`, value });
    return [
      metric(`fit, ${shape}`, "ms", "lower", fits.all, against(`${cores} cores`, fits.theirAll)),
      metric("fit, both with the loss", "ms", "lower", fits.all, against(`${cores} cores`, fits.theirLoss)),
      metric("fit, 1 thread", "ms", "lower", fits.one, against("1 core", fits.theirOne)),
      metric(`${N} new products for each customer`, "ms", "lower", lists.ours, against(`${cores} cores`, lists.theirs)),
      metric("factors from implicit's, root mean square", "absolute", "lower", typical, null),
      metric("factors from implicit's, furthest", "absolute", "lower", apart, null),
      metric("furthest loss from implicit's", "relative", "lower", lossApart, null),
      metric(`same ${N} best as implicit, ties aside`, "share", "higher", same, null),
    ];
  } finally {
    peer.close();
    rmSync(folder, { recursive: true });
  }
}

export default {
  about: "Alternating least squares on all of Ta Feng: time, loss, factors and lists, against implicit",
  run,
} satisfies Bench;
