import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { minifiedPlotly } from "../browser/plotly.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/** The name under which `jupyter labextension list` shows the extension. */
export const EXTENSION = "flashlab-plotly";

/** JupyterLab's plugin that asks on first sight whether it may fetch news and look for updates: from a server outside. */
const NEWS = "@jupyterlab/apputils-extension:notification";

/**
 * Installs our renderer of Plotly figures into a Python environment's JupyterLab, by copying three files: nothing is
 * fetched. Also tells that JupyterLab not to ask for news. Doing it again renews what has changed.
 * JupyterLab sees it when it is started next.
 *
 * @param {{ projectRoot: string, prefix: string }} where the project, and the environment's folder (such as ".venv")
 * @returns {Promise<{ folder: string, changed: boolean }>} where it lies, and whether anything had to be written
 */
export async function installLabExtension({ projectRoot, prefix }) {
  const folder = join(prefix, "share", "jupyter", "labextensions", EXTENSION);
  const plotly = await minifiedPlotly(projectRoot);
  const manifest = {
    name: EXTENSION,
    version: plotly.version,
    description: "Plotly figures in JupyterLab, offline",
    jupyterlab: { _build: { load: "static/remoteEntry.js", mimeExtension: "./mimeExtension" }, mimeExtension: true },
  };
  const parts = [join(here, "../browser/draw.js"), join(here, "remoteEntry.js")];
  const entry = (await Promise.all(parts.map((part) => readFile(part, "utf8")))).join("\n");

  await mkdir(join(folder, "static"), { recursive: true });
  const changes = [
    await renew(join(folder, "static", "remoteEntry.js"), entry),
    await renewCopy(plotly.path, join(folder, "static", "plotly.min.js")),
    await renew(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`),
    await forgoNews(join(prefix, "share", "jupyter", "lab", "settings")),
  ];
  return { folder, changed: changes.includes(true) };
}

/** Sets the environment's defaults for news and updates to no, and leaves its other defaults as they are. */
async function forgoNews(folder) {
  const path = join(folder, "overrides.json");
  const before = JSON.parse(await readFile(path, "utf8").catch(() => "{}"));
  await mkdir(folder, { recursive: true });
  const after = { ...before, [NEWS]: { ...before[NEWS], fetchNews: "false", checkForUpdates: false } };
  return renew(path, `${JSON.stringify(after, null, 2)}\n`);
}

/** Writes a file unless it already holds that text. */
async function renew(path, text) {
  const before = await readFile(path, "utf8").catch(() => undefined);
  if (before === text) return false;
  await writeFile(path, text);
  return true;
}

/** Copies a large file unless a copy of the same size, not older than it, is there. */
async function renewCopy(source, target) {
  const [from, to] = await Promise.all([stat(source), stat(target).catch(() => undefined)]);
  if (to && to.size === from.size && to.mtimeMs >= from.mtimeMs) return false;
  await copyFile(source, target);
  return true;
}
