import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Plotly for pages: the package `plotly.js-dist`, minified (to half its size) when it is first asked for, and kept in
 * the project's `.cache/`.
 *
 * @param {string} projectRoot
 * @returns {Promise<{ path: string, version: string }>} the minified file, and Plotly's version
 */
export async function minifiedPlotly(projectRoot) {
  const library = join(projectRoot, "node_modules", "plotly.js-dist");
  const { version } = JSON.parse(await readFile(join(library, "package.json"), "utf8"));
  const path = join(projectRoot, ".cache", `plotly-${version}.min.js`);
  try {
    await access(path);
  } catch {
    const { transform } = await import("esbuild");
    const source = await readFile(join(library, "plotly.js"), "utf8");
    const { code } = await transform(source, { minify: true, legalComments: "inline" });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.${process.pid}`, code);
    await rename(`${path}.${process.pid}`, path);
  }
  return { path, version };
}
