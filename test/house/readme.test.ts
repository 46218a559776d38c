import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { notebookFiles } from "../../lib/cli/notebook/file";
import { ROOT } from "../../lib/cli/project";
import packageJson from "../../package.json";
import { sources } from "./sources";

const readme = readFileSync(join(ROOT, "README.md"), "utf8");

function missing(names: Iterable<string>): string[] {
  return [...new Set(names)].filter((name) => !readme.includes(`\`${name}\``)).sort();
}

test("the README gives a reason for every dependency", () => {
  const { dependencies, devDependencies } = packageJson;
  assert.equal(missing([...Object.keys(dependencies), ...Object.keys(devDependencies)]), []);
});

test("the README says why each package is overridden", () => {
  const { "danfojs-node": danfo, ...others } = packageJson.overrides;
  assert.equal(missing([...Object.keys(danfo), ...Object.keys(others)]), []);
});

test("the README explains every setting that the code reads", () => {
  const files = [...sources("lib", ".ts"), ...sources("lib", ".mjs"), ...sources("lib", ".cjs")];
  const settings = files.flatMap(({ text }) => text.match(/\bFLASHLAB_[A-Z_]+\b/g) ?? []);
  assert.equal(missing(settings), []);
});

test("the README's map and the tour's have every notebook", () => {
  const [tour, ...others] = notebookFiles();
  const map = readFileSync(tour, "utf8");
  assert.equal(
    others.filter((file) => !readme.includes(`notebooks/${basename(file)}`) || !map.includes(`(${basename(file)})`)),
    [],
  );
});

test.run();
