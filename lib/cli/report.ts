import { existsSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { EnvironmentError } from "../errors";
import { type Site, writeSite } from "../workbench/report/site";
import { readNotebook } from "./notebook/file";
import { readOptions, runCommand } from "./options";
import { EXECUTED, REPORTS } from "./project";

export interface ReportOptions {
  /** Executed notebooks, as paths, in the order of their pages. */
  notebooks: string[];
  /** The site's folder; `reports/` unless given. */
  outFolder?: string;
}

/**
 * Turns executed notebooks into a small static site and returns its pages' paths.
 * @throws EnvironmentError when there is no executed notebook
 */
export async function writeReport({ notebooks, outFolder = REPORTS }: ReportOptions): Promise<Site> {
  if (notebooks.length === 0)
    throw new EnvironmentError("there is no executed notebook", { place: EXECUTED, remedy: "Run npm start first." });
  return writeSite({
    notebooks: notebooks.map((file) => ({ name: basename(file, ".ipynb"), notebook: readNotebook(file) })),
    outFolder,
  });
}

/** The report of everything in `reports/executed/`, in the order of the walk. */
export async function writeProjectReport(): Promise<Site> {
  return writeReport({ notebooks: executed() });
}

function executed(): string[] {
  if (!existsSync(EXECUTED)) return [];
  const names = readdirSync(EXECUTED).filter((name) => name.endsWith(".ipynb"));
  return names.sort().map((name) => join(EXECUTED, name));
}

/** `npm run report` */
export async function report(argv: string[]): Promise<number> {
  readOptions(argv, {});
  const { index, pages } = await writeProjectReport();
  console.log(
    `${pages.length} ${pages.length === 1 ? "page" : "pages"} and an index: ${relative(process.cwd(), index)}`,
  );
  return 0;
}

if (require.main === module) void runCommand(report);
