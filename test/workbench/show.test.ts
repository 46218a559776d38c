import { test } from "uvu";
import * as assert from "uvu/assert";
import { DISPLAY } from "../../lib/workbench/displayable";
import { HEADLINE_MIME } from "../../lib/workbench/headline";
import { host, withHost } from "../../lib/workbench/host";
import { headline, markdown, progressBar, show } from "../../lib/workbench/index";
import { asKernel, FakeHost } from "./fake-host";

const texts = (fake: FakeHost) => fake.shown.map(({ data }) => data["text/plain"]);

test("values are shown before the call returns", async () => {
  const fake = await asKernel(new FakeHost(), () => {
    const nothing = show("one", 2, markdown("*three*"));
    assert.is(nothing, undefined, "so that a cell's last expression has no value of its own");
  });
  assert.equal(texts(fake), ["one", "2", "*three*"]);
});

test("a value that has to be waited for keeps its place among the others", async () => {
  const slow = { [DISPLAY]: async () => ({ "text/plain": "slow" }) };
  const fake = await asKernel(new FakeHost(), () => show("before", slow, "after"));
  assert.equal(texts(fake), ["before", "slow", "after"]);
});

test("without a kernel the host is the console, and it has no widgets", () => {
  assert.not(host().widgets);
  assert.throws(() => host().openComm("jupyter.widget", {}, {}), /no front end for widgets/);
});

test("a host given to a piece of work is its host across awaits, and nobody else's", async () => {
  const [outer, inner] = [new FakeHost(), new FakeHost()];
  await asKernel(outer, async () => {
    const work = withHost(inner, async () => {
      await Promise.resolve();
      show("inside");
    });
    show("outside");
    await work;
  });
  assert.equal(texts(outer), ["outside"]);
  assert.equal(texts(inner), ["inside"]);
});

test("a headline carries its text for the report and shows it escaped", async () => {
  const fake = await asKernel(new FakeHost(), () => headline("  5 % off\n needs > 2 ×  "));
  const [{ data }] = fake.shown;
  assert.equal(data[HEADLINE_MIME], { text: "5 % off needs > 2 ×" });
  assert.match(String(data["text/html"]), "5 % off needs &gt; 2 ×");
  assert.throws(() => headline(" "), /needs a text/);
});

test("a progress bar is one output, rewritten only when its text changes", async () => {
  const fake = await asKernel(new FakeHost(), () => {
    const moved = progressBar("Fit");
    for (let step = 0; step <= 1000; step++) moved(step, 1000);
    moved(1, 1, "loss 0.1");
  });
  assert.is(fake.shown.length, 102);
  assert.is(new Set(fake.shown.map(({ options }) => options?.displayId)).size, 1);
  assert.equal(
    fake.shown.map(({ options }) => options?.update ?? false),
    [false, ...Array.from({ length: 101 }, () => true)],
  );
  assert.is(fake.shown[101].data["text/plain"], "Fit: 100 % · loss 0.1");
});

test.run();
