import { mkdtempSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EnvironmentError, FlashlabError, throwIfAborted } from "../../errors";
import { openEngine } from "../duckdb";
import type { Engine } from "../engine";
import { Bridge, Refusal } from "./bridge";
import { SparkEngine } from "./engine";
import { findJava, findPyspark } from "./machine";
import { type SparkSettings, sparkConf } from "./settings";

/**
 * Starts a Spark application on any master and opens it as an {@link Engine}, with the rows and types that DuckDB gives. A
 * Python process drives it (`bin/spark-submit` in client mode, started by pyspark); it ends with the engine, or with this
 * process.
 *
 * Data comes in as Parquet (`importParquet`), not as CSV or JSON Lines: text has no row numbers once a cluster
 * reads it in parallel, and what counts as a broken line would differ from DuckDB's reader. So text is read once, at the
 * front door, by DuckDB in a stream, which numbers rows (`source_row`), sets bad ones aside and exports Parquet; from there
 * on Spark takes over, and both engines speak of the same row by the same number.
 *
 * Throws EnvironmentError where Java 17+ or pyspark is missing or Spark doesn't start, InputError for a bad setting.
 */
export async function openSpark(settings: SparkSettings = {}, signal?: AbortSignal): Promise<Engine> {
  throwIfAborted(signal, "the start of Spark");
  sparkConf(settings, "");
  findJava();
  const { python, env } = findPyspark(settings.python, settings.sparkHome);
  const parent = resolve(settings.spillFolder ?? tmpdir());
  await mkdir(parent, { recursive: true });
  const scratch = mkdtempSync(join(parent, "flashlab-spark-"));
  const { master, conf } = sparkConf(settings, scratch);
  if (master.startsWith("local")) env.SPARK_LOCAL_IP = "127.0.0.1";
  const bridge = new Bridge(python, env);
  const stop = () => void bridge.close(0);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await bridge.ask({ op: "start", master, conf, scratch }).answer;
    const reader = await openEngine({ threads: 1 });
    return new SparkEngine(bridge, reader, scratch, settings.onProgress);
  } catch (error) {
    await bridge.close(0);
    await rm(scratch, { recursive: true, force: true });
    throwIfAborted(signal, "the start of Spark");
    throw error instanceof FlashlabError ? error : notStarted(error, master);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function notStarted(error: unknown, master: string): EnvironmentError {
  const said = error instanceof Refusal ? error.error.said.join(" | ") : String(error);
  return new EnvironmentError(`Spark didn't start: ${said.split("\n")[0]}`, {
    place: `master ${master}`,
    remedy: "Check that the master is reachable from here, and that memory and cores are what it has free.",
    cause: error,
  });
}
