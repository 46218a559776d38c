import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { performance } from "node:perf_hooks";
import { open } from "../datasets/index";
import { readCount, readOptions, runCommand } from "./options";
import { ROOT } from "./project";
import { forEachSideBySide } from "./side-by-side";

/** Folders whose files each use the whole machine: they run alone, after all others. */
const ALONE = ["test/conformance/", "test/notebooks/", "test/browser/", "test/cluster/"];

/** Run by a command of its own, `npm run test:cluster`: it needs Java and Spark. */
const APART = "test/cluster/";

interface Outcome {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  output: string;
}

/** `npm test [-- PATTERN …] [--jobs N]` */
export async function test(argv: string[], signal?: AbortSignal): Promise<number> {
  const { values, positionals } = readOptions(argv, { jobs: { type: "string" } });
  const jobs = readCount(values.jobs, "--jobs") ?? availableParallelism();
  const files = testFiles().filter(
    (file) => !file.startsWith(APART) && (positionals.length === 0 || positionals.some((text) => file.includes(text))),
  );
  if (positionals.length === 0) await fetchData(signal);
  return runTests(files, jobs, positionals, signal);
}

/** Runs test files, `jobs` side by side, and reports; the exit status is 0 if something passed and nothing failed. */
export async function runTests(
  files: string[],
  jobs: number,
  patterns: readonly string[],
  signal?: AbortSignal,
): Promise<number> {
  const alone = (file: string) => ALONE.some((folder) => file.startsWith(folder));
  const light = await forEachSideBySide(
    files.filter((file) => !alone(file)),
    jobs,
    (file) => runFile(file, signal),
  );
  const heavy = await forEachSideBySide(files.filter(alone), 1, (file) => runFile(file, signal));
  const outcomes = [...light, ...heavy];
  for (const { file, failed, output } of outcomes) {
    if (failed > 0) console.log(`\n── ${file} ──\n${output.trimEnd()}`);
  }
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const [passed, failed, skipped] = [sum((o) => o.passed), sum((o) => o.failed), sum((o) => o.skipped)];
  if (files.length === 0) console.log(`no test file's path contains ${patterns.join(" or ")}`);
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

/** The test files below a folder of test/, or all, as paths from the root. */
export function testFiles(below = ""): string[] {
  const folder = join(ROOT, "test", below);
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return testFiles(join(below, entry.name));
      return entry.name.endsWith(".test.ts") ? [relative(ROOT, path).split("\\").join("/")] : [];
    });
}

/** The real data that tests and notebooks look at, fetched once; without a network, tests that need it say so. */
async function fetchData(signal?: AbortSignal): Promise<void> {
  for (const name of ["ta-feng", "open-bandit", "cdnow"]) {
    try {
      await (await open(name, { signal })).close();
    } catch (error) {
      console.log(`without ${name}: ${(error as Error).message}`);
    }
  }
}

/** Runs one file in a process of its own and reads uvu's closing counts; a file that dies without them has failed. */
function runFile(file: string, signal?: AbortSignal): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", "tsx", file], {
    cwd: ROOT,
    env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
    timeout: 15 * 60_000,
  });
  let output = "";
  const listen = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  return new Promise((resolve) => {
    child.on("error", (error) => listen(Buffer.from(String(error))));
    child.on("close", (code) => {
      const count = (label: string) => Number(output.match(new RegExp(`^\\s*${label}:\\s+(\\d+)`, "m"))?.[1] ?? 0);
      const [total, passed, skipped] = [count("Total"), count("Passed"), count("Skipped")];
      const failed = Math.max(total - passed, code === 0 && total + skipped > 0 ? 0 : 1);
      const seconds = (performance.now() - started) / 1000;
      const notes = [...output.matchAll(/^skipped: .*$/gm)].map(([line]) => `\n      ${line}`).join("");
      const mark = failed > 0 ? "✗" : "✓";
      console.log(
        `${mark} ${file}  ${passed} passed${failed > 0 ? `, ${failed} failed` : ""}  ${seconds.toFixed(1)} s${notes}`,
      );
      resolve({ file, passed, failed, skipped, seconds, output });
    });
  });
}

if (require.main === module) void runCommand(test);
