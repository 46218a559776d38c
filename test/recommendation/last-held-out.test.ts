import { test } from "uvu";
import * as assert from "uvu/assert";
import { lastHeldOut } from "../../lib/recommendation/last-held-out";
import { toDense } from "../../lib/sparse/index";

const EVENTS = { offsets: Int32Array.of(0, 3, 4, 4), fields: [Int32Array.of(1, 3, 2, 3)] };

test("the last event is the future and those before it are the history", () => {
  const { history, future } = lastHeldOut(EVENTS, 3);
  assert.equal([...toDense(history)], [1, 0, 1, 0, 0, 0, 0, 0, 0]);
  assert.equal([...toDense(future)], [0, 1, 0, 0, 0, 1, 0, 0, 0]);
});

test("with one held out, the last but one is the future and the last nowhere", () => {
  const { history, future } = lastHeldOut(EVENTS, 3, 1);
  assert.equal([...toDense(history)], [1, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal([...toDense(future)], [0, 0, 1, 0, 0, 0, 0, 0, 0]);
  assert.throws(() => lastHeldOut(EVENTS, 3, -1), /heldOut/);
});

test.run();
