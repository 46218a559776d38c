import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { join } from "node:path";
import { type BackendReport, ready } from "../backend/index";
import { CACHE_FOLDER, readRegistry } from "../datasets/index";
import { readOptions, runCommand } from "./options";
import { ROOT, VENV_BIN } from "./project";

/** One finding: `ok`, or what is lost without it and what to do. */
interface Finding {
  name: string;
  state: "ok" | "missing" | "broken";
  detail: string;
  remedy?: string;
}

/** `npm run doctor [-- --json]` */
export async function doctor(argv: string[]): Promise<number> {
  const { values } = readOptions(argv, { json: { type: "boolean" } });
  const findings = [
    ...machine(),
    version("git", "git", ["--version"], "reports then don't name the commit; install git"),
    version(
      "compiler",
      process.env.CXX ?? "g++",
      ["--version"],
      "needed once, to build the TensorFlow addon; install g++",
    ),
    version("python", join(VENV_BIN, "python"), ["--version"], "install Python 3.10 or later, then npm run setup"),
    version("jupyterlab", join(VENV_BIN, "jupyter-lab"), ["--version"], "npm run setup"),
    kernelSpec(),
    version("nvidia", "nvidia-smi", ["-L"], "only for a GPU: install NVIDIA's driver, then npm run setup"),
    version("chromium", process.env.FLASHLAB_CHROMIUM ?? "chromium", ["--version"], "only for the browser tests"),
    version("java", "java", ["--version"], "only for Spark: install Java 17 or later"),
    await backend(),
    dataSets(),
  ];
  const broken = findings.filter(({ state }) => state === "broken");
  if (values.json) console.log(JSON.stringify({ ok: broken.length === 0, findings }));
  else for (const finding of findings) console.log(line(finding));
  return broken.length === 0 ? 0 : 1;
}

const MARKS = { ok: "✓", missing: "-", broken: "✗" };

function line({ name, state, detail, remedy }: Finding): string {
  return `${MARKS[state]} ${name.padEnd(11)} ${detail}${remedy ? `\n${" ".repeat(14)}${remedy}` : ""}`;
}

function machine(): Finding[] {
  const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const disk = statfsSync(ROOT);
  const free = disk.bavail * disk.bsize;
  return [
    { name: "node", state: "ok", detail: `${process.versions.node} (${process.platform} ${process.arch})` },
    { name: "processor", state: "ok", detail: `${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} cores` },
    { name: "memory", state: "ok", detail: `${gigabytes(freemem())} free of ${gigabytes(totalmem())}` },
    free > 2 * 2 ** 30
      ? { name: "disk", state: "ok", detail: `${gigabytes(free)} free` }
      : { name: "disk", state: "broken", detail: `${gigabytes(free)} free`, remedy: "free at least 2 GiB" },
  ];
}

function version(name: string, command: string, args: string[], remedy: string): Finding {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", timeout: 20_000 });
  if (status === 0) return { name, state: "ok", detail: stdout.trim().split("\n", 1)[0] };
  return { name, state: "missing", detail: `${command} was not found`, remedy };
}

/** The specification names an interpreter and this folder; both may have moved since it was written. */
function kernelSpec(): Finding {
  const file = join(VENV_BIN, "..", "share", "jupyter", "kernels", "tslab", "kernel.json");
  const remedy = "npm run setup";
  if (!existsSync(file)) return { name: "kernel", state: "missing", detail: "is not installed into .venv", remedy };
  const { argv } = JSON.parse(readFileSync(file, "utf8")) as { argv: string[] };
  const gone = argv.filter((part) => part.startsWith("/") && !existsSync(part));
  if (gone.length === 0) return { name: "kernel", state: "ok", detail: file };
  return { name: "kernel", state: "broken", detail: `names what is gone: ${gone.join(", ")}`, remedy };
}

async function backend(): Promise<Finding> {
  let report: BackendReport;
  try {
    report = await ready();
  } catch (error) {
    return { name: "backend", state: "broken", detail: (error as Error).message };
  }
  const versions = Object.entries(report.versions).map(([part, number]) => `${part} ${number}`);
  const why = report.why.length > 0 ? `not taken: ${report.why.join("; ")}` : undefined;
  return {
    name: "backend",
    state: "ok",
    detail: `${report.name} on ${report.device} (${versions.join(", ")})`,
    remedy: why,
  };
}

function dataSets(): Finding {
  const names = readRegistry().map(({ name }) => name);
  const cached = names.filter((name) => existsSync(join(CACHE_FOLDER, name)));
  return {
    name: "data",
    state: "ok",
    detail: `${cached.length} of ${names.length} sets in the cache`,
    remedy: "npm run data lists them",
  };
}

if (require.main === module) void runCommand(doctor);
