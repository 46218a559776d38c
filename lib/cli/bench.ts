import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Bench, Metric } from "../../test/bench/harness";
import { EnvironmentError, InputError } from "../errors";
import { readCount, readOptions, runCommand } from "./options";
import { ROOT } from "./project";
import { textTable } from "./text-table";

const FOLDER = join(ROOT, "test", "bench");
const PEERS = join(ROOT, ".venv-bench");
const PEERS_PYTHON = join(PEERS, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** `npm run bench -- NAME [--json] [--runs N]`, or `-- --setup` */
export async function bench(argv: string[]): Promise<number> {
  const { values, positionals } = readOptions(argv, {
    json: { type: "boolean" },
    runs: { type: "string" },
    setup: { type: "boolean" },
  });
  if (values.setup) return installPeers();
  const benches = loadBenches();
  if (positionals.length === 0) {
    const rows = Object.entries(benches).map(([name, { about }]) => [name, about]);
    console.log(`${textTable([["name", "what it measures"], ...rows])}\n\nnpm run bench -- NAME [--json] [--runs N]`);
    return 0;
  }
  for (const name of positionals) {
    if (!Object.hasOwn(benches, name))
      throw new InputError("there is no such benchmark", {
        value: name,
        remedy: `There are: ${Object.keys(benches).join(", ")}.`,
      });
    const metrics = await benches[name].run({
      python: PEERS_PYTHON,
      runs: readCount(values.runs, "--runs") ?? 5,
      log: (text) => process.stderr.write(`${text}\n`),
    });
    console.log(values.json ? JSON.stringify({ name, machine: machine(), metrics }) : show(name, metrics));
  }
  return 0;
}

function loadBenches(): Record<string, Bench> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".bench.ts"));
  return Object.fromEntries(
    files.sort().map((file) => {
      const module = require(join(FOLDER, file)) as { default: Bench };
      return [file.slice(0, -".bench.ts".length), module.default];
    }),
  );
}

/** The peers live in an environment of their own: none is a dependency of the product. */
function installPeers(): number {
  const python = join(ROOT, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (!existsSync(python))
    throw new EnvironmentError("the peers need Python", { place: python, remedy: "Run npm run setup first." });
  const pip = [PEERS_PYTHON, "-m", "pip", "install", "--disable-pip-version-check"];
  const steps = [
    ...(existsSync(PEERS_PYTHON) ? [] : [[python, "-m", "venv", PEERS]]),
    [...pip, "-r", join(FOLDER, "requirements.txt")],
    [...pip, "--no-deps", "--ignore-requires-python", "-r", join(FOLDER, "requirements-alone.txt")],
  ];
  for (const [command, ...args] of steps) {
    const { status } = spawnSync(command, args, { stdio: "inherit", cwd: ROOT });
    if (status !== 0) return 1;
  }
  return 0;
}

function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, ${memory} GiB, Node ${process.versions.node}`;
}

function show(name: string, metrics: Metric[]): string {
  const figure = (value: number | null) => (value === null ? "–" : String(Number(value.toPrecision(4))));
  const rows = metrics.map(({ metric, unit, ours, peer, peerName, better }) => [
    metric,
    unit,
    figure(ours),
    figure(peer),
    peerName ?? "–",
    better === null ? "–" : `${better.toFixed(2)}×`,
  ]);
  return `${name} on ${machine()}\n\n${textTable([["metric", "unit", "ours", "peer", "peer's name", "better"], ...rows])}`;
}

if (require.main === module) void runCommand(bench);
