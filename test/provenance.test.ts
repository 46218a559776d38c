import { test } from "uvu";
import * as assert from "uvu/assert";
import { noteProvenance, provenance } from "../lib/provenance";

test("facts are kept, a later one of the same name replaces the earlier", () => {
  noteProvenance("seed", 1);
  noteProvenance("data cdnow", "sha256:00");
  noteProvenance("seed", 2);
  const facts = provenance();
  assert.is(facts.seed, 2);
  assert.is(facts["data cdnow"], "sha256:00");
});

test("what is handed out is a copy", () => {
  noteProvenance("seed", 3);
  const facts = provenance();
  facts.seed = 4;
  assert.is(provenance().seed, 3);
});

test("a second copy of the module, as a notebook's cells load it, shares the record", () => {
  const path = require.resolve("../lib/provenance");
  const kept = require.cache[path];
  delete require.cache[path];
  const other = require("../lib/provenance") as typeof import("../lib/provenance");
  require.cache[path] = kept;
  assert.is.not(other.noteProvenance, noteProvenance);
  other.noteProvenance("backend", "cpu");
  assert.is(provenance().backend, "cpu");
});

test.run();
