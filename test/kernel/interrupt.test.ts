import { test } from "uvu";
import * as assert from "uvu/assert";
import { Dealer, Request } from "zeromq";
import { type Execution, type KernelClient, startKernel } from "../../lib/kernel/client";
import { endpoint } from "../../lib/kernel/connection";
import { createMessage, decode, encode } from "../../lib/kernel/messages";

let kernel: KernelClient;

test.before(async () => {
  kernel = await startKernel();
  await kernel.execute("let state = 41;");
});

test.after(() => kernel.shutdown());

/** Runs a cell that never ends; calls `act` as soon as the cell's first output shows that it runs. */
async function whileRunning(code: string, act: () => Promise<unknown>): Promise<Execution> {
  let started: () => void = () => undefined;
  const running = new Promise<void>((done) => {
    started = done;
  });
  const execution = kernel.execute(`console.log("runs");\n${code}`, { onOutput: () => started() });
  await running;
  await act();
  return execution;
}

const LOOPS = {
  "a synchronous loop": "while (true) {}",
  "the same again, in the same process": "while (true) {}",
  "a loop after an await": "await new Promise((done) => setTimeout(done, 5)); while (true) {}",
  "a loop in a timer": "setTimeout(() => { while (true) {} }, 1); await new Promise(() => {});",
  "a loop of microtasks": "while (true) await null;",
  "a loop that awaits timers": "while (true) await new Promise((done) => setTimeout(done, 1));",
  "a wait without end": "await new Promise(() => {});",
  "a loop inside AsyncLocalStorage":
    'import { AsyncLocalStorage } from "node:async_hooks"; const s = new AsyncLocalStorage(); await s.run(1, async () => { await null; while (true) {} });',
};

for (const [name, code] of Object.entries(LOOPS)) {
  test(`an interrupt stops ${name}; the state lives on`, async () => {
    const { status, error } = await whileRunning(code, () => kernel.interrupt());
    assert.equal([status, error?.ename], ["error", "Interrupted"]);
    const { outputs } = await kernel.execute("state + 1");
    assert.match(JSON.stringify(outputs), '"text/plain":"42"');
  });
}

test("what a stopped cell left in timers comes to rest", async () => {
  await kernel.execute("let ticks = 0;");
  await whileRunning("setInterval(() => { ticks++; }, 1); await new Promise(() => {});", () => kernel.interrupt());
  const { outputs } = await kernel.execute(
    "const before = ticks; await new Promise((done) => setTimeout(done, 30)); ticks - before",
  );
  assert.match(JSON.stringify(outputs), '"text/plain":"0"');
});

test("an AbortSignal interrupts the cell", async () => {
  const controller = new AbortController();
  const cell = kernel.execute('console.log("runs"); while (true) {}', {
    signal: controller.signal,
    onOutput: () => controller.abort(),
  });
  await cell.then(
    () => assert.unreachable(),
    (error) => assert.is(error.name, "AbortedError"),
  );
});

test("a cell that is aborted before it has begun is stopped all the same", async () => {
  // Three times: which of the two messages the kernel sees first is chance.
  for (let time = 0; time < 3; time++) {
    const stop = new AbortController();
    const execution = kernel.execute("while (true) {}", { signal: stop.signal });
    stop.abort();
    try {
      await execution;
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).name, /AbortedError/);
    }
  }
});

test("an interrupt while nothing runs does no harm", async () => {
  await kernel.interrupt();
  assert.is((await kernel.execute("state")).status, "ok");
});

test("heartbeat and control answer while a cell computes", async () => {
  const { connection } = kernel;
  const heartbeat = new Request({ linger: 0 });
  const control = new Dealer({ linger: 0 });
  heartbeat.connect(endpoint(connection, "hb"));
  control.connect(endpoint(connection, "control"));
  const { status } = await whileRunning("while (true) {}", async () => {
    await heartbeat.send("beat");
    assert.is((await heartbeat.receive()).toString(), "beat");
    await control.send(encode(createMessage("s", "kernel_info_request", {}), connection.key));
    const info = decode(await control.receive(), connection.key);
    assert.equal([info.header.msg_type, info.content.status], ["kernel_info_reply", "ok"]);
    await control.send(encode(createMessage("s", "debug_request", { seq: 3, command: "attach" }), connection.key));
    const { content } = decode(await control.receive(), connection.key);
    assert.equal([content.success, content.request_seq, content.command], [false, 3, "attach"]);
    await kernel.interrupt();
  });
  assert.is(status, "error");
  heartbeat.close();
  control.close();
});

test("SIGINT interrupts, too", async () => {
  const waiting = await whileRunning("await new Promise(() => {});", async () =>
    process.kill(kernel.processId!, "SIGINT"),
  );
  assert.is(waiting.error?.ename, "Interrupted");
  const looping = await whileRunning("while (true) {}", async () => process.kill(kernel.processId!, "SIGINT"));
  assert.is(looping.error?.ename, "Interrupted");
});

test("a shutdown ends even a kernel that computes", async () => {
  const doomed = await startKernel();
  let cell: Promise<unknown> = Promise.resolve();
  await new Promise<void>((runs) => {
    cell = doomed.execute('console.log("runs"); while (true) {}', { onOutput: () => runs() });
    cell.catch(() => undefined);
  });
  await doomed.shutdown(20);
  await cell.then(
    () => assert.unreachable(),
    (error) => assert.match(error.message, "shut down"),
  );
});

test.run();
