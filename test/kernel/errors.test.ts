import { stripVTControlCharacters } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type KernelClient, startKernel } from "../../lib/kernel/client";

let kernel: KernelClient;

test.before(async () => {
  kernel = await startKernel();
});

test.after(() => kernel.shutdown());

/** Runs a cell that must fail; its error, without colours. */
async function failure(code: string): Promise<{ ename: string; evalue: string; traceback: string }> {
  const { status, error, outputs } = await kernel.execute(code);
  assert.is(status, "error");
  const published = outputs.filter((output) => output.output_type === "error");
  assert.equal(published, [{ output_type: "error", ...error }], "the reply and the error output say the same");
  const { ename, evalue, traceback } = error!;
  return { ename, evalue, traceback: stripVTControlCharacters(traceback.join("\n")) };
}

test("a thrown error names itself, its message and the cell's own line, with a caret", async () => {
  const { ename, evalue, traceback } = await failure(
    "const stock: number = 3;\n\nfunction sell(count: number) {\n  if (count > stock) throw new RangeError('sold out');\n}\nsell(5);",
  );
  assert.equal([ename, evalue], ["RangeError", "sold out"]);
  assert.match(traceback, /> 4 \| {3}if \(count > stock\) throw new RangeError\('sold out'\);\n {2}\s+\| {28}\^/);
  assert.match(traceback, /at sell \(cell \[\d+\]:4:28\)\n\s+at cell \[\d+\]:6:1$/);
});

test("an error from a library file points at its TypeScript line and at the cell's", async () => {
  const { ename, traceback } = await failure(
    'import { requireNumber } from "./lib/errors";\n// far from a number\nrequireNumber("x" as unknown as number, "depth");',
  );
  assert.is(ename, "InputError");
  assert.match(traceback, /at requireNumber \(lib\/errors\.ts:\d+:\d+\)/);
  assert.match(traceback, /> 3 \| requireNumber/);
});

test("a type error shows the offending line, its place and the compiler's number", async () => {
  const { ename, evalue, traceback } = await failure("const price = 3;\nconst label: string = price;");
  assert.is(ename, "CompileError");
  assert.is(evalue, "Type 'number' is not assignable to type 'string'. (TS2322)");
  assert.match(traceback, /cell \[\d+\]:2:7/);
  assert.match(traceback, /> 2 \| const label: string = price;\n {4}\| {7}\^{5}/);
});

test("an awaited rejection fails its cell at the awaiting line too", async () => {
  const { evalue, traceback } = await failure(
    "async function fetchPrices() {\n  await null;\n  throw new Error('no prices');\n}\n\nawait fetchPrices();",
  );
  assert.is(evalue, "no prices");
  assert.match(traceback, /> 3 \|/);
  assert.match(traceback, /at async cell \[\d+\]:6:1/);
});

test("a rejection that nobody awaits fails its cell, as last expression or not", async () => {
  assert.is((await failure("Promise.reject(new Error('alone'))")).evalue, "alone");
  assert.is((await failure("void Promise.reject(new Error('alone too'));\nconst after = 1;")).evalue, "alone too");
});

test("an exception in a timer fails the cell that waits", async () => {
  const waits = "setTimeout(() => { throw new Error('in time'); }, 1);\nawait new Promise(() => {});";
  assert.is((await failure(waits)).evalue, "in time");
});

test("what fails after its cell has ended is that cell's late error, not the next one's", async () => {
  const first = await kernel.execute(
    "let open = () => {};\nconst gate = new Promise<void>((done) => { open = done; });\nvoid gate.then(() => { throw new Error('late'); });",
  );
  const second = await kernel.execute("open();");
  assert.equal([first.status, second.status, second.outputs], ["ok", "ok", []]);
  assert.equal(first.outputs, kernel.lateErrors);
  assert.is(first.outputs[0]?.output_type === "error" && first.outputs[0].evalue, "late");
});

test("causes, and values that are no errors, are shown", async () => {
  const { traceback } = await failure("throw new Error('outer', { cause: new TypeError('inner') });");
  assert.match(traceback, /Error: outer[\s\S]*Caused by:\nTypeError: inner/);
  assert.equal(
    [(await failure("throw 'plain'")).evalue, (await failure("throw { code: 7 }")).evalue],
    ["plain", "{ code: 7 }"],
  );
});

test("the state before a failure lives on", async () => {
  await kernel.execute("const kept = 40;");
  await failure("throw new Error('x')");
  const { outputs } = await kernel.execute("kept + 2");
  assert.equal(outputs[0], {
    output_type: "execute_result",
    data: { "text/plain": "42" },
    metadata: {},
    execution_count: outputs[0].output_type === "execute_result" ? outputs[0].execution_count : null,
  });
});

test.run();
