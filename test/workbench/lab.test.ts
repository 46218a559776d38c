import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { installLabExtension } from "../../lib/workbench/lab/install.mjs";

const prefix = mkdtempSync(join(tmpdir(), "flashlab-prefix-"));
test.after(() => rmSync(prefix, { recursive: true, force: true }));

test("the renderer is installed where JupyterLab looks, with its own Plotly, and not written twice", async () => {
  const projectRoot = resolve(__dirname, "../..");
  const first = await installLabExtension({ projectRoot, prefix });
  assert.is(first.folder, join(prefix, "share", "jupyter", "labextensions", "flashlab-plotly"));
  assert.ok(first.changed);
  const { jupyterlab } = JSON.parse(readFileSync(join(first.folder, "package.json"), "utf8"));
  const entry = readFileSync(join(first.folder, jupyterlab._build.load), "utf8");
  assert.match(entry, "globalThis.flashlabDraw =");
  assert.match(entry, '_JUPYTERLAB["flashlab-plotly"] =');
  assert.ok(statSync(join(first.folder, "static", "plotly.min.js")).size > 1e6);
  const settings = join(prefix, "share", "jupyter", "lab", "settings", "overrides.json");
  const news = "@jupyterlab/apputils-extension:notification";
  assert.equal(JSON.parse(readFileSync(settings, "utf8"))[news], { fetchNews: "false", checkForUpdates: false });
  assert.not((await installLabExtension({ projectRoot, prefix })).changed);
});

test.run();
