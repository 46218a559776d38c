import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { createRandom } from "../../lib/random";
import { itemNeighbours } from "../../lib/recommendation/neighbours";
import { itemRatings, ratingErrors, userRatings } from "../../lib/recommendation/rating";
import { userNeighbours } from "../../lib/recommendation/user-neighbours";
import { fromTriplets, transpose } from "../../lib/sparse/index";

// Users' means are 3, 4 and 2; user 0 hasn't rated item 2, user 3 nothing.
const ratings = fromTriplets(
  { rows: [0, 0, 1, 1, 2, 2], columns: [0, 1, 0, 2, 1, 2], values: [2, 4, 3, 5, 3, 1] },
  4,
  4,
);
const near = fromTriplets({ rows: [0, 0], columns: [1, 2], values: [0.5, 0.25] }, 4, 4);
const close = (found: number, expected: number) =>
  assert.ok(Math.abs(found - expected) < 1e-12, `${found} ${expected}`);

test("by hand: the weighted mean is divided by the similarities once, around the user's mean or not", () => {
  close(userRatings(ratings, near)(0, 2), 3 + (0.5 * (5 - 4) + 0.25 * (1 - 2)) / 0.75);
  close(userRatings(ratings, near, { centred: false })(0, 2), (0.5 * 5 + 0.25 * 1) / 0.75);
  close(userRatings(ratings, near)(0, 3), 3);
  close(userRatings(ratings, near)(3, 0), 18 / 6);
  // Neighbours that rate alike predict that rating, however many: dividing twice would shrink it.
  const same = fromTriplets({ rows: [1, 2], columns: [0, 0], values: [5, 5] }, 4, 4);
  close(userRatings(same, near, { centred: false })(0, 0), 5);
});

test("by items is by users of the transposed ratings", async () => {
  const items = await itemNeighbours(ratings, { similarity: "adjusted-cosine" });
  const [one, other] = [itemRatings(ratings, items), userRatings(transpose(ratings), items)];
  for (let user = 0; user < 4; user++)
    for (let item = 0; item < 4; item++) assert.is(one(user, item), other(item, user));
});

test("where tastes differ neighbours beat the users' means; errors are the definition's", async () => {
  const random = createRandom("tastes");
  const [known, held] = [0, 1].map(() => ({ rows: [] as number[], columns: [] as number[], values: [] as number[] }));
  for (let user = 0; user < 80; user++)
    for (let item = 0; item < 40; item++) {
      const part = random.uniform() < 0.2 ? held : known;
      part.rows.push(user);
      part.columns.push(item);
      part.values.push(3 + (user % 2 === item % 2 ? 1 : -1) + 0.5 * random.normal());
    }
  const [train, test] = [known, held].map((part) => fromTriplets(part, 80, 40));
  const mean = ratingErrors(userRatings(train, fromTriplets({ rows: [], columns: [] }, 80, 80)), test);
  const users = ratingErrors(userRatings(train, await userNeighbours(train, { similarity: "pearson" })), test);
  // What can't be known is the noise: deviation 0.5, mean size 0.5 √(2/π).
  assert.ok(mean.rmse > 0.95 && users.rmse < 0.6 && users.rmse > 0.4, `${mean.rmse} ${users.rmse}`);
  assert.ok(users.mae < users.rmse && users.mae > 0.5 * Math.sqrt(2 / Math.PI) * 0.8);
  close(ratingErrors(() => 3, ratings).rmse, Math.sqrt((1 + 1 + 0 + 4 + 0 + 4) / 6));
  close(ratingErrors(() => 3, ratings).mae, 6 / 6);
});

test("predictions and errors are scikit-surprise's, by users and by items, around the mean or not", async () => {
  interface Predicted {
    predictions: number[];
    rmse: number;
    mae: number;
  }
  const path = join(__dirname, "oracles", "ratings.json");
  const oracle = JSON.parse(readFileSync(path, "utf8")) as {
    shape: [number, number];
    known: [number, number, number][];
    held: [number, number, number][];
  } & Record<"users" | "items", Record<"centred" | "plain", Predicted>>;
  const [users, items] = oracle.shape;
  const matrix = (rows: [number, number, number][]) =>
    fromTriplets(
      { rows: rows.map(([user]) => user), columns: rows.map(([, item]) => item), values: rows.map((row) => row[2]) },
      users,
      items,
    );
  const [known, held] = [matrix(oracle.known), matrix(oracle.held)];
  const options = { similarity: "pearson", k: 60 } as const;
  const alike = { users: await userNeighbours(known, options), items: await itemNeighbours(known, options) };
  for (const side of ["users", "items"] as const)
    for (const [name, centred] of [
      ["centred", true],
      ["plain", false],
    ] as const) {
      const predict = (side === "users" ? userRatings : itemRatings)(known, alike[side], { centred });
      const theirs = oracle[side][name];
      // Similarities are kept in single precision here.
      const near = (one: number, other: number) =>
        assert.ok(Math.abs(one - other) < 2e-6, `${side}, ${name}: ${one} against ${other}`);
      for (const [at, [user, item]] of oracle.held.entries()) near(predict(user, item), theirs.predictions[at]);
      const errors = ratingErrors(predict, held);
      near(errors.rmse, theirs.rmse);
      near(errors.mae, theirs.mae);
    }
});

test("users that don't exist, neighbours of others and nothing held out are refused", () => {
  const refused = (work: () => unknown) => assert.throws(work, (error: unknown) => error instanceof InputError);
  refused(() => userRatings(ratings, near)(4, 0));
  refused(() => userRatings(ratings, fromTriplets({ rows: [], columns: [] }, 3, 3)));
  refused(() => ratingErrors(() => 0, fromTriplets({ rows: [], columns: [] }, 1, 1)));
});

test.run();
