import { test } from "uvu";
import * as assert from "uvu/assert";
import * as preprocessing from "../../lib/preprocessing/index";
import { cleaning } from "./cases/cleaning";
import { features } from "./cases/features";
import { numbers } from "./cases/numbers";
import { splits } from "./cases/splits";
import { shareBasket, shareShop } from "./events";
import { differences, openTwins, type Twins } from "./twins";

const CASES = { ...cleaning, ...features, ...splits, ...numbers };

/** What lib/preprocessing exports that sends no SQL. */
const NO_SQL = ["saveFitted", "loadFitted"];

let twins: Twins;
let shop: string;
let basket: string | undefined;
test.before(async () => {
  twins = await openTwins();
  shop = await shareShop(twins);
  basket = await shareBasket(twins);
});
test.after(() => twins.close());

test("every step that lib/preprocessing exports is among those tried here", () => {
  const covered = new Set([...Object.values(CASES).flatMap(({ covers }) => covers), ...NO_SQL]);
  const exported = Object.keys(preprocessing);
  assert.equal(
    exported.filter((name) => !covered.has(name)),
    [],
  );
  assert.equal(
    [...covered].filter((name) => !exported.includes(name)),
    [],
  );
});

for (const [title, { run, real }] of Object.entries(CASES)) {
  test(`${title}: the same on DuckDB and on Spark`, async () => {
    for (const events of real && basket !== undefined ? [shop, basket] : [shop]) {
      const name = `${title.replace(/\W+/g, "_")}_${events}`;
      const [onDuckDb, onSpark] = await Promise.all(
        [twins.duckdb, twins.spark].map((engine) => run(engine, events, name)),
      );
      assert.equal(differences(onDuckDb, onSpark, events), []);
    }
  });
}

test.run();
