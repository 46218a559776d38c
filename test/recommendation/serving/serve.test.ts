import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready } from "../../../lib/backend/index";
import { DataError } from "../../../lib/errors";
import { intraListDiversity } from "../../../lib/models/metrics/index";
import { createRandom } from "../../../lib/random";
import {
  attributeVectors,
  bestItems,
  blend,
  factorRecommender,
  foldIn,
  groupPopularity,
  groupRecommender,
  interestProfiles,
  itemNeighbours,
  neighbourRecommender,
  openModel,
  type RecommendationModel,
  serveModel,
  timePopularity,
  timeRecommender,
  vectorSimilarity,
} from "../../../lib/recommendation/index";
import { fromTriplets } from "../../../lib/sparse/index";
import { errorOf } from "../../error-of";

const [USERS, ITEMS, RANK, KINDS] = [80, 400, 8, 10];
const DAY = 86400;

/** A shop in which users take mostly from two kinds, and the north likes other things than the south. */
async function someShop(): Promise<RecommendationModel> {
  const random = createRandom("shop");
  const [rows, columns, times]: number[][] = [[], [], []];
  for (let user = 0; user < USERS; user++) {
    const kinds = [random.integer(KINDS), random.integer(KINDS)];
    for (let event = 0; event < 5 + random.integer(10); event++) {
      rows.push(user);
      columns.push(kinds[event % 2] + KINDS * Math.floor((random.uniform() ** 2 * ITEMS) / KINDS));
      times.push(DAY * random.integer(60) + 3600 * (user % 2 === 0 ? 8 : 20));
    }
  }
  const history = fromTriplets({ rows, columns, values: rows.map(() => 1) }, USERS, ITEMS);
  const area = Array.from({ length: USERS }, (_, user) => (user % 5 === 0 ? null : user % 2 === 0 ? "north" : "south"));
  const age = Array.from({ length: USERS }, (_, user) => (user < 40 ? "young" : "old"));
  const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const log = { users: Int32Array.from(rows), items: Int32Array.from(columns), times: Float64Array.from(times) };
  const category = Array.from({ length: ITEMS }, (_, item) => `kind ${item % KINDS}`);
  return {
    users: Array.from({ length: USERS }, (_, user) => `u${user}`),
    items: Array.from({ length: ITEMS }, (_, item) => `i${item}`),
    history,
    neighbours: await itemNeighbours(history, { k: 30 }),
    factors: {
      ...{ rank: RANK, userCount: USERS, itemCount: ITEMS },
      users: normals(USERS * RANK),
      items: normals(ITEMS * RANK),
    },
    foldIn: { alpha: 5, regularisation: 0.1 },
    time: timePopularity(log, ITEMS, { halfLife: 30, slots: "hour", smoothing: 20 }),
    groups: {
      place: { popularity: groupPopularity(history, area, ["north", "south"], { smoothing: 20 }), ofUser: area },
      age: { popularity: groupPopularity(history, age, ["young", "old"], { smoothing: 20 }), ofUser: age },
    },
    attributes: {
      category,
      price: Float64Array.from({ length: ITEMS }, (_, item) => 10 + (item % 7)),
      cost: Float64Array.from({ length: ITEMS }, (_, item) => 8 + (item % 5)),
      stock: Float64Array.from({ length: ITEMS }, (_, item) => item % 11),
    },
    vectors: attributeVectors(
      category,
      Array.from({ length: ITEMS }, (_, item) => `${item % 3}`),
    ),
    weights: { neighbours: 1, factors: 0.5, interest: 0.75, time: 0.25, groups: 0.5 },
    depth: 60,
  };
}

let shop: RecommendationModel;
const at = 100 * DAY + 8 * 3600;
const folder = mkdtempSync(join(tmpdir(), "model-"));
test.before(async () => {
  await ready();
  shop = await someShop();
});
test.after(() => rmSync(folder, { recursive: true }));

const groupsOf = (model: RecommendationModel) =>
  Object.values(model.groups ?? {}).map(({ popularity, ofUser }) => ({ model: popularity, groupOfUser: ofUser }));

