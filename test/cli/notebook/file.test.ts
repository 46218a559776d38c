import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findNotebook, readNotebook, writeNotebook } from "../../../lib/cli/notebook/file";

const files = suite("notebook files", { folder: "" });
files.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "flashlab-"));
});
files.after(({ folder }) => rmSync(folder, { recursive: true }));

const CELLS = [
  { cell_type: "markdown", id: "a", metadata: {}, source: ["# Title\n", "text"] },
  { cell_type: "code", id: "b", metadata: {}, source: "let x = 1;\n", outputs: [], execution_count: null },
];

files("sources are one text in memory and lines in the file, both ways", ({ folder }) => {
  const file = join(folder, "one.ipynb");
  writeFileSync(file, JSON.stringify({ cells: CELLS, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  const notebook = readNotebook(file);
  assert.is(notebook.cells[0].source, "# Title\ntext");
  writeNotebook(file, notebook);
  assert.equal(JSON.parse(readFileSync(file, "utf8")).cells[0].source, ["# Title\n", "text"]);
  assert.equal(readNotebook(file), notebook);
  assert.equal(readdirSync(folder), ["one.ipynb"]);
});

files("what is no notebook is named", ({ folder }) => {
  const file = join(folder, "two.ipynb");
  assert.throws(() => readNotebook(file), /two\.ipynb/);
  writeFileSync(file, "{");
  assert.throws(() => readNotebook(file), /two\.ipynb/);
  writeFileSync(file, '{"nbformat": 3}');
  assert.throws(() => readNotebook(file), /nbformat 4: 3/);
});

files("a notebook is found by its name, its number or its path", () => {
  const file = findNotebook("00-tour");
  assert.is(findNotebook("00"), file);
  assert.is(findNotebook(file), file);
  assert.throws(() => findNotebook("99-nothing"), /"99-nothing".*00-tour/);
});

files.run();
