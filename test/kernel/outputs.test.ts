import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DisplayIds, OutputRecorder } from "../../lib/kernel/client/outputs";
import { type Content, createMessage } from "../../lib/kernel/messages";

function recorder(ids: DisplayIds = new Map()) {
  const made = new OutputRecorder(ids);
  const take = (type: string, content: Content) => made.take(createMessage("s", type, content));
  return { outputs: made.outputs, take };
}

const text = (value: string, name = "stdout") => ({ name, text: value });
const shown = (value: string, id?: string) => ({
  data: { "text/plain": value },
  metadata: {},
  transient: id ? { display_id: id } : {},
});

test("neighbouring text of one stream is joined; another stream or output parts it", () => {
  const { outputs, take } = recorder();
  take("stream", text("a"));
  take("stream", text("b"));
  take("stream", text("!", "stderr"));
  take("stream", text("c"));
  const streams = outputs.map((output) => output.output_type === "stream" && [output.name, output.text]);
  assert.equal(streams, [
    ["stdout", "ab"],
    ["stderr", "!"],
    ["stdout", "c"],
  ]);
});

test("an update changes every display of that id, also in another cell, and adds none", () => {
  const ids: DisplayIds = new Map();
  const [first, second] = [recorder(ids), recorder(ids)];
  first.take("display_data", shown("0 %", "bar"));
  second.take("display_data", shown("0 %", "bar"));
  second.take("update_display_data", shown("100 %", "bar"));
  for (const { outputs } of [first, second]) {
    assert.equal(outputs, [{ output_type: "display_data", data: { "text/plain": "100 %" }, metadata: {} }]);
  }
});

test("clear_output empties at once, or when the next output comes", () => {
  const { outputs, take } = recorder();
  take("stream", text("a"));
  take("clear_output", { wait: true });
  assert.is(outputs.length, 1);
  take("stream", text("b"));
  assert.equal(outputs, [{ output_type: "stream", name: "stdout", text: "b" }]);
  take("clear_output", { wait: false });
  assert.equal(outputs, []);
});

test("results and errors take nbformat's shape", () => {
  const { outputs, take } = recorder();
  take("execute_result", { ...shown("42"), execution_count: 7 });
  take("error", { ename: "E", evalue: "v", traceback: ["t"] });
  assert.equal(outputs, [
    { output_type: "execute_result", data: { "text/plain": "42" }, metadata: {}, execution_count: 7 },
    { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
  ]);
});

test.run();