test("known users are served what the blend of the same parts ranks first, what they had left out", () => {
  const { history, neighbours, factors, time, attributes, weights, depth } = shop;
  assert.ok(neighbours && factors && time && attributes?.category && attributes.stock);
  const parts = {
    neighbours: neighbourRecommender(history, neighbours),
    factors: factorRecommender(factors),
    interest: interestProfiles(history, attributes.category).recommender,
    time: timeRecommender(time, at),
    groups: groupRecommender(groupsOf(shop)),
  };
  const whole = blend(
    Object.entries(parts).map(([name, recommender]) => ({
      recommender,
      weight: weights[name as keyof typeof parts] ?? 0,
    })),
    { scale: "rank", depth },
  );
  const serving = serveModel(shop);
  const users = Array.from({ length: USERS }, (_, user) => user).filter((user) => user % 5 !== 0);
  const lists = serving.recommend(
    users.map((user) => shop.users[user]),
    { k: 10, at },
  );
  const scores = new Float64Array(ITEMS);
  for (const [place, user] of users.entries()) {
    const excluded = Uint8Array.from(attributes.stock, (units) => (units >= 1 ? 0 : 1));
    for (let entry = history.offsets[user]; entry < history.offsets[user + 1]; entry++)
      excluded[history.indices[entry]] = 1;
    whole.score(user, scores);
    const expected = bestItems(whole, user, 10, excluded);
    lists[place].items.forEach(({ item, score }, rank) => {
      // The blend is single precision: equals can change places.
      assert.ok(Math.abs(score - scores[expected[rank]]) < 1e-6, `user ${user}, place ${rank}`);
      assert.ok(Math.abs(score - scores[Number(item.slice(1))]) < 1e-6, `user ${user}, item ${item}`);
    });
    assert.is(lists[place].items.length, 10);
    assert.ok(lists[place].known);
  }
  serving.dispose();
});

test("a newcomer gets what place, group and hour say; with a first basket, what goes with it too", () => {
  const serving = serveModel(shop);
  const [nobody] = serving.recommend(["stranger"], { k: 5, at, place: "north", groups: { age: "old" } });
  assert.not.ok(nobody.known);
  assert.is(nobody.items.length, 5);
  for (const { reason } of nobody.items) assert.ok(["time", "groups"].includes(reason.part), reason.part);
  const [withBasket] = serving.recommend(["stranger"], { k: 5, at, histories: { stranger: ["i3", "i13"] } });
  assert.ok(withBasket.items.some(({ reason }) => reason.part === "neighbours"));
  for (const { item } of withBasket.items)
    assert.not.ok(["i3", "i13"].includes(item), "what is in the basket isn't shown");
  const [south] = serving.recommend(["stranger"], { k: 5, at, place: "south", groups: { age: "old" } });
  assert.not.equal(
    south.items.map(({ item }) => item),
    nobody.items.map(({ item }) => item),
  );
  const alone = serveModel({ ...shop, weights: { neighbours: 1 } });
  const [popular] = alone.recommend(["stranger"], { k: 3 });
  assert.equal(new Set(popular.items.map(({ reason }) => reason.part)), new Set(["popular"]));
  serving.dispose();
  alone.dispose();
});

test("someone told of is folded in: the factors' part alone ranks by the folded vector", () => {
  const serving = serveModel({ ...shop, weights: { factors: 1 } });
  const { factors } = shop;
  assert.ok(factors);
  const vector = foldIn(factors, shop.foldIn)([4, 9], [1, 1]);
  const value = (item: number) => vector.reduce((sum, one, d) => sum + one * factors.items[item * RANK + d], 0);
  const expected = Array.from({ length: ITEMS }, (_, item) => item)
    .filter((item) => item % 11 !== 0 && item !== 4 && item !== 9)
    .sort((a, b) => value(b) - value(a));
  const [list] = serving.recommend(["stranger"], { k: 8, histories: { stranger: ["i4", "i9"] } });
  assert.equal(
    list.items.map(({ item }) => item),
    expected.slice(0, 8).map((item) => `i${item}`),
  );
  serving.dispose();
});

test("filters hold for every item shown, and lists are filled up from the popular as far as they leave any", () => {
  const serving = serveModel(shop);
  const lists = serving.recommend(shop.users, { k: 10, minimumStock: 4, marginFloor: 0.2, without: ["i5", "i15"] });
  for (const [user, { items }] of lists.entries()) {
    assert.is(items.length, 10);
    for (const { item } of items) {
      const number = Number(item.slice(1));
      assert.ok(number % 11 >= 4 && number !== 5 && number !== 15);
      assert.ok((10 + (number % 7) - 8 - (number % 5)) / (10 + (number % 7)) >= 0.2);
      const { offsets, indices } = shop.history;
      assert.not.ok(indices.subarray(offsets[user], offsets[user + 1]).includes(number), `${item} was had by ${user}`);
    }
  }
  const again = serving.recommend(["u1"], { k: ITEMS, repeat: true, minimumStock: 0 });
  assert.is(again[0].items.length, ITEMS, "with nothing filtered, the whole catalogue");
  assert.is(new Set(again[0].items.map(({ item }) => item)).size, ITEMS);
  assert.equal(serving.recommend(["u1"], { k: 5, minimumStock: 99 })[0].items, []);
  assert.equal(serving.recommend([]), []);
  serving.dispose();
});

