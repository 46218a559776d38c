import { test } from "uvu";
import * as assert from "uvu/assert";
import { type KernelClient, startKernel } from "../../lib/kernel/client";

let kernel: KernelClient;

test.before(async () => {
  kernel = await startKernel();
  await kernel.execute('const host = (globalThis as any)[Symbol.for("flashlab.host")];');
});

test.after(() => kernel.shutdown());

const OPEN_ECHO = `
const heard: unknown[] = [];
const comm = host.openComm("echo", { hello: "front end" }, {
  commId: "echo-1",
  metadata: { version: "2.1.0" },
  async onMessage(data: any, buffers: Uint8Array[]) {
    console.log("heard " + data.word);
    await new Promise((done) => setTimeout(done, 1));
    heard.push([data.word, buffers.map((buffer) => buffer.length)]);
    host.display({ "text/plain": data.word });
    comm.send({ echo: data.word }, { buffers: [new Uint8Array([1, 2, 3])] });
    if (data.word === "fail") throw new Error("in the callback");
  },
  onClose() { heard.push("closed"); },
});`;

test("a comm opened by a cell reaches the front end, and comm_info tells of it", async () => {
  await kernel.execute(OPEN_ECHO);
  const { target, data, metadata } = kernel.comms.get("echo-1")!;
  assert.equal(
    { target, data, metadata },
    {
      target: "echo",
      data: { hello: "front end" },
      metadata: { version: "2.1.0" },
    },
  );
  assert.equal((await kernel.request("comm_info_request")).comms, { "echo-1": { target_name: "echo" } });
  assert.equal((await kernel.request("comm_info_request", { target_name: "other" })).comms, {});
});

test("a message's callback runs while no cell does, and its outputs carry the message as parent", async () => {
  const outputs = await kernel.sendComm("echo-1", { word: "hi" }, { buffers: [new Uint8Array(5)] });
  assert.equal(outputs, [
    { output_type: "stream", name: "stdout", text: "heard hi\n" },
    { output_type: "display_data", data: { "text/plain": "hi" }, metadata: {} },
  ]);
  const [reply] = kernel.comms.get("echo-1")!.received;
  assert.equal([reply.content.data, reply.buffers.map((buffer) => [...buffer])], [{ echo: "hi" }, [[1, 2, 3]]]);
  const { outputs: seen } = await kernel.execute("JSON.stringify(heard)");
  assert.match(JSON.stringify(seen), "hi");
});

test("a message that comes while a cell runs waits for its end", async () => {
  const cell = kernel.execute("await new Promise((done) => setTimeout(done, 30)); const during = heard.length;");
  const message = kernel.sendComm("echo-1", { word: "later" });
  await Promise.all([cell, message]);
  const { outputs } = await kernel.execute("heard.length - during");
  assert.match(JSON.stringify(outputs), '"text/plain":"1"');
});

test("an error in a callback is reported under the message, and the next one is heard", async () => {
  const outputs = await kernel.sendComm("echo-1", { word: "fail" });
  assert.equal(
    outputs.map((output) => output.output_type),
    ["stream", "display_data", "error"],
  );
  assert.is((await kernel.sendComm("echo-1", { word: "fine" })).length, 2);
});

test("a callback that never ends can be interrupted", async () => {
  await kernel.execute(
    'host.openComm("loop", {}, { commId: "loop-1", onMessage() { console.log("runs"); for (;;); } });',
  );
  const outputs = await kernel.sendComm("loop-1", {}, { onOutput: () => void kernel.interrupt() });
  const last = outputs.at(-1);
  assert.is(last?.output_type === "error" && last.ename, "Interrupted");
  assert.is((await kernel.execute("1")).status, "ok");
});

test("closing from the front end calls back; closing from the cell tells the front end", async () => {
  await kernel.closeComm("echo-1");
  const { outputs } = await kernel.execute("heard[heard.length - 1]");
  assert.match(JSON.stringify(outputs), "'closed'");
  await kernel.execute('host.openComm("short", {}, { commId: "short-1" }).close();');
  assert.is(kernel.comms.get("short-1")!.closed, true);
});

test("a comm that the front end opens, for which there is no target, is closed again", async () => {
  const before = kernel.comms.size;
  await kernel.openComm("unknown.target", {}, "from-outside");
  assert.is(kernel.comms.size, before);
  assert.not.ok("from-outside" in ((await kernel.request("comm_info_request")).comms as object));
});

test.run();
