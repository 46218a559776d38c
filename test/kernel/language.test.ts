import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type KernelClient, startKernel } from "../../lib/kernel/client";

const projectRoot = resolve(__dirname, "../..");

/** A folder of modules inside the project, as cells import them, and outside what git tracks. */
let folder: string;
let kernel: KernelClient;

test.before(async () => {
  mkdirSync(join(projectRoot, ".cache"), { recursive: true });
  folder = mkdtempSync(join(projectRoot, ".cache", "kernel-test-"));
  // A notebook's folder is not the project's root; the kernel goes there by itself.
  kernel = await startKernel({ cwd: resolve(projectRoot, "test") });
});

test.after(async () => {
  await kernel.shutdown();
  rmSync(folder, { recursive: true, force: true });
});

let written = 0;

/** Writes a module; each time with a later date, as an editor would. */
function write(name: string, code: string): void {
  const file = join(folder, name);
  mkdirSync(resolve(file, ".."), { recursive: true });
  writeFileSync(file, code);
  written += 1;
  utimesSync(file, new Date(), new Date(Date.UTC(2030, 0, 1, 0, 0, written)));
}

/** How a cell imports a module of the folder. */
function path(name: string): string {
  return `./${relative(projectRoot, join(folder, name))}`;
}

async function result(code: string): Promise<string> {
  const { status, outputs, error } = await kernel.execute(code);
  assert.is(status, "ok", error?.traceback.join("\n"));
  return String((outputs.at(-1) as { data?: Record<string, unknown> } | undefined)?.data?.["text/plain"]);
}

test("the kernel works in the project's root, whichever folder it was started in", async () => {
  assert.is(await result("process.cwd()"), `'${projectRoot}'`);
  assert.is(await result('import { createRandom } from "./lib/random";\ntypeof createRandom(1)'), "'object'");
});

test("names and types of one cell are known in the next, and can be declared anew", async () => {
  await result("interface Offer { depth: number }\nlet offer: Offer = { depth: 0.2 };");
  assert.is(await result("offer.depth"), "0.2");
  await result('let offer = "gift";');
  assert.is(await result("offer.length"), "4");
  assert.is((await kernel.execute("offer.depth")).error?.ename, "CompileError");
});

test("JSON, ES modules, default and namespace imports work from cells", async () => {
  assert.is(await result('import pkg from "./package.json";\npkg.name'), "'flashlab'");
  assert.is(await result('import * as arquero from "arquero";\narquero.table({ a: [1, 2] }).numRows()'), "2");
  assert.is(await result('import { table } from "arquero";\ntable({ a: [1] }).numCols()'), "1");
  assert.is(await result('import fs from "fs";\ntypeof fs.readFileSync'), "'function'");
  assert.is(await result('const { basename } = await import("path");\nbasename("/a/b")'), "'b'");
});

test("the same imports work from library modules, as do folders and names with dots", async () => {
  write("room/index.ts", 'import { answer } from "../part.daily";\nexport const fromRoom = () => answer();');
  write(
    "part.daily.ts",
    'import { table } from "arquero";\nimport data from "./data.json";\nexport const answer = () => table({ a: data.rows }).numRows();',
  );
  write("data.json", '{ "rows": [1, 2, 3] }');
  assert.is(await result(`import { fromRoom } from "${path("room")}";\nfromRoom()`), "3");
  assert.is(await result(`import { fromRoom as again } from "${path("room/index")}";\nagain === fromRoom`), "true");
});

test("worker threads of a library work", async () => {
  const code = `import { Worker } from "node:worker_threads";
const worker = new Worker('require("node:worker_threads").parentPort.postMessage(6 * 7)', { eval: true });
await new Promise((done) => worker.once("message", done))`;
  assert.is(await result(code), "42");
});

