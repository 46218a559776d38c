/**
 * The commands of package.json's scripts: what each is for, how it is called, and whether it needs the set-up first.
 * `module` is the TypeScript file that carries it out.
 */
export const COMMANDS = {
  start: {
    about: "set up, run the walkthrough on real data, export it",
    usage: "npm start [-- --profile quick|full] [--jobs N]",
    details: [
      "Runs every notebook of notebooks/ (quick profile unless told otherwise), as many side by side as cores allow,",
      "writes the executed ones to reports/executed/ and the report to reports/index.html.",
      "Exit status 0 only if every cell of every notebook ran.",
    ],
    module: "start.ts",
  },
  test: {
    about: "set up if needed, run the tests",
    usage: "npm test [-- PATTERN …] [--jobs N]",
    details: [
      "Runs every test/**/*.test.ts, or those whose path contains one of the patterns, each in a process of its own.",
      "Ends with the line 'N passed, N failed'. Artefacts (screenshots) are kept in test/artefacts/.",
    ],
    module: "test.ts",
  },
  "test:cluster": {
    about: "run the tests of Spark: the same rows as on DuckDB",
    usage: "npm run test:cluster [-- PATTERN …]",
    details: [
      "Needs Java 17 or later. On first use installs Spark (PySpark from PyPI, 500 MB) into .venv-cluster/.",
      "Starts a cluster of two workers with 1 GB each on this machine, and stops it after.",
    ],
    module: "test-cluster.ts",
  },
  setup: {
    about: "install what is missing; does nothing where nothing is",
    usage: "npm run setup",
    details: [
      "Settings: FLASHLAB_PYTHON (an interpreter), FLASHLAB_TENSORFLOW=cpu|cuda, CXX (a compiler), and the usual ones",
      "of npm and pip for mirrors and proxies. Logs: .cache/setup/.",
    ],
  },
  lab: {
    about: "JupyterLab on 127.0.0.1, notebooks open, kernel ready",
    usage: "npm run lab [-- --port N] [--no-browser] [NOTEBOOK]",
    details: ["Prints the address with its token. Stop it with Ctrl-C, twice."],
    module: "lab.ts",
  },
  doctor: {
    about: "say what this machine has and what is missing",
    usage: "npm run doctor [-- --json]",
    details: ["Exit status 0 when the workbench can be used, 1 when something that it needs is missing."],
    module: "doctor.ts",
    barely: true,
  },
  data: {
    about: "list the data sets, or fetch and verify one",
    usage: "npm run data [-- NAME …] [--json]",
    details: [
      "Without a name: lists the data sets. With names: fetches each that isn't at hand, verifies it, shows what is in it.",
      "Looks in datasets/cache/, then in the folder FLASHLAB_MIRROR, then at the source.",
      "The name marketplace makes a synthetic shop with known effects: --events N (default 100000), --seed N (default 1).",
    ],
    module: "data.ts",
  },
  run: {
    about: "run one notebook with parameters of your own",
    usage: "npm run run -- NOTEBOOK [-p name=value …] [--profile quick|full] [--out FILE]",
    details: [
      "NOTEBOOK is a name such as 03-strategy, or a path. Values are numbers, true, false or texts; the names are those",
      "of the notebook's parameters cell. The executed notebook goes to reports/executed/, whole after every cell.",
    ],
    module: "run.ts",
    needsArgument: true,
  },
  report: {
    about: "turn executed notebooks into a small site",
    usage: "npm run report",
    details: ["Reads reports/executed/*.ipynb, writes reports/index.html and a page for each."],
    module: "report.ts",
  },
  bench: {
    about: "measure us and a peer in the same run",
    usage: "npm run bench -- NAME [--json] [--runs N] | -- --setup",
    details: [
      "Without a name: lists them. --setup installs the peers into .venv-bench/ (never needed by the product).",
      "Prints medians of at least 5 alternating runs and how many times better we are; --json prints one line.",
    ],
    module: "bench.ts",
  },
};
