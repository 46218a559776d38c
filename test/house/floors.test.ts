import { existsSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { notebookFiles, readNotebook } from "../../lib/cli/notebook/file";
import { ROOT } from "../../lib/cli/project";
import { sources } from "./sources";

/** A room's floor; files and rooms that are not named here stand on the ground. */
const FLOOR: Record<string, number> = {
  backend: 1,
  engine: 1,
  datasets: 2,
  preprocessing: 2,
  models: 3,
  profiles: 4,
  evaluation: 4,
  recommendation: 5,
  promotion: 5,
  strategy: 5,
  trust: 6,
  monitoring: 6,
  applications: 6,
  workbench: 7,
  kernel: 8,
  cli: 9,
};
const GROUND = ["errors", "events", "random", "provenance", "statistics", "sparse", "threads", "wasm"];

const files = sources("lib", ".ts").filter(({ path }) => !path.endsWith(".d.ts"));

function imports(text: string): string[] {
  return [...text.matchAll(/(?:from|import|require)\s*\(?\s*["']([^"']+)["']/g)].map((match) => match[1]);
}

test("every room of lib has a floor", () => {
  const rooms = new Set(files.map(({ path }) => path.split("/")[1].replace(/\.ts$/, "")));
  const unknown = [...rooms].filter((room) => FLOOR[room] === undefined && !GROUND.includes(room));
  assert.equal(unknown, []);
});

test("a module imports only from floors below its own, and from its own room", () => {
  const upward: string[] = [];
  for (const { path, text } of files) {
    const room = path.split("/")[1];
    for (const target of imports(text).filter((name) => name.startsWith("."))) {
      const reached = join(dirname(path), target);
      const [top, other] = reached.split("/");
      if (top === "test" && path === "lib/cli/bench.ts") continue;
      const allowed = top === "lib" && (other === room || (FLOOR[other] ?? 0) < (FLOOR[room] ?? 0.5));
      if (!allowed) upward.push(`${path} imports ${target}`);
    }
  }
  assert.equal(upward, []);
});

test("imports name a file, never a folder: stock tslab finds no other", () => {
  const cells = notebookFiles().map((path) => ({
    path: "notebook.ts",
    text: readNotebook(path)
      .cells.filter((cell) => cell.cell_type === "code")
      .map((cell) => cell.source)
      .join("\n"),
  }));
  const folders = [...files, ...cells].flatMap(({ path, text }) =>
    imports(text)
      .filter((name) => name.startsWith("."))
      .map((name) => join(dirname(path), name))
      .filter((target) => existsSync(join(ROOT, target, "index.ts"))),
  );
  assert.equal(folders, []);
});

test("only lib/backend imports a TensorFlow.js package", () => {
  const found = files.filter(
    ({ path, text }) =>
      !path.startsWith("lib/backend/") && imports(text).some((name) => name.startsWith("@tensorflow/")),
  );
  assert.equal(
    found.map(({ path }) => path),
    [],
  );
});

test("nothing in lib draws unseeded numbers, and only commands and the kernel read the clock", () => {
  const found = files.filter(({ path, text }) => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    return /Math\.random\(/.test(code) || (/Date\.now\(/.test(code) && !/^lib\/(cli|kernel)\//.test(path));
  });
  assert.equal(
    found.map(({ path }) => path),
    [],
  );
});

test.run();
