import { test } from "uvu";
import * as assert from "uvu/assert";
import { type KernelClient, startKernel } from "../../lib/kernel/client";

let kernel: KernelClient;

test.before(async () => {
  kernel = await startKernel();
});

test.after(() => kernel.shutdown());

const FAILS_SLOWLY = "await new Promise((done) => setTimeout(done, 50)); throw new Error('stop');";

test("a failure aborts exactly the cells that wait; one sent on its reply runs at once", async () => {
  await kernel.execute("let ran: string[] = [];");
  const first = kernel.execute(FAILS_SLOWLY);
  const waiting = [kernel.execute("ran.push('second');"), kernel.execute("ran.push('third');")];
  assert.is((await first).status, "error");
  const next = await kernel.execute("ran.push('fourth'); ran.join()");
  assert.is(next.status, "ok");
  for (const { status, outputs, executionCount } of await Promise.all(waiting)) {
    assert.equal({ status, outputs, executionCount }, { status: "aborted", outputs: [], executionCount: null });
  }
  assert.match(JSON.stringify(next.outputs), "'fourth'");
});

test("a cell that fails at once aborts those sent together with it", async () => {
  const all = ["throw new Error('now')", "1", "2"].map((code) => kernel.execute(code));
  const statuses = (await Promise.all(all)).map(({ status }) => status);
  assert.equal(statuses, ["error", "aborted", "aborted"]);
});

test("requests that are no cells are answered in spite of a failure before them", async () => {
  const first = kernel.execute(FAILS_SLOWLY);
  const info = kernel.request("kernel_info_request");
  const cell = kernel.execute("1");
  assert.is((await first).status, "error");
  assert.is((await info).status, "ok");
  assert.is((await cell).status, "aborted");
});

test("with stop_on_error off the cells behind a failure run", async () => {
  const first = kernel.execute(FAILS_SLOWLY, { stopOnError: false });
  const second = kernel.execute("'ran'");
  assert.is((await first).status, "error");
  assert.is((await second).status, "ok");
});

test("a type error stops like any other", async () => {
  const [first, second] = [kernel.execute("const n: number = 'x';"), kernel.execute("1")];
  assert.equal([(await first).status, (await second).status], ["error", "aborted"]);
});

test("aborted and silent cells count neither in the history nor in the numbers", async () => {
  const before = (await kernel.execute("0")).executionCount!;
  const silent = await kernel.execute("console.log('unheard'); 7", { silent: true });
  assert.equal([silent.status, silent.outputs], ["ok", []]);
  await kernel.execute("'not kept'", { storeHistory: false });
  assert.is((await kernel.execute("1")).executionCount, before + 1);
  const { history } = await kernel.request("history_request", {
    hist_access_type: "tail",
    n: 2,
    output: false,
    raw: true,
  });
  assert.equal(
    (history as unknown[][]).map(([, line, input]) => [line, input]),
    [
      [before, "0"],
      [before + 1, "1"],
    ],
  );
});

test.run();
