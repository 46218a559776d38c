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
const inputs: (string | undefined)[] = [];
test.before(async () => {
  twins = await openTwins();
  inputs.push(await shareShop(twins), await shareBasket(twins));
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

for (const [title, { run }] of Object.entries(CASES)) {
  test(`${title}: the same on DuckDB and on Spark`, async () => {
    for (const [index, events] of inputs.entries()) {
      if (events === undefined) continue;
      const name = `${title.replace(/\W+/g, "_")}_${index}`;
      const [onDuckDb, onSpark] = await Promise.all(
        [twins.duckdb, twins.spark].map((engine) => run(engine, events, name)),
      );
      assert.equal(differences(onDuckDb, onSpark, events), []);
    }
  });
}

test.run();
