import { test } from "uvu";
import * as assert from "uvu/assert";
import { openEngine } from "../../../lib/engine/index";
import { examplesAt, featuresAt } from "../../../lib/models/heads/index";
import { readSequences } from "../../../lib/preprocessing/sequences";
import { shop } from "../../preprocessing/shop";

const DAY = 86400;

test("features are as of each example's moment, in the examples' order", async () => {
  const engine = await openEngine();
  const events = await shop(
    engine,
    [
      { user: "b", time: 0, price: 2, quantity: 3 },
      { user: "a", time: DAY, price: 1 },
      { user: "b", time: 2 * DAY, price: 10 },
      { user: "c", time: 3 * DAY, type: "view" },
      { user: "a", time: 4 * DAY, price: 100 },
    ],
    "features_shop",
  );
  const sequences = await readSequences(engine, events);
  const examples = examplesAt(sequences, [2 * DAY, 4 * DAY]);
  const { values, width, names } = await featuresAt(engine, events, sequences.users, examples);
  const column = (name: string) => Array.from(examples.users, (_, row) => values[row * width + names.indexOf(name)]);
  assert.equal(
    Array.from(examples.users, (user) => sequences.users[user]),
    ["a", "b", "a", "b", "c"],
  );
  assert.equal(column("value"), [1, 6, 1, 16, 0]);
  assert.equal(column("recency"), [1, 2, 3, 2, Number.NaN]);
  assert.not.ok(await engine.exists(`${events}_as_of`));
  await engine.close();
});

test.run();
