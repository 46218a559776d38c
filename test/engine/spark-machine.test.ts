import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openSpark } from "../../lib/engine/index";
import { findJava, findPyspark } from "../../lib/engine/spark/machine";
import { sparkConf } from "../../lib/engine/spark/settings";
import { EnvironmentError, InputError } from "../../lib/errors";

const folder = mkdtempSync(join(tmpdir(), "flashlab-machine-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with a program in bin/ that says this on stderr and ends so. */
function home(name: string, program: string, says: string, status = 0): string {
  const bin = join(folder, name, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, program), `#!/bin/sh\ncat >&2 <<'END'\n${says}\nEND\nexit ${status}\n`);
  chmodSync(join(bin, program), 0o755);
  return join(folder, name);
}

function refusal(work: () => unknown): EnvironmentError {
  try {
    work();
  } catch (error) {
    return error as EnvironmentError;
  }
  return assert.unreachable("expected an error") as never;
}

test("Java's version is read in its old form and its new", () => {
  const java = (says: string) => findJava({ JAVA_HOME: home("java", "java", says) }).version;
  assert.is(java('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15+6)'), 17);
  assert.is(java('openjdk version "21" 2023-09-19'), 21);
  assert.is(java('java version "25-ea" 2025-09-16'), 25);
});

test("a Java that is too old, speaks otherwise or isn't there is an EnvironmentError with the way out", () => {
  const old = refusal(() => findJava({ JAVA_HOME: home("java-8", "java", 'java version "1.8.0_392"') }));
  assert.instance(old, EnvironmentError);
  assert.match(old.message, /needs Java 17 or later.*1\.8\.0_392.*Install Java 17.*JAVA_HOME/s);
  assert.match(refusal(() => findJava({ JAVA_HOME: home("odd", "java", "Hello") })).message, /needs Java 17/);
  const none = refusal(() => findJava({ JAVA_HOME: join(folder, "nowhere") }));
  assert.match(none.message, /there is none.*nowhere.*at JAVA_HOME.*Install Java 17/s);
  assert.match(refusal(() => findJava({ PATH: folder })).message, /there is none: "java" at PATH/);
});

test("a Python without pyspark, or none, is an EnvironmentError that names the command which installs it", () => {
  const bare = home("python", "python", "Traceback:\nModuleNotFoundError: No module named 'pyspark'", 1);
  const error = refusal(() => findPyspark(join(bare, "bin", "python"), undefined));
  assert.match(error.message, /No module named 'pyspark'.*npm run test:cluster/s);
  assert.match(refusal(() => findPyspark(join(folder, "nowhere"), undefined)).message, /ENOENT.*npm run test:cluster/s);
});

test("sparkHome must hold Spark; its own pyspark is then the one that is found", () => {
  const error = refusal(() => findPyspark(undefined, folder));
  assert.match(error.message, /holds no Spark.*at sparkHome.*bin\/spark-submit/s);
  const spark = home("spark", "spark-submit", "");
  mkdirSync(join(spark, "python", "lib"), { recursive: true });
  writeFileSync(join(spark, "python", "lib", "py4j-0.10.9.9-src.zip"), "");
  const python = join(home("python-3", "python", ""), "bin", "python");
  const { env } = findPyspark(python, spark);
  assert.is(env.SPARK_HOME, spark);
  assert.ok(
    env.PYTHONPATH?.startsWith([join(spark, "python"), join(spark, "python/lib/py4j-0.10.9.9-src.zip")].join(":")),
  );
});

test("settings become Spark's, and the caller's own win", () => {
  const local = sparkConf({ memory: "2GB", conf: { "spark.ui.enabled": "true" } }, "/scratch");
  assert.is(local.master, "local[*]");
  assert.is(local.conf["spark.driver.memory"], "2048m");
  assert.is(local.conf["spark.executor.memory"], undefined);
  assert.is(local.conf["spark.local.dir"], "/scratch/spill");
  assert.is(local.conf["spark.ui.enabled"], "true");
  const cluster = sparkConf({ master: "spark://far:7077", memory: "1.5GiB", driverMemory: "512MB", cores: 8 }, "/s");
  assert.is(cluster.conf["spark.executor.memory"], "1536m");
  assert.is(cluster.conf["spark.driver.memory"], "512m");
  assert.is(cluster.conf["spark.cores.max"], "8");
  assert.is(cluster.conf["spark.driver.host"], undefined);
});

test("bad settings are refused before anything is started", async () => {
  for (const [settings, message] of [
    [{ master: "mesos://old" }, /no such master: "mesos:\/\/old" at master.*yarn/],
    [{ memory: "lots" }, /"lots" at memory/],
    [{ cores: 0 }, /at cores/],
  ] as const) {
    const error = await openSpark({ ...settings, spillFolder: join(folder, "spill") }).catch((caught) => caught);
    assert.instance(error, InputError);
    assert.match(error.message, message);
  }
  assert.not.ok(readdirSync(folder).includes("spill"));
});

test.run();
