import { table } from "arquero";
import { DataFrame, Series } from "danfojs-node";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { escapeHtml, escapeJson } from "../../../lib/workbench/format/escape";
import { toBundle } from "../../../lib/workbench/format/index";
import type { MimeBundle } from "../../../lib/workbench/host";

const html = (bundle: MimeBundle) => String(bundle["text/html"]);
const text = async (value: unknown) => String((await toBundle(value))["text/plain"]);

test("an Arquero table is shown as HTML and as aligned text, numbers to the right", async () => {
  const bundle = await toBundle(table({ item: ["tea", "rice"], price: [12.5, 7] }));
  assert.is(bundle["text/plain"], "item  price\n────  ─────\ntea    12.5\nrice    7.0\n2 rows × 2 columns");
  assert.match(html(bundle), '<td style="text-align: right">12.5</td>');
  assert.match(html(bundle), '<td style="text-align: left">tea</td>');
});

test("HTML in data and in column names is shown, never run", async () => {
  const bundle = await toBundle(table({ '<img src=x onerror="x()">': ["</td><script>alert(1)</script>"] }));
  assert.not.match(html(bundle), /<script|<img/);
  assert.match(html(bundle), "&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
});

test("a long table says how many more rows there are, after its filter and in its order", async () => {
  const numbers = table({ n: Array.from({ length: 1000 }, (_, i) => i) });
  const chosen = numbers.filter((row: { n: number }) => row.n % 2 === 0).orderby("n");
  assert.match(await text(chosen), /\n38\n500 rows × 1 column; 480 more rows not shown$/);
});

test("a wide table says how many more columns there are", async () => {
  const wide = table(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`c${i}`, [i]])));
  assert.match(await text(wide), "1 row × 30 columns; 6 more columns not shown");
});

test("missing values are empty, dates are UTC, lists are JSON, an empty table is an empty table", async () => {
  const mixed = table({
    a: [null, 1],
    d: [new Date("2001-02-28"), new Date("2001-02-28T12:30:00Z")],
    l: [[1, "x"], []],
  });
  const lines = (await text(mixed)).split("\n");
  assert.is(lines[2].trim(), '2001-02-28           [1,"x"]');
  assert.is(lines[3], "1  2001-02-28 12:30:00  []");
  assert.match(await text(table({ a: [] })), "0 rows × 1 column");
});

test("large quantities are grouped in threes, identifiers and years are not", async () => {
  const big = table({ takings: [107840076], item_id: [4710199010372], year: [2001], "share of year": [0.25] });
  assert.is((await text(big)).split("\n")[2].trim().replace(/ +/g, " "), "107,840,076 4710199010372 2001 0.25");
});

test("tiny and huge numbers in one column keep four significant digits", async () => {
  assert.match(await text(table({ p: [0.00012345, 12345.678, Number.NaN] })), /0\.0001234|0\.0001235/);
  assert.match(await text(table({ p: [2.3841e-7, 1] })), "2.384e-7");
});

test("Danfo.js frames and series are shown with their index", async () => {
  const frame = new DataFrame({ item: ["tea", "<b>"], price: [1.5, 2] }, { index: ["x", "y"] });
  assert.is(await text(frame), "   item  price\n─  ────  ─────\nx  tea     1.5\ny  <b>     2.0\n2 rows × 2 columns");
  assert.match(html(await toBundle(frame)), "&lt;b&gt;");
  assert.match(await text(new Series([1, 2, 3])), "3 rows × 1 column");
});

test("escaped text is what it was once a browser reads it back", () => {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  const read = (escaped: string) => escaped.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("&", "<", ">", '"', "'", "a", "amp;", "\n") }), (original) => {
      const escaped = escapeHtml(original);
      assert.not.match(escaped, /[<>"']/);
      assert.is(read(escaped), original);
    }),
  );
});

test("JSON in a script element can't end it, and parses to the same value", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom("</script>", "<!--", "\u2028", "]]>"), (json, danger) => {
      const value = { json: JSON.parse(json) as unknown, [danger]: danger };
      const escaped = escapeJson(value);
      assert.not.match(escaped, /<|\u2028|\u2029/);
      assert.equal(JSON.parse(escaped), JSON.parse(JSON.stringify(value)));
    }),
  );
});

test.run();
