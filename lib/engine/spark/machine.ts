import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError } from "../../errors";

/** The oldest Java that Spark 4 runs on. */
const OLDEST_JAVA = 17;

/** Where `npm run test:cluster` installs pyspark. */
const OWN_PYTHON = join(
  join(__dirname, "..", "..", "..", ".venv-cluster"),
  process.platform === "win32" ? "Scripts/python.exe" : "bin/python",
);

const JAVA_REMEDY = `Install Java ${OLDEST_JAVA} or later (on Debian: apt-get install openjdk-${OLDEST_JAVA}-jre-headless), or name its folder in JAVA_HOME.`;

/**
 * The Java that Spark would run on, by its major version. Throws EnvironmentError where there is none, or one that is too
 * old.
 */
export function findJava(env: NodeJS.ProcessEnv = process.env): { command: string; version: number } {
  const command = env.JAVA_HOME ? join(env.JAVA_HOME, "bin", "java") : "java";
  const { stderr, error } = spawnSync(command, ["-version"], { encoding: "utf8", env, timeout: 30_000 });
  if (error)
    throw new EnvironmentError("Spark needs Java, and there is none", {
      value: command,
      place: env.JAVA_HOME ? "JAVA_HOME" : "PATH",
      remedy: JAVA_REMEDY,
      cause: error,
    });
  const version = javaVersion(stderr);
  if (version === undefined || version < OLDEST_JAVA)
    throw new EnvironmentError(`Spark needs Java ${OLDEST_JAVA} or later`, {
      value: stderr.split("\n")[0],
      place: command,
      remedy: JAVA_REMEDY,
    });
  return { command, version };
}

/** Major version from what `java -version` says: `openjdk version "17.0.15"`, `java version "1.8.0_392"`. */
function javaVersion(said: string): number | undefined {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(said) ?? [];
  return first === undefined ? undefined : Number(first === "1" ? second : first);
}

/**
 * The Python that drives Spark and the environment to start it in. With `sparkHome` its `pyspark` is that of the Spark
 * installation there, so that driver and cluster are of one version. Throws EnvironmentError where pyspark isn't found.
 */
export function findPyspark(
  python: string | undefined,
  sparkHome: string | undefined,
): { python: string; env: NodeJS.ProcessEnv } {
  const command = python ?? (existsSync(OWN_PYTHON) ? OWN_PYTHON : "python3");
  const env = sparkHome === undefined ? { ...process.env } : { ...process.env, ...homeOf(sparkHome) };
  // A SPARK_HOME of the machine would be mixed with the pyspark that this Python brings.
  if (sparkHome === undefined) delete env.SPARK_HOME;
  const { status, error, stderr } = spawnSync(command, ["-c", "import pyspark.sql"], { encoding: "utf8", env });
  if (status === 0) return { python: command, env };
  throw new EnvironmentError("Spark needs a Python that finds pyspark", {
    value: error?.message ?? stderr.trim().split("\n").pop(),
    place: command,
    remedy: "Run npm run test:cluster, which installs it, or give python or sparkHome.",
    cause: error,
  });
}

function homeOf(sparkHome: string): NodeJS.ProcessEnv {
  const folder = join(sparkHome, "python");
  if (!existsSync(join(sparkHome, "bin", "spark-submit")) || !existsSync(folder))
    throw new EnvironmentError("this folder holds no Spark", {
      value: sparkHome,
      place: "sparkHome",
      remedy: "Name the folder that has bin/spark-submit and python/ in it.",
    });
  const library = join(folder, "lib");
  const archives = existsSync(library) ? readdirSync(library).filter((name) => /^py4j-.*\.zip$/.test(name)) : [];
  const path = [folder, ...archives.map((name) => join(library, name)), process.env.PYTHONPATH ?? ""];
  return {
    SPARK_HOME: sparkHome,
    PYTHONPATH: path.filter((part) => part !== "").join(process.platform === "win32" ? ";" : ":"),
  };
}
