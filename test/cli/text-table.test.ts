import { test } from "uvu";
import * as assert from "uvu/assert";
import { textTable, wrap } from "../../lib/cli/text-table";

test("columns are as wide as their widest cell, numbers to the right", () => {
  const table = textTable([
    ["name", "time", "result"],
    ["a", "1.5 s", "so"],
    ["longer", "10.0 s", ""],
  ]);
  assert.is(table, "name      time  result\n──────  ──────  ──────\na        1.5 s  so\nlonger  10.0 s");
});

test("lines break at spaces, and a long word stays whole", () => {
  assert.equal(wrap("one two three", 7), ["one two", "three"]);
  assert.equal(wrap("unbreakable so", 4), ["unbreakable", "so"]);
  assert.equal(wrap("", 4), [""]);
});

test.run();
