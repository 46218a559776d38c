import { test } from "uvu";
import * as assert from "uvu/assert";
import { OUTPUTS_MIME } from "../../../lib/workbench/controls/outputs";
import { interactive, markdown, plot, show, slider } from "../../../lib/workbench/index";
import { PLOTLY_MIME } from "../../../lib/workbench/plot";
import { asKernel, FakeHost } from "../fake-host";

const controls = () => ({ n: slider({ min: 0, max: 10, value: 3, label: "n" }) });
const VIEW = "application/vnd.jupyter.widget-view+json";
type Outputs = { output_type: string; data: Record<string, unknown>; evalue?: string }[];

test("controls and an output area are shown, each with a form for pages without a kernel", async () => {
  const host = await asKernel(new FakeHost(), () => interactive(controls(), ({ n }) => plot({ y: [n] })));
  const [box, area] = host.shown.map(({ data }) => data);
  assert.equal((box[VIEW] as { model_id: string }).model_id, host.model("VBoxModel").id);
  assert.equal(host.model("VBoxModel").state.children, [`IPY_MODEL_${host.model("IntSliderModel").id}`]);
  assert.match(String(box["text/html"]), "<dt>n</dt><dd>3</dd>");
  const output = host.model("OutputModel");
  assert.equal((area[VIEW] as { model_id: string }).model_id, output.id);
  assert.ok(area[PLOTLY_MIME], "the first figure stands beside the view");
  const [{ data }] = output.state.outputs as Outputs;
  assert.equal((data[PLOTLY_MIME] as { data: unknown[] }).data, [{ y: [3] }]);
});

test("a moved control renders again into the output area, with what was shown on the way", async () => {
  const host = await asKernel(new FakeHost(), () =>
    interactive(controls(), ({ n }) => {
      show(`n is ${n}`);
      return markdown(`**${n}**`);
    }),
  );
  assert.is((host.shown[1].data[OUTPUTS_MIME] as Outputs).length, 2, "several outputs are kept together");
  const before = host.shown.length;
  await host.model("IntSliderModel").receive({ method: "update", state: { value: 4 } });
  const [{ state }] = host.model("OutputModel").sent;
  assert.equal(
    (state.outputs as Outputs).map(({ data }) => data["text/plain"]),
    ["n is 4", "**4**"],
  );
  assert.is(host.shown.length, before, "nothing is shown outside the area");
});

test("moves during a render lead to one more render, with the last value", async () => {
  const rendered: number[] = [];
  let release = () => {};
  const host = await asKernel(new FakeHost(), () =>
    interactive(controls(), async ({ n }) => {
      rendered.push(n);
      if (n === 4) await new Promise<void>((done) => (release = done));
    }),
  );
  const model = host.model("IntSliderModel");
  const moves = [4, 5, 6, 7].map((value) => model.receive({ method: "update", state: { value } }));
  await Promise.resolve();
  release();
  await Promise.all(moves);
  assert.equal(rendered, [3, 4, 7]);
});

test("a failing render is shown in place of the result, and the next one heals it", async () => {
  const host = await asKernel(new FakeHost(), () =>
    interactive(controls(), ({ n }) => {
      if (n > 5) throw new RangeError("too many");
      return n;
    }),
  );
  const model = host.model("IntSliderModel");
  await model.receive({ method: "update", state: { value: 6 } });
  await model.receive({ method: "update", state: { value: 5 } });
  const [failed, healed] = host.model("OutputModel").sent.map(({ state }) => (state.outputs as Outputs)[0]);
  assert.is(failed.output_type, "error");
  assert.is(failed.evalue, "too many");
  assert.is(healed.data["text/plain"], "5");
});

test("a first render that fails fails its cell", async () => {
  try {
    await asKernel(new FakeHost(), () =>
      interactive(controls(), () => {
        throw new Error("at once");
      }),
    );
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "at once");
  }
});

test("without a widget host the values and their result are shown as they stand", async () => {
  const host = await asKernel(new FakeHost({ widgets: false }), () => interactive(controls(), ({ n }) => n * 2));
  assert.equal(
    host.shown.map(({ data }) => data["text/plain"]),
    ["n: 3", "6"],
  );
  assert.is(host.comms.length, 0);
});

test("two renders at a time keep their outputs apart", async () => {
  const one = new FakeHost();
  const waits: (() => void)[] = [];
  const pause = () => new Promise<void>((done) => void waits.push(done));
  const start = (name: string) =>
    interactive(controls(), async () => {
      await pause();
      show(name);
    });
  await asKernel(one, async () => {
    const both = [start("a"), start("b")];
    await Promise.resolve();
    for (const done of waits.splice(0).reverse()) done();
    await Promise.all(both);
  });
  const areas = one.comms.filter((comm) => comm.state._model_name === "OutputModel");
  const texts = areas.map((comm) => (comm.state.outputs as Outputs).map(({ data }) => data["text/plain"]));
  assert.equal(texts.sort(), [["a"], ["b"]]);
});

test.run();
