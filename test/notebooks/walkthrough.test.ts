import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { executeNotebook } from "../../lib/cli/notebook/execute";
import { notebookFiles, readNotebook } from "../../lib/cli/notebook/file";

const walkthrough = suite("walkthrough", { folder: "" });
walkthrough.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "flashlab-walk-"));
});
walkthrough.after(({ folder }) => rmSync(folder, { recursive: true }));

/** Every notebook on our kernel, and on tslab's own, which has no controls and shows their static values. */
for (const kernel of ["flashlab", "tslab"] as const) {
  for (const file of notebookFiles()) {
    const name = basename(file, ".ipynb");
    walkthrough(`${name} runs on ${kernel}'s kernel, quick profile`, async ({ folder }) => {
      const out = join(folder, `${kernel}-${name}.ipynb`);
      const run = await executeNotebook(file, { profile: "quick", kernel, out });
      assert.is(run.failure, undefined, run.failure?.traceback);
      const executed = readNotebook(out);
      const outputs = executed.cells.flatMap((cell) => cell.outputs ?? []);
      assert.ok(outputs.length > 0, "it shows something");
      if (kernel === "tslab") return;
      assert.ok(run.headline, "it has a headline");
      const { ok, provenance } = executed.metadata.flashlab as { ok: boolean; provenance: Record<string, unknown> };
      assert.ok(ok);
      for (const fact of ["commit", "node", "typescript", "started", "parameter seed"])
        assert.ok(provenance[fact] !== undefined, `the executed file says its ${fact}`);
    });
  }
}

walkthrough.run();
