import { test } from "uvu";
import * as assert from "uvu/assert";
import { sparkStatements } from "../../lib/engine/spark/text";
import { sendable } from "../../lib/engine/spark/values";

test("a value's mark becomes Spark's, but not in texts, names and comments", () => {
  assert.equal(sparkStatements("SELECT $a, '$b', \"$c\", `$d`, $e_1 -- $f\n, /* $g */ x::DATE"), [
    "SELECT :a, '$b', \"$c\", `$d`, :e_1  \n,   x::DATE",
  ]);
});

test("statements part at a semicolon outside of texts, names and comments; empty ones fall away", () => {
  assert.equal(sparkStatements("SELECT ';' ; SELECT \";\" -- ;\n;; /* ; */ SELECT 1 - 2 / 3;\n"), [
    "SELECT ';'",
    'SELECT ";"',
    "SELECT 1 - 2 / 3",
  ]);
});

test("a backslash in a text stands for itself, a doubled quote for one", () => {
  assert.equal(sparkStatements(String.raw`SELECT 'a\d''\', "b\"`), [String.raw`SELECT 'a\\d''\\', "b\"`]);
});

test("values go as what JSON can carry, with their kind", () => {
  assert.equal(sendable([null, true, 1, -0, 0.5, Infinity, 2n ** 60n, "x", new Date(1500)]), [
    ["null", null],
    ["boolean", true],
    ["whole", "1"],
    ["double", "-0.0"],
    ["double", "0.5"],
    ["double", "Infinity"],
    ["whole", "1152921504606846976"],
    ["text", "x"],
    ["time", 1500],
  ]);
  assert.equal(sendable({ bytes: Uint8Array.of(1, 255), list: Int32Array.of(1), wide: Float64Array.of(1) }), {
    bytes: ["bytes", "Af8="],
    list: ["list", [["whole", "1"]]],
    wide: ["list", [["double", "1"]]],
  });
  assert.is(sendable(undefined), undefined);
  assert.throws(() => sendable([new Date(Number.NaN)]), /invalid Date can't be bound at value 1/);
  assert.throws(() => sendable({ f: (() => 1) as unknown as string }), /can't be bound to SQL.*value \$f/);
});

test.run();
