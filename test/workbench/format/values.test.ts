import { test } from "uvu";
import * as assert from "uvu/assert";
import { tf } from "../../../lib/backend/index";
import { InputError } from "../../../lib/errors";
import { DISPLAY } from "../../../lib/workbench/displayable";
import { toBundle } from "../../../lib/workbench/format/index";
import { PLOTLY_MIME, plot } from "../../../lib/workbench/plot";

const text = async (value: unknown) => String((await toBundle(value))["text/plain"]);

test("an object with the display method shows itself, at once or later", async () => {
  const bundle = { "text/plain": "me" };
  assert.is(toBundle({ [DISPLAY]: () => bundle }), bundle);
  assert.is(await toBundle({ [DISPLAY]: async () => bundle }), bundle);
});

test("a display method that gives no bundle is an error that says what to return", async () => {
  assert.throws(
    () => toBundle({ [DISPLAY]: () => "text" }),
    (error: Error) => error instanceof InputError && /MIME/.test(error.message),
  );
});

test("a tensor is shown by type, shape and size, its range without NaN, and its first values", async () => {
  const tensor = tf.tensor2d([1, 2, Number.NaN, 4.5, -1, 0, 7, 8, 9, 10], [5, 2]);
  const shown = await text(tensor);
  assert.is(shown.split("\n")[0], "Tensor float32 [5 × 2]");
  assert.match(shown, /first {3}1, 2, NaN, 4.5, -1, 0, 7, 8, …/);
  assert.match(shown, /min {5}-1\n/);
  assert.match(shown, /mean {4}4.5\n/);
  assert.match(shown, /max {5}10\n/);
  assert.match(shown, /NaN {5}1$/);
  tensor.dispose();
  assert.match(await text(tensor), /disposed/);
});

test("tensors of texts, of truth values and of nothing are shown too", async () => {
  assert.match(await text(tf.tensor(["a", "<b>"])), 'first   "a", "<b>"');
  assert.match(String((await toBundle(tf.tensor(["<b>"])))["text/html"]), "&lt;b&gt;");
  assert.match(await text(tf.tensor([true, false], undefined, "bool")), /mean {4}0\.5/);
  assert.match(await text(tf.zeros([0, 3])), /Tensor float32 \[0 × 3\]/);
});

test("an error is shown with name, message, stack and cause", async () => {
  const shown = await text(new TypeError("outer", { cause: new RangeError("inner") }));
  assert.match(shown, /^TypeError: outer\n {4}at /);
  assert.match(shown, /Caused by RangeError: inner/);
});

test("other values are inspected as Node does", async () => {
  assert.is(await text(new Map([["a", 1]])), "Map(1) { 'a' => 1 }");
  assert.is(await text(new Float32Array([0.5])), "Float32Array(1) [ 0.5 ]");
  assert.is(await text(undefined), "undefined");
  assert.is(await text(10n), "10n");
  assert.is(await text({ shape: [1], dtype: "x" }), "{ shape: [ 1 ], dtype: 'x' }");
});

test("a figure travels as plain JSON: bytes for typed arrays, UTC text for dates, numbers for big integers", () => {
  const x = new Float64Array([1, Number.NaN, 1e300]).subarray(1);
  const figure = plot({
    x,
    y: [1n, null, undefined],
    text: [new Date("2001-01-24T08:00:00Z")] as never,
    name: undefined,
  });
  const { data } = figure[DISPLAY]()[PLOTLY_MIME] as { data: Record<string, unknown>[] };
  const packed = data[0].x as { dtype: string; bdata: string };
  assert.is(packed.dtype, "f8");
  const bytes = Buffer.from(packed.bdata, "base64");
  assert.equal([bytes.readDoubleLE(0), bytes.readDoubleLE(8)], [Number.NaN, 1e300]);
  assert.equal(data[0].y, [1, null, undefined]);
  assert.equal(data[0].text, ["2001-01-24T08:00:00.000"]);
  assert.not("name" in data[0]);
});

test("titles given as text become what Plotly 4 reads, on axes too", () => {
  const figure = plot([{ y: [1] }], { title: "Sales", xaxis: { title: "day" }, yaxis: { title: { text: "TWD" } } });
  const { layout } = figure[DISPLAY]()[PLOTLY_MIME] as { layout: Record<string, { title?: unknown }> };
  assert.equal(layout.title, { text: "Sales" });
  assert.equal(layout.xaxis.title, { text: "day" });
  assert.equal(layout.yaxis.title, { text: "TWD" });
});

test("a trace that is no object is refused with its place", () => {
  assert.throws(() => plot([[1, 2, 3] as never]), /traces\[0\]/);
});

test.run();
