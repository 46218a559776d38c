import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installWheels } from "./pip.mjs";
import { ask, run } from "./process.mjs";
import { VENV, VENV_PYTHON } from "./project.mjs";
import { digest } from "./stamp.mjs";

const OLDEST = [3, 10];
let found;

/** The first Python of at least 3.10 that can make virtual environments: its command and version, or why none. */
export function findPython() {
  found ??= search();
  return found;
}

function search() {
  const wanted = process.env.FLASHLAB_PYTHON;
  const seen = [];
  for (const command of wanted ? [wanted] : ["python3", "python", "python3.13", "python3.12", "python3.11"]) {
    const answer = ask(command, [
      "-c",
      "import sys, importlib.util as u; print(*sys.version_info[:3], bool(u.find_spec('venv') and u.find_spec('ensurepip')))",
    ]);
    const [, major, minor, patch, venv] = answer?.match(/(\d+) (\d+) (\d+) (True|False)/) ?? [];
    if (major === undefined) continue;
    const version = `${major}.${minor}.${patch}`;
    if (Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]))
      seen.push(`${command} is ${version}`);
    else if (venv === "False") seen.push(`${command} ${version} lacks the venv module`);
    else return { command, version };
  }
  return { why: seen.length > 0 ? seen.join(", ") : `no ${wanted ?? "python3"} was found` };
}

/** What a machine without Python has to do without. */
function unavailable() {
  const { command, why } = findPython();
  if (command) return undefined;
  return {
    why,
    lost: "JupyterLab, native TensorFlow and LightGBM, and fetching data sets from PyPI (FLASHLAB_MIRROR or PIP_INDEX_URL can stand in); notebooks that need none of these run and are exported all the same, on WebAssembly",
    remedy: "Install Python 3.10 or later with its venv module (on Debian: apt-get install python3 python3-venv).",
  };
}

/** The virtual environment itself. */
export const python = {
  name: "python",
  title: "Python environment in .venv",
  unavailable,
  stamp: join(VENV, ".flashlab-python"),
  fingerprint: () => digest(findPython().version, VENV),
  present: () => existsSync(VENV_PYTHON),
  async run({ log }) {
    rmSync(VENV, { recursive: true, force: true });
    await run(findPython().command, ["-m", "venv", VENV], {
      log,
      remedy: "Look at the log; on Debian the venv module is in the package python3-venv.",
    });
  },
};

const lists = dirname(fileURLToPath(import.meta.url));
const requirements = join(lists, "requirements.txt");
const constraints = join(lists, "constraints.txt");

/** JupyterLab and what exports notebooks. */
export const jupyter = {
  name: "jupyter",
  title: "JupyterLab, nbconvert and the widgets' front end",
  after: ["python"],
  stamp: join(VENV, ".flashlab-jupyter"),
  fingerprint: () => digest(readFileSync(requirements, "utf8"), readFileSync(constraints, "utf8")),
  present: () => existsSync(join(dirname(VENV_PYTHON), process.platform === "win32" ? "jupyter.exe" : "jupyter")),
  run: ({ log }) => installWheels(["-c", constraints, "-r", requirements], [], { log }),
};
