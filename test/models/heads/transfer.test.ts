import { test } from "uvu";
import * as assert from "uvu/assert";
import { addHeads, intentHead, target, transferBackbone } from "../../../lib/models/heads/index";
import { disposeParameters, parameter } from "../../../lib/models/parameters";
import type { EventSequences } from "../../../lib/models/sequences/batches";
import { createGruModel, gruShape } from "../../../lib/models/sequences/gru";
import { createMlpModel, mlpShape } from "../../../lib/models/sequences/mlp";
import { nextItemTask } from "../../../lib/models/sequences/next-item";
import { train } from "../../../lib/models/training/train";
import { createRandom } from "../../../lib/random";
import { noLeaks } from "../no-leaks";

noLeaks(test);

const CATEGORIES = 5;

/**
 * A shop where category 1 is followed by 3, 3 by 5, 5 by 2 and so on round, item i being of category 1 + i mod 5; which of
 * its items is bought is chance, but for one of each category that is bought nine times of ten.
 */
function shop(name: string, users: number, items: number): EventSequences {
  const random = createRandom(name);
  const events = 12;
  const offsets = Int32Array.from({ length: users + 1 }, (_, user) => user * events);
  const fields = [new Int32Array(users * events), new Int32Array(users * events)];
  for (let user = 0; user < users; user++) {
    let category = random.integer(CATEGORIES);
    for (let at = user * events; at < (user + 1) * events; at++) {
      const rank = random.uniform() < 0.9 ? 0 : random.integer(items / CATEGORIES);
      fields[0][at] = category === 0 ? CATEGORIES * (rank + 1) : category + CATEGORIES * rank;
      fields[1][at] = 1 + category;
      category = (category + 2) % CATEGORIES;
    }
  }
  return { offsets, fields };
}

const network = (items: number, seed: number) =>
  createGruModel(
    gruShape(items, {
      ...{ width: 16, hidden: 24, length: 12, dropout: 0 },
      fields: [
        { name: "item", count: items },
        { name: "category", count: CATEGORIES },
      ],
    }),
    seed,
  );

test("a backbone from a large shop halves what a small one with new items has left to learn", async () => {
  const old = network(40, 1);
  const learned = await train(nextItemTask(old, shop("old", 200, 40), { seed: 1, batch: 100 }), {
    ...{ epochs: 40, seed: 1, rate: 3e-2 },
  });
  assert.ok((learned.epochs.at(-1)?.loss ?? 9) < 1.2, JSON.stringify(learned.epochs.at(-1)));
  const events = shop("new", 30, 20);
  const after: Record<string, number> = {};
  for (const how of ["alone", "transferred"]) {
    const model = network(20, 2);
    const items = parameter(model.parameters, "item.embedding").dataSync().slice();
    if (how === "transferred") {
      const copied = transferBackbone(old, model);
      assert.ok(copied.includes("gru.0.state.weight") && copied.includes("category.embedding"));
      assert.not.ok(copied.includes("item.embedding"));
      assert.equal([...parameter(model.parameters, "item.embedding").dataSync()], [...items]);
    }
    const { epochs } = await train(nextItemTask(model, events, { seed: 1, batch: 30 }), {
      ...{ epochs: 30, seed: 1, rate: 1e-2 },
    });
    after[how] = epochs[29].loss;
    disposeParameters(model.parameters);
  }
  // Which of a category's four items it is, nobody can know: the first is it in 0.9 + 0.1 / 4 of all cases.
  const chances = [0.925, 0.025, 0.025, 0.025];
  const floor = chances.reduce((sum, chance) => sum - chance * Math.log(chance), 0);
  assert.ok(after.transferred - floor < 0.5 * (after.alone - floor), JSON.stringify(after));
  disposeParameters(old.parameters);
});

test("items that both shops have, or that are alike, take their embeddings along; heads don't go", () => {
  const [old, model] = [network(40, 1), network(3, 2)];
  addHeads(old, [target(intentHead(), Float32Array.of(0, 1))], { seed: 1 });
  const rows = () => parameter(model.parameters, "item.embedding").arraySync() as number[][];
  const before = rows();
  const copied = transferBackbone(old, model, { items: [0, 7, 0, 40] });
  const from = parameter(old.parameters, "item.embedding").arraySync() as number[][];
  assert.equal(rows(), [before[0], from[7], before[2], from[40], before[4]]);
  assert.not.ok(copied.some((name) => name.startsWith("head.")));
  assert.not.ok(transferBackbone(old, model, { fields: [] }).includes("category.embedding"));
  assert.throws(() => transferBackbone(old, model, { items: [0, 41, 0, 0] }), /an old item is 0 to 40/);
  assert.throws(() => transferBackbone(old, model, { items: [0, 1] }), /for each new one/);
  disposeParameters(model.parameters);
  const other = createMlpModel(mlpShape(3), 1);
  assert.throws(() => transferBackbone(old, other), /one shape/);
  const wide = createGruModel(gruShape(3, { hidden: 25, width: 16 }), 1);
  assert.throws(() => transferBackbone(old, wide), /one shape.*gru\.0/);
  for (const { parameters } of [old, other, wide]) disposeParameters(parameters);
});

test.run();
