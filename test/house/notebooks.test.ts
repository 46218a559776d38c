import { basename } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { notebookFiles, readNotebook } from "../../lib/cli/notebook/file";
import { readParameters } from "../../lib/cli/notebook/parameters";
import { checkCells } from "./cells";

const notebooks = notebookFiles().map((file) => ({ name: basename(file), notebook: readNotebook(file) }));

test("there are notebooks", () => {
  assert.ok(notebooks.length > 0);
});

for (const { name, notebook } of notebooks) {
  test(`${name} carries no outputs`, () => {
    for (const cell of notebook.cells.filter((cell) => cell.cell_type === "code")) {
      assert.equal(cell.outputs, [], `cell ${cell.id}: clear the outputs before committing`);
      assert.is(cell.execution_count, null);
    }
  });

  test(`${name} has the form that every notebook has`, () => {
    const { cells, metadata } = notebook;
    const text = cells.map((cell) => (cell.cell_type === "markdown" ? cell.source : "")).join("\n\n");
    assert.is((metadata.kernelspec as { name: string }).name, "tslab");
    assert.match(cells[0].source, /^# /);
    for (const part of [
      /what you will learn/i,
      /what you should know/i,
      /run time/i,
      /terms/i,
      /## Summary/i,
      /exercise/i,
      /references/i,
    ])
      assert.match(text, part);
    assert.is(new Set(cells.map((cell) => cell.id)).size, cells.length, "cell ids are unique");
    const { profile, seed } = readParameters(notebook);
    assert.is(profile, "quick");
    assert.type(seed, "number");
  });

  test(`${name} assigns nothing but literals in its parameters cell`, () => {
    const cell = notebook.cells.find((one) => one.metadata.tags?.includes("parameters"));
    const code = (cell?.source ?? "").split("\n").filter((line) => line.trim() !== "" && !line.startsWith("//"));
    assert.is(code.length, Object.keys(readParameters(notebook)).length, cell?.source);
  });

  test(`${name} has a folded solution for its exercises`, () => {
    assert.ok(notebook.cells.some((cell) => cell.cell_type === "code" && cell.metadata.tags?.includes("solution")));
  });
}

test("the cells of every notebook are strict TypeScript", () => {
  assert.equal(checkCells(notebooks), []);
});

test.run();