test("an edited module is seen by the next cell that imports it, also through a module between", async () => {
  write("price.ts", "export const price = () => 10;");
  write("offer.ts", 'import { price } from "./price";\nexport const offer = (depth: number) => price() * (1 - depth);');
  const cell = `import { offer } from "${path("offer")}";\noffer(0.5)`;
  assert.is(await result(cell), "5");
  write("price.ts", "export const price = () => 20;");
  assert.is(await result(cell), "10");
});

test("an edit that breaks a type is an error at the module's line, and mending it helps", async () => {
  write("typed.ts", "export const depth: number = 0.1;");
  const cell = `import { depth } from "${path("typed")}";\ndepth`;
  assert.is(await result(cell), "0.1");
  write("typed.ts", '\nexport const depth: number = "deep";');
  const { error } = await kernel.execute(cell);
  assert.match(error?.traceback.join("\n") ?? "", /typed\.ts:2:14/);
  write("typed.ts", "export const depth: number = 0.2;");
  assert.is(await result(cell), "0.2");
});

test("a module that was missing is found once it is there", async () => {
  const cell = `import { here } from "${path("late")}";\nhere`;
  assert.match((await kernel.execute(cell)).error?.evalue ?? "", "Cannot find module");
  write("late.ts", "export const here = true;");
  assert.is(await result(cell), "true");
});

async function complete(code: string): Promise<string[]> {
  const at = code.indexOf("|");
  const text = code.replace("|", "");
  const reply = await kernel.request("complete_request", { code: text, cursor_pos: [...text.slice(0, at)].length });
  return reply.matches as string[];
}

test("completion knows our library: its files, its names, their members", async () => {
  assert.ok((await complete('import { x } from "./lib/ra|')).includes("random"));
  assert.ok((await complete('import { x } from "./lib/|"')).includes("errors"));
  assert.equal(await complete('import { createRan| } from "./lib/random";'), ["createRandom"]);
  assert.ok((await complete('import { createRandom } from "./lib/random";\ncreateRandom(1).|')).length > 3);
  await result('import { requireNumber } from "./lib/errors";');
  assert.equal(await complete("requireN|"), ["requireNumber"]);
});

test("completion's positions count characters, not 16-bit units", async () => {
  const code = "const smile = '😀'; smile.toUpperC";
  const reply = await kernel.request("complete_request", { code, cursor_pos: [...code].length });
  assert.equal([reply.matches, reply.cursor_start, reply.cursor_end], [["toUpperCase"], 25, 33]);
});

test("inspection shows type and documentation, also on the line that imports", async () => {
  const inspect = async (code: string, cursor_pos: number) => {
    const reply = await kernel.request("inspect_request", { code, cursor_pos, detail_level: 0 });
    return reply.found ? (reply.data as Record<string, string>)["text/plain"] : undefined;
  };
  const line = 'import { requireInteger } from "./lib/errors";';
  assert.match((await inspect(line, 15)) ?? "", /requireInteger\(value: number[\s\S]*whole number/);
  await result(line);
  assert.match((await inspect("requireInteger(2, 'n')", 3)) ?? "", /requireInteger\(value: number/);
  assert.is(await inspect("   ", 1), undefined);
});

test("is_complete tells complete, incomplete and invalid code apart", async () => {
  const status = async (code: string) => (await kernel.request("is_complete_request", { code })).status;
  assert.is(await status("const f = () => {"), "incomplete");
  assert.is(await status("`text"), "incomplete");
  assert.is(await status("await f()"), "complete");
  assert.is(await status("let = = 1"), "invalid");
});

test("the kernel tells which TypeScript it speaks, and how to highlight it", async () => {
  const info = kernel.info.language_info as Record<string, string>;
  const used = await result('import { versions } from "tslab";\nversions.typescript');
  assert.equal(
    [info.name, `'${info.version}'`, info.file_extension, info.pygments_lexer, info.codemirror_mode],
    ["typescript", used, ".ts", "typescript", "typescript"],
  );
});

test.run();