test("a reason names the part that did most, and for neighbours an item that the user had", () => {
  const serving = serveModel(shop);
  const parts = new Set<string>();
  for (const [user, { items }] of serving.recommend(shop.users, { at }).entries())
    for (const { reason } of items) {
      parts.add(reason.part);
      assert.ok(reason.text.length > 0);
      if (reason.part !== "neighbours") continue;
      const { offsets, indices } = shop.history;
      const had = indices.subarray(offsets[user], offsets[user + 1]);
      assert.ok(had.includes(Number(reason.item?.slice(1))), `${reason.item}`);
    }
  assert.ok(parts.has("neighbours") && parts.size >= 3, [...parts].join(" "));
  serving.dispose();
});

test("diversity spreads lists, by either way", () => {
  const serving = serveModel(shop);
  assert.ok(shop.vectors);
  const similarity = vectorSimilarity(shop.vectors);
  const spread = (options: Parameters<typeof serving.recommend>[1]) => {
    const lists = serving.recommend(shop.users, { at, ...options });
    const each = lists.map(({ items }) =>
      intraListDiversity(
        items.map(({ item }) => Number(item.slice(1))),
        similarity,
      ),
    );
    return each.reduce((sum, value) => sum + value, 0) / each.length;
  };
  const plain = spread({});
  for (const diversifier of ["marginal", "determinantal"] as const) {
    const half = spread({ diversity: 0.5, diversifier });
    assert.ok(half > plain + 0.02, `${diversifier}: ${half} against ${plain}`);
    assert.ok(spread({ diversity: 0.9, diversifier }) > half);
  }
  serving.dispose();
});

for (const search of ["exact", "approximate"] as const)
  test(`saved and loaded, a model answers the same (${search} search)`, async () => {
    const path = join(folder, search);
    const serving = serveModel(shop, { search });
    await serving.save(path);
    await serving.save(path);
    const loaded = await openModel(path, { search });
    const options = { at, place: "north", histories: { u3: ["i8"], stranger: ["i9"] }, diversity: 0.3 };
    const users = [...shop.users, "stranger"];
    assert.equal(loaded.recommend(users, options), serving.recommend(users, options));
    assert.is(loaded.search, search);
    assert.equal(readdirSync(path).includes("items.hnsw"), search === "approximate");
    assert.equal(
      readdirSync(folder).filter((name) => name.startsWith(".")),
      [],
      "nothing is left beside it",
    );
    serving.dispose();
    loaded.dispose();
  });

test("a folder without a model, a missing file and a changed one are refused", async () => {
  const path = join(folder, "damaged");
  const serving = serveModel(shop);
  await serving.save(path);
  serving.dispose();
  const refusal = async (place = path) => {
    const error = await errorOf(openModel(place));
    assert.instance(error, DataError);
    return error.message;
  };
  assert.match(await refusal(folder), /no recommendation model/);
  const file = join(path, readdirSync(path).find((name) => name.includes("neighbours-values")) ?? "");
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(file, bytes);
  assert.match(await refusal(), /isn't what was saved.*neighbours-values/);
  rmSync(file);
  assert.match(await refusal(), /is missing/);
  writeFileSync(join(path, "model.json"), "{}");
  assert.match(await refusal(), /not a recommendation model/);
});

test("models whose parts don't fit, and questions that can't be answered, are refused", () => {
  const refused = (change: Partial<RecommendationModel>, message: RegExp) =>
    assert.throws(() => serveModel({ ...shop, ...change }), message);
  refused({ users: ["u1", "u1"] }, /an id is there once: "u1" at users/);
  refused({ items: shop.items.slice(1) }, /399 items: 400 at history/);
  refused({ factors: undefined }, /a part with a weight is in the model: 0.5 at weights.factors/);
  refused({ weights: { time: -1 } }, /-1 at weights.time/);
  refused({ weights: { magic: 1 } as never }, /"magic" at weights/);
  refused({ attributes: { stock: new Float64Array(3) } }, /400 items: 3 at attributes.stock/);
  const serving = serveModel({ ...shop, attributes: { category: shop.attributes?.category } });
  assert.throws(() => serving.recommend(["u1"], { k: 0 }), /at k/);
  assert.throws(() => serving.recommend(["u1"], { place: "west" }), /no such place: "west".*north, south/);
  assert.throws(() => serving.recommend(["u1"], { groups: { size: "xl" } }), /no such size/);
  assert.throws(() => serving.recommend(["u1"], { histories: { u1: ["i999"] } }), /"i999" at histories\["u1"\]/);
  assert.throws(() => serving.recommend(["u1"], { without: ["nothing"] }), /"nothing" at without/);
  assert.throws(() => serving.recommend(["u1"], { marginFloor: 0.1 }), /doesn't know price/);
  assert.throws(() => serving.recommend(["u1"], { minimumStock: 1 }), /doesn't know stock/);
  assert.throws(() => serving.recommend(["u1"], { diversity: 2 }), /at diversity/);
  serving.dispose();
});

test.run();
