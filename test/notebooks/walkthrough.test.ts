import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { executeNotebook } from "../../lib/cli/notebook/execute";
import { notebookFiles, readNotebook } from "../../lib/cli/notebook/file";
import { forEachSideBySide } from "../../lib/cli/side-by-side";

const KERNELS = ["flashlab", "tslab"] as const;

type Run = Awaited<ReturnType<typeof executeNotebook>>;

const walkthrough = suite("walkthrough", { folder: "", runs: new Map<string, Run>() });
/** As many at a time as there are cores, as `npm start` does: most of a notebook computes on one. */
walkthrough.before(async (context) => {
  context.folder = mkdtempSync(join(tmpdir(), "flashlab-walk-"));
  const jobs = notebookFiles().flatMap((file) => KERNELS.map((kernel) => ({ file, kernel })));
  await forEachSideBySide(jobs, availableParallelism(), async ({ file, kernel }) => {
    const name = `${kernel}-${basename(file, ".ipynb")}`;
    const out = join(context.folder, `${name}.ipynb`);
    context.runs.set(name, await executeNotebook(file, { profile: "quick", kernel, out }));
  });
});
walkthrough.after(({ folder }) => rmSync(folder, { recursive: true }));

/** Every notebook on our kernel, and on tslab's own, which has no controls and shows their static values. */
for (const kernel of KERNELS) {
  for (const file of notebookFiles()) {
    const name = basename(file, ".ipynb");
    walkthrough(`${name} runs on ${kernel}'s kernel, quick profile`, async ({ folder, runs }) => {
      const run = runs.get(`${kernel}-${name}`);
      assert.ok(run, "it was run");
      assert.is(run?.failure, undefined, run?.failure?.traceback);
      const executed = readNotebook(join(folder, `${kernel}-${name}.ipynb`));
      const outputs = executed.cells.flatMap((cell) => cell.outputs ?? []);
      assert.ok(outputs.length > 0, "it shows something");
      if (kernel === "tslab") return;
      assert.ok(run?.headline, "it has a headline");
      const { ok, provenance } = executed.metadata.flashlab as { ok: boolean; provenance: Record<string, unknown> };
      assert.ok(ok);
      for (const fact of ["commit", "node", "typescript", "started", "parameter seed"])
        assert.ok(provenance[fact] !== undefined, `the executed file says its ${fact}`);
    });
  }
}

walkthrough.run();
