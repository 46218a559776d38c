import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../lib/errors";
import { button, checkbox, dropdown, progress, range, show, slider, text } from "../../../lib/workbench/index";
import { asKernel, FakeHost } from "../fake-host";

const refused = (message: RegExp) => (error: Error) => error instanceof InputError && message.test(error.message);

test("a slider opens its models as JupyterLab's widget manager wants them", async () => {
  const host = await asKernel(new FakeHost(), () =>
    show(slider({ min: 0, max: 0.5, step: 0.05, value: 0.2, label: "Discount", format: ".0%" })),
  );
  const [layout, style, model] = host.comms;
  for (const comm of host.comms) {
    assert.is(comm.target, "jupyter.widget");
    assert.equal(comm.metadata, { version: "2.1.0" });
  }
  assert.is(layout.state._model_name, "LayoutModel");
  assert.is(layout.state._model_module, "@jupyter-widgets/base");
  assert.is(style.state._model_name, "SliderStyleModel");
  assert.is(style.state._view_name, "StyleView");
  assert.is(style.state._view_module, "@jupyter-widgets/base", "only the base package has a view of styles");
  const { state } = model;
  assert.is(state._model_name, "FloatSliderModel");
  assert.is(state._view_name, "FloatSliderView");
  assert.is(state._model_module, "@jupyter-widgets/controls");
  assert.is(state._model_module_version, "2.0.0");
  assert.is(state.layout, `IPY_MODEL_${layout.id}`);
  assert.is(state.style, `IPY_MODEL_${style.id}`);
  assert.equal([state.min, state.max, state.step, state.value], [0, 0.5, 0.05, 0.2]);
  const [{ data }] = host.shown;
  assert.equal(data["application/vnd.jupyter.widget-view+json"], {
    version_major: 2,
    version_minor: 0,
    model_id: model.id,
  });
  assert.is(data["text/plain"], "Discount: 20 %", "pages without a kernel show the value");
});

test("whole ends and step make a whole-number slider", async () => {
  const host = await asKernel(new FakeHost(), () => show(slider({ min: 0, max: 20, value: 3, label: "n" })));
  assert.is(host.model("IntSliderModel").state.step, 1);
});

test("a moved slider tells its listeners, and a value set in code moves the widget", async () => {
  const control = slider({ min: 0, max: 10, value: 3, label: "n" });
  const heard: number[] = [];
  const stop = control.onChange((value) => void heard.push(value));
  const host = await asKernel(new FakeHost(), () => show(control));
  const model = host.model("IntSliderModel");
  await model.receive({ method: "update", state: { value: 7 }, buffer_paths: [] });
  assert.is(control.value, 7);
  control.value = 2;
  assert.equal(model.sent, [{ method: "update", state: { value: 2 }, buffer_paths: [] }]);
  stop();
  await model.receive({ method: "update", state: { value: 5 } });
  assert.equal(heard, [7, 2]);
});

test("a page that is loaded again asks for the state and gets all of it", async () => {
  const control = slider({ min: 0, max: 10, value: 3, label: "n" });
  const host = await asKernel(new FakeHost(), () => show(control));
  const model = host.model("IntSliderModel");
  await model.receive({ method: "update", state: { value: 9 } });
  await model.receive({ method: "request_state" });
  const [answer] = model.sent;
  assert.is(answer.method, "update");
  assert.equal(answer.state, { ...model.state, value: 9 });
});

test("a front end's impossible value is not taken, and the widget is put back", async () => {
  const control = slider({ min: 0, max: 10, value: 3, label: "n" });
  const host = await asKernel(new FakeHost(), () => show(control));
  const model = host.model("IntSliderModel");
  for (const value of [11, Number.NaN, 2.5]) await model.receive({ method: "update", state: { value } });
  await model.receive({ method: "update", state: { value: "4" } });
  assert.is(control.value, 3);
  assert.equal(
    model.sent.map(({ state }) => state.value),
    [3, 3, 3],
  );
});

test("a dropdown travels as the index of its option and holds the option's value", async () => {
  const control = dropdown({ options: { "Ta Feng": "ta-feng", CDNOW: "cdnow" }, value: "cdnow", label: "Data" });
  const host = await asKernel(new FakeHost(), () => show(control));
  const model = host.model("DropdownModel");
  assert.equal(model.state._options_labels, ["Ta Feng", "CDNOW"]);
  assert.is(model.state.index, 1);
  await model.receive({ method: "update", state: { index: 0 } });
  assert.is(control.value, "ta-feng");
  assert.is(control.describe(), "Ta Feng");
  await model.receive({ method: "update", state: { index: 5 } });
  assert.is(control.value, "ta-feng");
});

test("a button counts its clicks and calls back", async () => {
  const clicks: number[] = [];
  const control = button({ label: "Again", onClick: (times) => void clicks.push(times) });
  const host = await asKernel(new FakeHost(), () => show(control));
  for (let i = 0; i < 2; i++)
    await host.model("ButtonModel").receive({ method: "custom", content: { event: "click" } });
  assert.equal(clicks, [1, 2]);
});

test("ranges, boxes, texts and bars hold their kinds of value", async () => {
  const price = range({ min: 0, max: 100, value: [20, 60], label: "Price" });
  const log = checkbox({ value: false, label: "Log" });
  const search = text({ value: "tea", label: "Search" });
  const bar = progress({ max: 4, value: 1, label: "Done" });
  const host = await asKernel(new FakeHost(), () => show(price, log, search, bar));
  await host.model("IntRangeSliderModel").receive({ method: "update", state: { value: [30, 40] } });
  await host.model("CheckboxModel").receive({ method: "update", state: { value: true } });
  await host.model("TextModel").receive({ method: "update", state: { value: "rice" } });
  bar.value = 2;
  assert.equal([price.value, log.value, search.value, bar.describe()], [[30, 40], true, "rice", "50 %"]);
  assert.equal(host.model("FloatProgressModel").sent[0].state, { value: 2 });
});

test("a control that can't be is refused with its label and a remedy", () => {
  assert.throws(() => slider({ min: 0, max: 1, value: 2, label: "Share" }), refused(/from 0 to 1: 2 at Share/));
  assert.throws(() => slider({ min: 1, max: 0, value: 0, label: "Share" }), refused(/min must be below max/));
  assert.throws(() => slider({ min: 0, max: 1, step: 0, value: 0, label: "Share" }), refused(/step/));
  assert.throws(() => slider({ min: 0, max: 10, value: 2.5, label: "n" }), refused(/whole/));
  assert.throws(() => range({ min: 0, max: 9, value: [5, 3], label: "Price" }), refused(/Price: upper end/));
  assert.throws(() => dropdown({ options: ["a", "b"], value: "c" as "a", label: "L" }), refused(/Take one of a, b/));
  assert.throws(() => dropdown({ options: [] as string[], value: "c", label: "L" }), refused(/Give it options/));
  assert.throws(() => checkbox({ value: 1 as never, label: "L" }), refused(/true or false/));
  assert.throws(() => text({ value: 1 as never, label: "L" }), refused(/holds text/));
  assert.throws(() => progress({ value: 2, label: "L" }), refused(/from 0 to 1/));
});

test("without a widget host a control is its label and value, escaped", async () => {
  const host = await asKernel(new FakeHost({ widgets: false }), () => show(text({ value: "<b>", label: "A & B" })));
  assert.is(host.comms.length, 0);
  assert.equal(Object.keys(host.shown[0].data), ["text/html", "text/plain"]);
  assert.match(String(host.shown[0].data["text/html"]), "<dt>A &amp; B</dt><dd>&lt;b&gt;</dd>");
});

test.run();
