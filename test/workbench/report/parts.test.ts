import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { escapeHtml } from "../../../lib/workbench/format/escape";
import { ansiToHtml } from "../../../lib/workbench/report/ansi";
import { highlight } from "../../../lib/workbench/report/code";
import { outputsHtml } from "../../../lib/workbench/report/outputs";
import { PageText } from "../../../lib/workbench/report/text";

const ESC = "\x1b";
const outputs = (list: object[]) => outputsHtml(list as never, new PageText());

test("terminal colours become spans, and end where they end", () => {
  assert.is(
    ansiToHtml(`${ESC}[31mTypeError${ESC}[39m: x ${ESC}[1;90mdim${ESC}[0m end`),
    '<span class="ansi-red">TypeError</span>: x <span class="ansi-black ansi-bold">dim</span> end',
  );
  assert.is(ansiToHtml(`${ESC}[38;5;196ma${ESC}[38;2;1;2;3mb${ESC}[4mc`), 'ab<span class="ansi-underline">c</span>');
});

test("cursor movements are dropped and a carriage return starts its line again", () => {
  assert.is(ansiToHtml(`10 %\r50 %\rdone${ESC}[K\nnext\r\nlast`), "done\nnext\nlast");
});

test("terminal text without codes is escaped and otherwise untouched", () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes(ESC) && !text.includes("\r")),
      (text) => {
        assert.is(ansiToHtml(text), escapeHtml(text));
      },
    ),
  );
});

test("TypeScript is highlighted and escaped", () => {
  const html = highlight('const a: Map<string, number> = "</pre>";');
  assert.match(html, '<span class="hljs-keyword">const</span>');
  assert.not.match(html, "</pre>");
  assert.is(highlight("<b>", "no-such-language"), "&lt;b&gt;");
});

test("headings get ids of their own, also when they repeat or hold code", () => {
  const page = new PageText();
  const html = page.render("## What *is* `x`?\n\n## Same\n\n## Same\n\n## Größe 2");
  assert.equal(
    page.headings.map(({ id }) => id),
    ["what-is-x", "same", "same-2", "größe-2"],
  );
  assert.match(html, '<h2 id="same-2">Same <a class="anchor" href="#same-2"');
});

test("links to notebooks lead to their pages; links with a script lead nowhere", () => {
  const page = new PageText();
  const html = page.render(
    "[a](01-data.ipynb) [b](./02-x.ipynb#top) [c](https://example.org/n.ipynb) [d](javascript:alert(1)) [e](#s) [f](../lib/a.ts)",
  );
  for (const href of ["01-data.html", "02-x.html#top", "https://example.org/n.ipynb", "#s", "../lib/a.ts"])
    assert.match(html, `href="${href}"`);
  assert.not.match(html, "javascript:");
});

test("of HTML in markdown only plain folding and typesetting tags are kept", () => {
  const html = new PageText().render(
    'H<sub>2</sub>O <b onclick="x()">b</b> <script>x</script>\n\n<details>\n<summary>More</summary>\n\ninside\n\n</details>\n\n<img src=x>',
  );
  assert.match(html, "H<sub>2</sub>O");
  assert.match(html, "<details>\n<summary>More</summary>");
  assert.not.match(html, /<script|<img|<b /);
});

test("images come embedded or not at all", () => {
  const html = new PageText().render("![a](https://example.org/a.png) ![b](data:image/png;base64,AA==)");
  assert.not.match(html, "example.org");
  assert.match(html, '<img src="data:image/png;base64,AA==" alt="b">');
});

test("a display is shown in its richest form that needs no kernel", () => {
  const view = { "application/vnd.jupyter.widget-view+json": { model_id: "x" } };
  const figure = { data: [{ name: "</script><b>" }], layout: { height: 300 } };
  const html = outputs([
    { output_type: "display_data", data: { ...view, "text/html": "<dl>n: 3</dl>", "text/plain": "n: 3" } },
    {
      output_type: "display_data",
      data: { ...view, "application/vnd.plotly.v1+json": figure, "text/plain": "Figure <1>" },
    },
    { output_type: "execute_result", data: { "text/plain": ["a <b>\n", "c"] } },
    { output_type: "display_data", data: { "text/markdown": "**bold**", "text/plain": "bold" } },
    { output_type: "display_data", data: { "image/png": "AA==\n", "text/plain": "picture" } },
    { output_type: "display_data", data: { "image/svg+xml": "<svg onload='x()'/>", "text/plain": "" } },
  ]);
  assert.match(html, "<dl>n: 3</dl>");
  assert.match(html, 'aria-label="Figure &lt;1&gt;" style="min-height: 300px"');
  assert.match(html, '"name":"\\u003c/script>\\u003cb>"');
  assert.match(html, '<pre class="result">a &lt;b&gt;\nc</pre>');
  assert.match(html, "<strong>bold</strong>");
  assert.match(html, '<img src="data:image/png;base64,AA==" alt="picture">');
  assert.not.match(html, "<svg");
});

test("the outputs of a live area are all shown", () => {
  const inner = ["one", "two"].map((text) => ({ output_type: "display_data", data: { "text/plain": text } }));
  const html = outputs([{ output_type: "display_data", data: { "application/vnd.flashlab.outputs+json": inner } }]);
  assert.match(html, /one<\/pre>\n<pre class="result">two/);
});

test("streams are joined and escaped; a failure keeps its colours", () => {
  const html = outputs([
    { output_type: "stream", name: "stdout", text: ["a <", "b>"] },
    { output_type: "stream", name: "stdout", text: " c\n" },
    { output_type: "stream", name: "stderr", text: "warning" },
    { output_type: "error", ename: "E", evalue: "v", traceback: [`${ESC}[31mE${ESC}[0m: v <x>`, "at 1"] },
  ]);
  assert.match(html, '<pre class="stream">a &lt;b&gt; c</pre>');
  assert.match(html, '<pre class="stream stderr">warning</pre>');
  assert.match(html, '<span class="ansi-red">E</span>: v &lt;x&gt;\nat 1');
});

test.run();
