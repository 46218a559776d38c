import { test } from "uvu";
import * as assert from "uvu/assert";
import { textTable } from "../../lib/cli/text-table";

test("columns are as wide as their widest cell, numbers to the right", () => {
  const table = textTable([
    ["name", "time", "result"],
    ["a", "1.5 s", "so"],
    ["longer", "10.0 s", ""],
  ]);
  assert.is(table, "name      time  result\n──────  ──────  ──────\na        1.5 s  so\nlonger  10.0 s");
});

test.run();
