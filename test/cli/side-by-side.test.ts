import { test } from "uvu";
import * as assert from "uvu/assert";
import { forEachSideBySide } from "../../lib/cli/side-by-side";

test("at most so many at a time, results in the items' order", async () => {
  let running = 0;
  let most = 0;
  const results = await forEachSideBySide([3, 1, 2, 0, 5], 2, async (item) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    running--;
    return item * 10;
  });
  assert.equal(results, [30, 10, 20, 0, 50]);
  assert.is(most, 2);
});

test("the first error ends it: what has begun ends, nothing new begins", async () => {
  const begun: number[] = [];
  try {
    await forEachSideBySide([0, 1, 2, 3], 1, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error("one");
    });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "one");
  }
  assert.equal(begun, [0, 1]);
});

test("no items, no results", async () => {
  assert.equal(await forEachSideBySide([], 3, async () => 1), []);
});

test.run();
