import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../lib/engine";
import { InputError } from "../../lib/errors";
import { readInteractions } from "../../lib/recommendation";
import { toDense } from "../../lib/sparse";

let engine: Engine;
test.before(async () => {
  engine = await openEngine({ threads: 1 });
  await engine.run(`CREATE TABLE events AS SELECT * FROM (VALUES
    ('b', 'y', TIMESTAMP '2001-01-01 08:00:00', 2), ('b', 'y', TIMESTAMP '2001-01-01 09:00:00', 3),
    ('b', 'y', TIMESTAMP '2001-01-02 08:00:00', 1), ('a', 'x', TIMESTAMP '2001-01-01 08:00:00', 1),
    ('a', 'z', TIMESTAMP '2001-01-05 08:00:00', 4), ('c', 'x', TIMESTAMP '2001-01-05 08:00:00', 1),
    (NULL, 'x', TIMESTAMP '2001-01-05 08:00:00', 1)) AS t(user_id, item_id, event_time, quantity)`);
});
test.after(() => engine.close());

test("rows and columns in the order of their ids, values the number of days", async () => {
  const { matrix, users, items } = await readInteractions(engine, "events");
  assert.equal(
    [users, items],
    [
      ["a", "b", "c"],
      ["x", "y", "z"],
    ],
  );
  assert.equal(Array.from(toDense(matrix)), [1, 0, 1, 0, 2, 0, 1, 0, 0]);
});

test("another value, and the users and items of another part", async () => {
  await engine.run("CREATE OR REPLACE VIEW early AS SELECT * FROM events WHERE event_time < '2001-01-03'");
  await engine.run("CREATE OR REPLACE VIEW late AS SELECT * FROM events WHERE event_time >= '2001-01-03'");
  const early = await readInteractions(engine, "early", { value: "sum(quantity)" });
  assert.equal(Array.from(toDense(early.matrix)), [1, 0, 0, 6]);
  // Of the late events none is of a known user and a known item.
  await readInteractions(engine, "late", { like: early }).then(
    () => assert.unreachable(),
    (error) => assert.instance(error, InputError),
  );
  const whole = await readInteractions(engine, "events", { like: early });
  assert.equal(whole.users, early.users);
  assert.equal(Array.from(toDense(whole.matrix)), [1, 0, 0, 2]);
});

test.run();
