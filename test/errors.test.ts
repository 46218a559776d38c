import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  AbortedError,
  DataError,
  EnvironmentError,
  FlashlabError,
  InputError,
  requireInteger,
  requireNumber,
  throwIfAborted,
} from "../lib/errors";

test("a message names the problem, the value, the place and the remedy", () => {
  const error = new FlashlabError("a price is above 0", { value: -3, place: "row 7", remedy: "Drop the row." });
  assert.is(error.message, "a price is above 0: -3 at row 7. Drop the row.");
  assert.is(error.place, "row 7");
  assert.is(error.remedy, "Drop the row.");
  assert.is(new FlashlabError("no stock").message, "no stock.");
  assert.is(new FlashlabError("no stock", { place: "shelf 2" }).message, "no stock at shelf 2.");
});

test("values are shown as JSON, numbers as they are, and cut at 120 characters", () => {
  const shown = (value: unknown) => new FlashlabError("bad", { value }).message;
  assert.is(shown("7"), 'bad: "7".');
  assert.is(shown(Number.NaN), "bad: NaN.");
  assert.is(shown(Infinity), "bad: Infinity.");
  assert.is(shown(12n), "bad: 12.");
  assert.is(shown({ a: [1, null] }), 'bad: {"a":[1,null]}.');
  assert.is(shown(null), "bad: null.");
  const loop: { self?: unknown } = {};
  loop.self = loop;
  assert.is(shown(loop), "bad: [object Object].");
  const long = shown("x".repeat(500));
  assert.is(long.length, "bad: ".length + 120 + ".".length);
  assert.ok(long.endsWith("....")); // three dots for the cut, one for the end
});

test("every kind is a FlashlabError and an Error, and says its own name", () => {
  for (const Kind of [InputError, DataError, EnvironmentError, AbortedError]) {
    const error = new Kind("problem");
    assert.instance(error, FlashlabError);
    assert.instance(error, Error);
    assert.is(error.name, Kind.name);
    assert.match(String(error), new RegExp(`^${Kind.name}: problem`));
  }
});

test("the cause is kept, and absent where none was given", () => {
  const cause = new TypeError("deep");
  assert.is(new DataError("shallow", { cause }).cause, cause);
  assert.not("cause" in new DataError("shallow"));
});

test("required numbers pass through or are refused by range", () => {
  assert.is(requireNumber(0.5, "share", 0, 1), 0.5);
  assert.is(requireNumber(0, "share", 0, 1), 0);
  assert.is(requireNumber(1, "share", 0, 1), 1);
  assert.throws(() => requireNumber(1.5, "share", 0, 1), /a number from 0 to 1: 1\.5 at share\. Change share\./);
  assert.throws(() => requireNumber(-1, "price", 0), /of at least 0: -1/);
  assert.throws(() => requireNumber(2, "rate", -Infinity, 1), /of at most 1: 2/);
  assert.throws(() => requireNumber(Number.NaN, "x"), /expected a number: NaN at x/);
  assert.throws(() => requireNumber(Infinity, "x"), /Infinity/);
  assert.throws(() => requireNumber("1" as unknown as number, "x"), /"1"/);
});

test("required whole numbers likewise", () => {
  assert.is(requireInteger(3, "count", 1), 3);
  assert.throws(() => requireInteger(2.5, "count", 1), /a whole number of at least 1: 2\.5 at count/);
  assert.throws(() => requireInteger(0, "count", 1), /0 at count/);
  assert.throws(() => requireInteger(9, "count", 1, 8), /from 1 to 8: 9/);
});

test("work goes on until its signal is aborted, then stops with the reason", () => {
  const controller = new AbortController();
  throwIfAborted(undefined, "training");
  throwIfAborted(controller.signal, "training");
  controller.abort("enough");
  assert.throws(
    () => throwIfAborted(controller.signal, "training"),
    (error: unknown) =>
      error instanceof AbortedError && error.cause === "enough" && /training was stopped/.test(error.message),
  );
});

test.run();
