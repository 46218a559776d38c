import { test } from "uvu";
import * as assert from "uvu/assert";
import { openEngine } from "../../lib/engine";
import { InputError } from "../../lib/errors";
import { rfm } from "../../lib/profiles/rfm";

test("scores go by rank, ties share a score, bands add up to everybody and everything", async () => {
  const engine = await openEngine({ threads: 1 });
  try {
    await engine.run(`CREATE TABLE users AS SELECT chr(97 + CAST(i AS INTEGER)) AS user_id, i * 1.0 AS recency,
      CAST(CASE WHEN i < 5 THEN 7 ELSE 2 END AS INTEGER) AS frequency, (10 - i) * (10 - i) * 1.0 AS value
      FROM range(10) t(i)`);
    const bands = await rfm(engine, { features: "users", output: "scored" });
    const scored = await engine.columns("SELECT user_id, r, f, m, rfm, band FROM scored ORDER BY user_id");
    // By hand: ten users, two a score; the five frequent ones have five below them, 1 + ⌊5 × 5/10⌋ = 3.
    assert.equal(Array.from(scored.r as Int32Array), [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
    assert.equal(Array.from(scored.f as Int32Array), [3, 3, 3, 3, 3, 1, 1, 1, 1, 1]);
    assert.equal(Array.from(scored.m as Int32Array), [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
    assert.is((scored.rfm as string[])[0], "535");
    assert.equal(
      bands.map(({ band, users }) => [band, users]),
      [
        ["high", 2],
        ["middle", 3],
        ["low", 5],
      ],
    );
    // 1² + … + 10² = 385, of which the two highest are 181.
    assert.ok(Math.abs(bands[0].valueShare - 181 / 385) < 1e-12);
    assert.ok(Math.abs(bands.reduce((sum, { valueShare }) => sum + valueShare, 0) - 1) < 1e-12);
  } finally {
    await engine.close();
  }
});

test("without users there is nothing to score", async () => {
  const engine = await openEngine({ threads: 1 });
  try {
    await engine.run("CREATE TABLE users (user_id VARCHAR, recency DOUBLE, frequency INTEGER, value DOUBLE)");
    await rfm(engine, { features: "users", output: "scored" });
    assert.unreachable("no error");
  } catch (error) {
    assert.instance(error, InputError);
  } finally {
    await engine.close();
  }
});

test.run();
