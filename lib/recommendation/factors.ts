import { tf } from "../backend/index";
import { DataError, InputError, requireInteger } from "../errors";
import { readSafetensors, writeSafetensors } from "../models/safetensors";
import type { Recommender } from "./recommender";

/**
 * What a matrix factorisation learns: a vector for each user and for each item, whose dot product is the score.
 *
 * An item's bias is one more dimension, with 1 on the users' side; a user's bias likewise with 1 on the items' side. So
 * a score is a plain dot product whatever the model, and any search for the largest dot product serves it.
 */
export interface Factors {
  /** Numbers in each vector. */
  rank: number;
  userCount: number;
  itemCount: number;
  /** One user's vector after another, [users × rank]. */
  users: Float32Array;
  /** One item's vector after another, [items × rank]. */
  items: Float32Array;
}

/**
 * Checks that factors have the shapes that they say and returns them.
 * Throws {@link InputError} for arrays of another length and for numbers that aren't finite.
 */
export function checkFactors(factors: Factors): Factors {
  const rank = requireInteger(factors.rank, "rank", 1);
  for (const [side, count] of [
    ["users", requireInteger(factors.userCount, "userCount", 0)],
    ["items", requireInteger(factors.itemCount, "itemCount", 0)],
  ] as const) {
    const values = factors[side];
    if (values.length !== count * rank)
      throw new InputError(`${count} ${side} of rank ${rank} take ${count * rank} numbers`, {
        value: values.length,
        place: side,
      });
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw new InputError("factors are finite numbers", {
        value: values[wrong],
        place: `${side}, row ${Math.floor(wrong / rank)}, column ${wrong % rank}`,
        remedy: "Train again with more regularisation or a smaller learning rate.",
      });
  }
  return factors;
}

/**
 * Ranks items for a user by xᵤ · yᵢ. Blocks of users are scored by one matrix product on the backend that
 * `ready()` chose.
 *
 * @param name a short name for tables
 */
export function factorRecommender(factors: Factors, name = "factors"): Recommender {
  const { rank, userCount, itemCount, users, items } = checkFactors(factors);
  return {
    name,
    itemCount,
    score(user, scores) {
      const start = requireInteger(user, "user", 0, userCount - 1) * rank;
      for (let item = 0, at = 0; item < itemCount; item++) {
        let sum = 0;
        for (let d = 0; d < rank; d++) sum += users[start + d] * items[at++];
        scores[item] = sum;
      }
    },
    scoreMany(block) {
      const vectors = new Float32Array(block.length * rank);
      block.forEach((user, at) => {
        const start = requireInteger(user, `users[${at}]`, 0, userCount - 1) * rank;
        vectors.set(users.subarray(start, start + rank), at * rank);
      });
      // Out of tidy as a tensor: it would look for tensors among the numbers of an array, one by one.
      const product = tf.tidy(() =>
        tf.matMul(tf.tensor2d(vectors, [block.length, rank]), tf.tensor2d(items, [itemCount, rank]), false, true),
      );
      const scores = product.dataSync() as Float32Array;
      product.dispose();
      return scores;
    },
  };
}

/** Writes factors to a safetensors file, as `users` and `items`; `metadata` are texts kept beside them. */
export async function saveFactors(
  path: string,
  factors: Factors,
  metadata: Record<string, string> = {},
): Promise<void> {
  const { rank, userCount, itemCount, users, items } = checkFactors(factors);
  const arrays = new Map([
    ["users", { shape: [userCount, rank], values: users }],
    ["items", { shape: [itemCount, rank], values: items }],
  ]);
  await writeSafetensors(path, arrays, metadata);
}

/** Reads what {@link saveFactors} wrote. Throws {@link DataError} for a file that holds something else. */
export async function loadFactors(path: string): Promise<{ factors: Factors; metadata: Record<string, string> }> {
  const { arrays, metadata } = await readSafetensors(path);
  const [users, items] = [arrays.get("users"), arrays.get("items")];
  if (!users || !items || users.shape.length !== 2 || items.shape.length !== 2 || users.shape[1] !== items.shape[1])
    throw new DataError("factors are two matrices of equal width, users and items", {
      value: [...arrays].map(([name, { shape }]) => [name, shape]),
      place: path,
      remedy: "Name a file that saveFactors wrote.",
    });
  const [userCount, rank] = users.shape;
  const factors = { rank, userCount, itemCount: items.shape[0], users: users.values, items: items.values };
  return { factors: checkFactors(factors), metadata };
}
