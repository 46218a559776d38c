import { InputError, requireInteger } from "../../errors";
import type { OnProgress } from "../engine";

/** Settings of `openSpark`. */
export interface SparkSettings {
  /**
   * Where the work is done: `local[*]` (this process's machine, all cores; the default), `local-cluster[2,1,1024]`
   * (workers, cores and MB each, as processes of this machine), or a cluster's own address: `spark://host:7077`, `yarn`,
   * `k8s://https://host:443`.
   */
  master?: string;
  /** Memory of each executor, e.g. "2GB"; on `local` masters, where the driver does the work, of the driver. Default "1GB". */
  memory?: string;
  /** Memory of the driver, which plans and hands on results. Default "1GB". */
  driverMemory?: string;
  /** Most cores taken of a cluster, all executors together. Default: what the master gives. */
  cores?: number;
  /** A Spark installation to use in place of Python's package; a cluster's own version needs it. */
  sparkHome?: string;
  /** A Python that finds pyspark. Default: that of `.venv-cluster` where it is, else `python3`. */
  python?: string;
  /**
   * Folder for what doesn't fit in memory, for tables and for results on their way here; a folder of its own is made in it
   * and removed at the end. On a cluster of several machines all must see it under this path. Default: the system's
   * folder for temporary files.
   */
  spillFolder?: string;
  /** Spark's own settings, e.g. `{ "spark.sql.shuffle.partitions": "400" }`; they win over what is set here. */
  conf?: Readonly<Record<string, string>>;
  /** Told how far each statement is, by the tasks done of those known, a few times a second. */
  onProgress?: OnProgress;
}

/** What both engines read alike, whatever the cluster's own defaults are. */
const ALIKE: Record<string, string> = {
  "spark.sql.ansi.enabled": "true",
  "spark.sql.ansi.doubleQuotedIdentifiers": "true",
  "spark.sql.session.timeZone": "UTC",
  "spark.sql.timestampType": "TIMESTAMP_NTZ",
  "spark.sql.sources.default": "parquet",
  "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
  "spark.sql.legacy.createHiveTableByDefault": "false",
};

const MASTER = /^(local(\[[^\]]+\])?|local-cluster\[\d+,\d+,\d+\]|spark:\/\/.+|k8s:\/\/.+|yarn)$/;

/** Spark's settings of ours; `scratch` is the folder of this application. Throws InputError for a bad one. */
export function sparkConf(settings: SparkSettings, scratch: string): { master: string; conf: Record<string, string> } {
  const { master = "local[*]", memory = "1GB", driverMemory = "1GB", cores } = settings;
  if (!MASTER.test(master))
    throw new InputError("Spark has no such master", {
      value: master,
      place: "master",
      remedy: 'Give "local[*]", "local-cluster[2,1,1024]", "spark://host:7077", "yarn" or "k8s://…".',
    });
  const here = /^local(\[|$)/.test(master);
  const conf: Record<string, string> = {
    ...ALIKE,
    "spark.driver.memory": mebibytes(here ? memory : driverMemory, here ? "memory" : "driverMemory"),
    // A JVM without memory would go on for minutes, collecting the same garbage.
    "spark.driver.defaultJavaOptions": "-XX:+ExitOnOutOfMemoryError",
    "spark.local.dir": `${scratch}/spill`,
    "spark.sql.warehouse.dir": `${scratch}/tables`,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
  };
  if (!here) conf["spark.executor.memory"] = mebibytes(memory, "memory");
  if (cores !== undefined) conf["spark.cores.max"] = String(requireInteger(cores, "cores", 1));
  // All of it is on this machine, whose own name may lead nowhere.
  if (master.startsWith("local")) {
    conf["spark.driver.host"] = "127.0.0.1";
    conf["spark.driver.bindAddress"] = "127.0.0.1";
  }
  return { master, conf: { ...conf, ...settings.conf } };
}

const MEBIBYTES: Record<string, number> = { K: 2 ** -10, M: 1, G: 2 ** 10, T: 2 ** 20 };

/** "2GB" in Spark's words; as there, a GB is 2^30 bytes. */
function mebibytes(text: string, place: string): string {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([KMGT])i?B$/i.exec(text) ?? [];
  if (number === undefined)
    throw new InputError('an amount of memory is a number with a unit, such as "2GB"', { value: text, place });
  return `${Math.floor(Number(number) * MEBIBYTES[unit.toUpperCase()])}m`;
}
