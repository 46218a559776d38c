import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Notebook } from "../../../lib/cli/notebook/file";
import { parseParameter, readParameters, setParameters } from "../../../lib/cli/notebook/parameters";

function notebookWith(source: string): Notebook {
  const cell = { cell_type: "code" as const, source, metadata: { tags: ["parameters"] }, outputs: [] };
  return { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

const SOURCE = [
  'let profile: "quick" | "full" = "quick"; // how much work',
  "let seed = 1;",
  "const rate: number = -1.5e-3",
  "let live = false;",
  "let name = 'it\\'s \"so\"';",
].join("\n");

test("reads literals of every kind, with and without a type", () => {
  assert.equal(readParameters(notebookWith(SOURCE)), {
    profile: "quick",
    seed: 1,
    rate: -0.0015,
    live: false,
    name: 'it\'s "so"',
  });
});

test("sets values in place and leaves all else as it was", () => {
  const notebook = notebookWith(SOURCE);
  setParameters(notebook, { profile: "full", seed: 7, live: true });
  assert.is(
    notebook.cells[0].source,
    SOURCE.replace('= "quick"', '= "full"').replace("seed = 1", "seed = 7").replace("= false", "= true"),
  );
});

test("a text with quotes and line ends survives", () => {
  const notebook = notebookWith(SOURCE);
  setParameters(notebook, { name: 'a "b"\nc' });
  assert.is(readParameters(notebook).name, 'a "b"\nc');
});

test("an unknown name is refused with those that there are", () => {
  assert.throws(() => setParameters(notebookWith(SOURCE), { sed: 1 }), /"sed".*profile, seed, rate, live, name/);
});

test("a value of another kind is refused", () => {
  assert.throws(() => setParameters(notebookWith(SOURCE), { seed: "one" }), /seed is a number.*"one"/);
});

test("reads name=value from a command line", () => {
  assert.equal(parseParameter("seed=7"), ["seed", 7]);
  assert.equal(parseParameter("live=true"), ["live", true]);
  assert.equal(parseParameter("name=a=b"), ["name", "a=b"]);
  assert.equal(parseParameter("name="), ["name", ""]);
  assert.throws(() => parseParameter("seed"), /name=value/);
});

test.run();
