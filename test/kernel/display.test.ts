import { test } from "uvu";
import * as assert from "uvu/assert";
import { type KernelClient, type Output, startKernel } from "../../lib/kernel/client";

let kernel: KernelClient;

test.before(async () => {
  kernel = await startKernel();
  await kernel.execute('const host = (globalThis as any)[Symbol.for("flashlab.host")];');
});

test.after(() => kernel.shutdown());

async function outputs(code: string): Promise<Output[]> {
  const execution = await kernel.execute(code);
  assert.is(execution.status, "ok", JSON.stringify(execution.error));
  return execution.outputs;
}

/** The MIME bundle of a cell's only output, text aside. */
async function bundle(code: string): Promise<Record<string, unknown>> {
  const bundles = (await outputs(code)).flatMap((output) => ("data" in output ? [output.data] : []));
  assert.is(bundles.length, 1);
  return bundles[0];
}

test("the last expression is the result; undefined, null and statements give none", async () => {
  const [result] = await outputs("const a = 6;\na * 7");
  assert.is(result.output_type, "execute_result");
  assert.equal((result as { data: unknown }).data, { "text/plain": "42" });
  for (const code of ["undefined", "null", "const b = 1;", "// nothing", ""]) assert.equal(await outputs(code), []);
});

test("an object with a Jupyter.display method shows itself, also if it takes its time", async () => {
  const code =
    '({ async [Symbol.for("Jupyter.display")]() { await null; return { "text/html": "<b>1</b>", "text/plain": "1" }; } })';
  assert.equal(await bundle(code), { "text/html": "<b>1</b>", "text/plain": "1" });
});

test("Arquero tables, Plotly figures, tensors and errors come as rich results", async () => {
  assert.match(
    String((await bundle('import { table } from "arquero";\ntable({ price: [1, 2] })'))["text/html"]),
    "<table",
  );
  assert.match(
    String((await bundle('import * as tf from "@tensorflow/tfjs";\ntf.ones([2, 3])'))["text/plain"]),
    /float32 \[2 × 3\]/,
  );
  const figure = await bundle('import { plot } from "./lib/workbench/index";\nplot([{ x: [1], y: [2] }])');
  assert.ok("application/vnd.plotly.v1+json" in figure);
  assert.match(String((await bundle("new RangeError('shown, not thrown')"))["text/plain"]), "shown, not thrown");
});

test("a result whose display method fails fails the cell", async () => {
  const { status, error } = await kernel.execute(
    '({ [Symbol.for("Jupyter.display")]() { throw new Error("no picture"); } })',
  );
  assert.equal([status, error?.evalue], ["error", "no picture"]);
});

test("console, stdout and stderr are streams, in order with displays", async () => {
  const made = await outputs(
    'console.log("a"); process.stdout.write("b\\n"); host.display({ "text/plain": "d" }); console.error("e"); console.log("f");',
  );
  assert.equal(made, [
    { output_type: "stream", name: "stdout", text: "a\nb\n" },
    { output_type: "display_data", data: { "text/plain": "d" }, metadata: {} },
    { output_type: "stream", name: "stderr", text: "e\n" },
    { output_type: "stream", name: "stdout", text: "f\n" },
  ]);
});

test("text keeps its order and its bytes, however much of it", async () => {
  const [stream] = await outputs('for (let i = 0; i < 5000; i++) process.stdout.write(Buffer.from(i + "é\\n"));');
  const expected = Array.from({ length: 5000 }, (_, i) => `${i}é\n`).join("");
  assert.is((stream as { text: string }).text, expected);
});

test("text from a timer belongs to the cell that set it, though another cell runs", async () => {
  const first = await kernel.execute('const timer = setTimeout(() => console.log("from the first"), 5);');
  const second = await kernel.execute(
    'await new Promise((done) => setTimeout(done, 60)); console.log("from the second");',
  );
  assert.equal(first.outputs, [{ output_type: "stream", name: "stdout", text: "from the first\n" }]);
  assert.equal(second.outputs, [{ output_type: "stream", name: "stdout", text: "from the second\n" }]);
});

test("a display with an id is updated in place, from a later cell too", async () => {
  const shown = await outputs('host.display({ "text/plain": "0 %" }, {}, { displayId: "bar" });');
  assert.equal(await outputs('host.display({ "text/plain": "100 %" }, {}, { displayId: "bar", update: true });'), []);
  assert.equal(shown, [{ output_type: "display_data", data: { "text/plain": "100 %" }, metadata: {} }]);
});

test("clear_output clears, at once or with the next output", async () => {
  assert.equal(await outputs('console.log("a"); host.clearOutput(); console.log("b");'), [
    { output_type: "stream", name: "stdout", text: "b\n" },
  ]);
  assert.equal(await outputs('console.log("a"); host.clearOutput(true);'), [
    { output_type: "stream", name: "stdout", text: "a\n" },
  ]);
});

test("tslab's own display works", async () => {
  assert.equal(await bundle('import { display } from "tslab";\ndisplay.html("<i>x</i>")'), { "text/html": "<i>x</i>" });
  assert.equal(
    await bundle('import * as tslab from "tslab";\nconst d = tslab.newDisplay(); d.text("1"); d.text("2")'),
    {
      "text/plain": "2",
    },
  );
});

test("user expressions are evaluated after the cell", async () => {
  const { reply } = await kernel.execute("const seven = 7;", {
    userExpressions: { double: "seven * 2", wrong: "missing" },
  });
  const { double, wrong } = reply.user_expressions as Record<string, Record<string, unknown>>;
  assert.equal(double, { status: "ok", data: { "text/plain": "14" }, metadata: {} });
  assert.equal([wrong.status, wrong.ename], ["error", "CompileError"]);
});

test("a question mark opens the pager", async () => {
  const { reply } = await kernel.execute("process.cwd?");
  const [page] = reply.payload as { source: string; data: Record<string, string> }[];
  assert.is(page.source, "page");
  assert.match(page.data["text/plain"], "cwd(): string");
});

test.run();
