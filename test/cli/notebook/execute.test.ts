import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { executeNotebook } from "../../../lib/cli/notebook/execute";
import { readNotebook, writeNotebook } from "../../../lib/cli/notebook/file";

const running = suite("running a notebook", { folder: "" });
running.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "flashlab-run-"));
});
running.after(({ folder }) => rmSync(folder, { recursive: true }));

/** A notebook of these code cells, the first of them its parameters. */
function notebook(folder: string, ...codes: string[]): string {
  const file = join(folder, "cells.ipynb");
  const cells = codes.map((source, i) => ({
    ...{ cell_type: "code" as const, id: `c${i}`, source, outputs: [], execution_count: null },
    metadata: i === 0 ? { tags: ["parameters"] } : {},
  }));
  writeNotebook(file, { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  return file;
}

running("parameters reach the cells, outputs and facts the file", async ({ folder }) => {
  const file = notebook(
    folder,
    'let profile = "quick"; \nlet seed = 1;',
    'import { noteProvenance } from "./lib/provenance"; noteProvenance("data x", "sha256:1"); seed + 1',
    'import { headline } from "./lib/workbench/index"; headline("seed " + seed)',
  );
  const out = join(folder, "out.ipynb");
  const seen: number[] = [];
  const run = await executeNotebook(file, {
    out,
    parameters: { seed: 41 },
    onCell: ({ index, seconds }) => seconds !== undefined && seen.push(index),
  });
  assert.ok(run.ok, run.failure?.traceback);
  assert.is(run.headline, "seed 41");
  assert.equal(seen, [0, 1, 2]);
  const { cells, metadata } = readNotebook(out);
  assert.match(cells[0].source, /let seed = 41;/);
  const [result] = cells[1].outputs ?? [];
  assert.is(result.output_type === "execute_result" && result.data["text/plain"], "42");
  const { provenance } = metadata.flashlab as { provenance: Record<string, unknown> };
  assert.is(provenance["data x"], "sha256:1");
  assert.is(provenance["parameter seed"], 41);
  assert.match(String(provenance.backend), /none/);
  assert.equal(readNotebook(file).cells[1].outputs, [], "the notebook itself stays without outputs");
});

running("a failure keeps what ran before it, says where it was, and stops there", async ({ folder }) => {
  const file = notebook(folder, "let seed = 1;", "seed", "const x = 1;\nthrow new RangeError('too far')", "seed");
  const out = join(folder, "failed.ipynb");
  const run = await executeNotebook(file, { out });
  assert.not(run.ok);
  assert.is(run.failure?.cell, 3);
  assert.match(run.failure?.traceback ?? "", /RangeError.*too far[\s\S]*line 2/);
  const { cells, metadata } = readNotebook(out);
  assert.equal(
    cells.map((cell) => cell.outputs?.map((output) => output.output_type)),
    [[], ["execute_result"], ["error"], []],
  );
  assert.is((metadata.flashlab as { ok: boolean }).ok, false);
});

running("a run that is stopped keeps what ran", async ({ folder }) => {
  const file = notebook(folder, "let seed = 1;", "seed", "while (true) {}");
  const out = join(folder, "stopped.ipynb");
  const stop = new AbortController();
  try {
    await executeNotebook(file, {
      out,
      signal: stop.signal,
      onCell: ({ index, seconds }) => index === 2 && seconds === undefined && setImmediate(() => stop.abort()),
    });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).name, /AbortedError/);
  }
  assert.is(readNotebook(out).cells[1].outputs?.length, 1);
});

running.run();
