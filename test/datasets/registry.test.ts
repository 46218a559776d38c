import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ADAPTERS } from "../../lib/datasets/adapters/index";
import { open } from "../../lib/datasets/index";
import { nearest } from "../../lib/datasets/nearest";
import { findEntry, isInside, readRegistry } from "../../lib/datasets/registry";
import { DataError, InputError } from "../../lib/errors";
import { inFolder } from "./fixtures";

const registry = readRegistry();

test("every entry says what it is, whose it is, and how it is opened", () => {
  for (const entry of registry) {
    for (const field of ["title", "about", "terms", "citation", "homepage"] as const)
      assert.ok(entry[field].length > 0, `${entry.name}: ${field}`);
    assert.ok(ADAPTERS[entry.name], `${entry.name} has an adapter`);
    assert.is(new Set(entry.files.map((file) => file.path)).size, entry.files.length, `${entry.name}: paths differ`);
    for (const file of entry.files)
      assert.ok(file.source !== undefined || entry.manual, `${entry.name}: ${file.name} has a source or a way`);
  }
  assert.is(new Set(registry.map((entry) => entry.name)).size, registry.length);
});

test("an unknown name gets the nearest one suggested", async () => {
  for (const [wrong, right] of [
    ["tafeng", "ta-feng"],
    ["Ta Feng", "ta-feng"],
    ["open-bandid", "open-bandit"],
    ["cdnwo", "cdnow"],
    ["market place", "marketplace"],
  ]) {
    const error = await open(wrong).catch((caught) => caught);
    assert.instance(error, InputError);
    assert.match(error.message, `Did you mean "${right}"?`);
  }
  assert.throws(
    () => findEntry(registry, "zzzzzzzzzzzz"),
    (error: Error) => !error.message.includes("Did you mean"),
  );
});

test("the nearest name is within half of the letters, or none", () => {
  assert.is(nearest("abcd", ["abcx", "wxyz"]), "abcx");
  assert.is(nearest("abcdef", ["uvwxyz"]), undefined);
  fc.assert(fc.property(fc.stringMatching(/^[a-z]{1,12}$/), (name) => nearest(name, ["zz", name]) === name));
});

test("a path that stays inside its folder is told from one that doesn't", () => {
  for (const good of ["a", "a/b.csv", "a/..b/c", ".hidden"]) assert.ok(isInside(good), good);
  for (const bad of ["", "/a", "../a", "a/../b", "a//b", "./a", "a/", "a\\b", "C:/a", "c:a", "a\0b"])
    assert.not.ok(isInside(bad), JSON.stringify(bad));
});

test("a registry that is no registry, or has a wrong digest, is refused by name", () =>
  inFolder(async (folder) => {
    const path = join(folder, "registry.json");
    const write = (text: string) => writeFileSync(path, text);
    write("{");
    assert.throws(
      () => readRegistry(path),
      (error: Error) => error instanceof DataError,
    );
    write('{"datasets": 3}');
    assert.throws(() => readRegistry(path), /no list "datasets"/);
    const entry = structuredClone(registry[0]);
    entry.files[0].sha256 = "abc";
    write(JSON.stringify({ datasets: [entry] }));
    assert.throws(
      () => readRegistry(path),
      new RegExp(`registry entry "${entry.name}", files.${entry.files[0].name}.sha256`),
    );
    entry.files[0].sha256 = "0".repeat(64);
    entry.files[0].source = "nowhere";
    write(JSON.stringify({ datasets: [entry] }));
    assert.throws(() => readRegistry(path), /expected a source/);
  }));

test.run();
