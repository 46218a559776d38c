import { findJava } from "../engine/spark/machine";
import { EnvironmentError } from "../errors";
import { readOptions, runCommand } from "./options";
import { withLock } from "./setup/lock.mjs";
import { isSettled, perform } from "./setup/perform.mjs";
import { STATE } from "./setup/project.mjs";
import { spark } from "./setup/spark.mjs";
import { runTests, testFiles } from "./test";

/** `npm run test:cluster [-- PATTERN …]` */
export async function testCluster(argv: string[], signal?: AbortSignal): Promise<number> {
  const { positionals } = readOptions(argv, {});
  findJava();
  if (!isSettled([spark])) {
    const write = (line: string) => console.log(line);
    const { ok } = await withLock(`${STATE}/lock`, write, () => perform([spark], write));
    if (!ok) throw new EnvironmentError("Spark isn't installed", { place: ".venv-cluster" });
  }
  const files = testFiles("cluster").filter(
    (file) => positionals.length === 0 || positionals.some((text) => file.includes(text)),
  );
  return runTests(files, 1, positionals, signal);
}

if (require.main === module) void runCommand(testCluster);
