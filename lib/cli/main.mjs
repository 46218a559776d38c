// The one door for every script of package.json: explains, sets up what is missing, then runs the command.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "./commands.mjs";
import { ROOT } from "./setup/project.mjs";

const OLDEST_NODE = [20, 19];

function nodeIsTooOld() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

function overview() {
  const lines = Object.entries(COMMANDS).map(([, { usage, about }]) => `  ${usage}\n      ${about}`);
  return `Flashlab's commands (each explains itself with -- --help):\n\n${lines.join("\n")}\n`;
}

function help({ usage, about, details }) {
  return `${usage}\n\n  ${about}\n\n${details.map((line) => `  ${line}`).join("\n")}\n`;
}

async function main([name, ...args]) {
  if (nodeIsTooOld()) {
    console.error(
      `Flashlab needs Node ${OLDEST_NODE.join(".")} or later; this is ${process.versions.node} (${process.execPath}).`,
    );
    return 1;
  }
  const command = Object.hasOwn(COMMANDS, name ?? "") ? COMMANDS[name] : undefined;
  if (!command) {
    if (name !== undefined) console.error(`There is no command ${JSON.stringify(name)}.\n`);
    console.log(overview());
    return name === undefined ? 0 : 2;
  }
  if (args.includes("--help") || args.includes("-h") || (command.needsArgument && args.length === 0)) {
    console.log(help(command));
    if (args.length > 0) return 0;
    console.log(overview());
    return 2;
  }
  const { setUp } = await import("./setup.mjs");
  if (command.barely) {
    if (!existsSync(join(ROOT, "node_modules", "tsx"))) {
      console.error("Nothing is set up yet: run npm run setup first.");
      return 1;
    }
  } else {
    // Machine-readable output stays alone on stdout.
    const talks = name === "setup" || name === "start" || name === "test";
    const write = (line) => (talks ? process.stdout : process.stderr).write(`${line}\n`);
    const { ok } = await setUp({
      quiet: name !== "setup",
      remind: name === "start",
      testing: name === "test",
      write,
    });
    if (!ok) return 1;
  }
  return command.module ? await runModule(command.module, args) : 0;
}

function runModule(module, args) {
  const file = join(ROOT, "lib", "cli", module);
  const child = spawn(process.execPath, ["--import", "tsx", file, ...args], { stdio: "inherit", cwd: ROOT });
  // The terminal sends Ctrl-C to the child as well; it decides when to end.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.message ?? error);
    if (error.remedy) console.error(error.remedy);
    process.exitCode = 1;
  },
);
