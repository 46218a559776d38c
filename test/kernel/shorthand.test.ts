import { test } from "uvu";
import * as assert from "uvu/assert";
import { type KernelClient, startKernel } from "../../lib/kernel/client";

let kernel: KernelClient;

test.before(async () => {
  kernel = await startKernel();
  await kernel.execute("const hours = 3; let units = 1;");
});
test.after(() => kernel.shutdown());

/** The value that a cell ends with, as text. */
async function value(code: string): Promise<unknown> {
  const { outputs, error } = await kernel.execute(code);
  assert.is(error, undefined, error?.traceback.join("\n"));
  const [output] = outputs;
  return output.output_type === "execute_result" ? output.data["text/plain"] : output;
}

test("a shorthand property takes the variable of an earlier cell", async () => {
  assert.is(
    await value("JSON.stringify({ hours, units, deep: [{ hours }] })"),
    '\'{"hours":3,"units":1,"deep":[{"hours":3}]}\'',
  );
});

test("a variable of the cell or a parameter hides it", async () => {
  const code = "function make(hours: number) { const units = 2; return JSON.stringify({ hours, units }); } make(7)";
  assert.is(await value(code), '\'{"hours":7,"units":2}\'');
});

test("a destructuring assignment sets the variable of an earlier cell, defaults included", async () => {
  assert.is(await value("({ units } = { units: 5 }); units"), "5");
  assert.is(await value("({ units = 9 } = {} as { units?: number }); units"), "9");
  assert.is(await value("units"), "9");
});

test.run();
