import type { Test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../lib/backend/index";

/** Makes the backend ready before a file's tests, and asserts after each that it left no tensor behind. */
export function noLeaks(test: Test): void {
  let tensors = 0;
  test.before(async () => {
    await ready();
  });
  test.before.each(() => {
    tensors = tf.memory().numTensors;
  });
  test.after.each(() => {
    assert.is(tf.memory().numTensors, tensors, "no tensor is left behind");
  });
}
