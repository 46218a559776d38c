import { relative } from "node:path";
import { cachedFiles } from "../datasets/fetch/ensure";
import { CACHE_FOLDER, type Dataset, open, type RegistryEntry, readRegistry } from "../datasets/index";
import { readOptions, runCommand } from "./options";
import { textTable } from "./text-table";

/** `npm run data [-- NAME …] [--json]` */
export async function run(argv: string[], signal?: AbortSignal): Promise<number> {
  const { values, positionals } = readOptions(argv, {
    json: { type: "boolean" },
    events: { type: "string" },
    seed: { type: "string" },
  });
  if (positionals.length === 0) {
    list(readRegistry(), values.json === true);
    return 0;
  }
  const market = {
    ...(values.events === undefined ? {} : { events: Number(values.events) }),
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
  };
  const summaries = [];
  for (const name of positionals) {
    const options = { signal, onProgress: progress() };
    const dataset = await (name === "marketplace"
      ? open("marketplace", { ...options, ...market })
      : open(name, options));
    try {
      summaries.push(await summarise(dataset));
      if (!values.json) print(dataset.entry, summaries[summaries.length - 1]);
    } finally {
      await dataset.close();
    }
  }
  if (values.json) console.log(JSON.stringify(summaries, null, 2));
  return 0;
}

/** What a fetched and verified data set holds. */
interface Summary {
  name: string;
  title: string;
  sha256: string;
  files: Record<string, string>;
  relations: { relation: string; rows: number; columns: string[] }[];
}

function list(entries: RegistryEntry[], json: boolean): void {
  const rows = entries.map((entry) => ({
    name: entry.name,
    title: entry.title,
    rows: entry.rows,
    terms: entry.terms,
    files: entry.files.length,
    cached: cachedFiles(entry, CACHE_FOLDER).length,
  }));
  if (json) {
    console.log(JSON.stringify(rows, null, 2));
    return;
  }
  const table = rows.map((row) => [
    row.name,
    row.title,
    row.rows.toLocaleString("en"),
    row.cached === row.files ? "yes" : row.cached === 0 ? "no" : `${row.cached} of ${row.files} files`,
    row.terms.length > 60 ? `${row.terms.slice(0, 57)}...` : row.terms,
  ]);
  console.log(textTable([["name", "what", "rows", "cached", "terms"], ...table]));
  console.log("\nAlso marketplace, a synthetic shop of any size. Fetch one: npm run data -- NAME");
}

async function summarise({ name, entry, sha256, files, relations, engine }: Dataset): Promise<Summary> {
  const found = [];
  for (const relation of relations) {
    const counted = await engine.columns(`SELECT count(*) AS rows FROM ${relation}`);
    const described = await engine.columns(`DESCRIBE ${relation}`);
    found.push({ relation, rows: Number(counted.rows[0]), columns: described.column_name as string[] });
  }
  return { name, title: entry.title, sha256, files: { ...files }, relations: found };
}

function print(entry: RegistryEntry, summary: Summary): void {
  console.log(`${entry.name}: ${entry.title}\n${entry.about}\n`);
  console.log(`terms     ${entry.terms}\ncitation  ${entry.citation}`);
  if (entry.currency) console.log(`currency  ${entry.currency}`);
  for (const note of entry.notes ?? []) console.log(`note      ${note}`);
  for (const [name, path] of Object.entries(summary.files))
    console.log(`file      ${name}: ${relative(process.cwd(), path)}`);
  console.log(`sha256    ${summary.sha256} (verified)\n`);
  const rows = summary.relations.map(({ relation, rows, columns }) => [
    relation,
    rows.toLocaleString("en"),
    columns.length > 8 ? `${columns.slice(0, 8).join(", ")}, … (${columns.length})` : columns.join(", "),
  ]);
  console.log(`${textTable([["relation", "rows", "columns"], ...rows])}\n`);
}

/** A line on stderr that follows a download; silent where stderr is no terminal. */
function progress(): (state: { file: string; bytes: number; total: number }) => void {
  return ({ file, bytes, total }) => {
    if (!process.stderr.isTTY) return;
    const share = Math.min(100, Math.round((100 * bytes) / total));
    process.stderr.write(`\r\x1b[K${file} ${share} %${bytes >= total ? "\r\x1b[K" : ""}`);
  };
}

if (require.main === module) void runCommand(run);
