import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { minifiedPlotly } from "../browser/plotly.mjs";
import { chapterPage } from "./chapter-page";
import { indexPage } from "./index-page";
import { type ExecutedNotebook, toChapter } from "./notebook";

/** What {@link writeSite} turns into pages. */
export interface SiteOptions {
  /** Executed notebooks by name (the file's, without folder and ending), in the order of the walk. */
  notebooks: { name: string; notebook: ExecutedNotebook }[];
  /** The folder of `index.html`; made if missing. Pages of the same names are replaced. */
  outFolder: string;
}

/** Where the site was written. */
export interface Site {
  index: string;
  pages: string[];
}

/** The browser's part: lib/workbench/browser. */
const BROWSER = join(__dirname, "..", "browser");

/**
 * Writes a site of static pages: an index and one page a notebook, beside `assets/` with one shared copy of Plotly.
 * It needs neither a server nor a network and can be moved or zipped as a folder.
 */
export async function writeSite({ notebooks, outFolder }: SiteOptions): Promise<Site> {
  const assets = join(outFolder, "assets");
  await rm(assets, { recursive: true, force: true });
  await mkdir(assets, { recursive: true });
  const chapters = notebooks.map(({ name, notebook }) => toChapter(name, notebook));
  const pages = chapters.map(({ name }) => join(outFolder, `${name}.html`));
  await Promise.all(
    chapters.map((chapter, i) => writeFile(pages[i], chapterPage(chapter, chapters[i - 1], chapters[i + 1]))),
  );
  const index = join(outFolder, "index.html");
  await writeFile(index, indexPage(chapters));
  await writeFile(join(assets, "report.css"), await joinedStyle());
  for (const name of ["report.js", "draw.js"]) await copyFile(join(BROWSER, name), join(assets, name));
  const plotly = await minifiedPlotly(join(__dirname, "..", "..", ".."));
  await copyFile(plotly.path, join(assets, "plotly.min.js"));
  return { index, pages };
}

/** The style sheets of browser/style in the order of their names, as one file. */
async function joinedStyle(): Promise<string> {
  const folder = join(BROWSER, "style");
  const names = (await readdir(folder)).sort();
  return (await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")))).join("\n");
}
