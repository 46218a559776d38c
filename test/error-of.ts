import * as assert from "uvu/assert";

/** The error that a promise ends in; one that ends well is a failure of the test. */
export async function errorOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => assert.unreachable("expected an error") as never,
    (error) => error,
  );
}
