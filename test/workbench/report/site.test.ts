import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { writeReport } from "../../../lib/cli/report";
import { EnvironmentError } from "../../../lib/errors";
import { toChapter } from "../../../lib/workbench/report/notebook";

const folder = mkdtempSync(join(tmpdir(), "flashlab-site-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const plotly = { output_type: "display_data", metadata: {}, data: { "application/vnd.plotly.v1+json": { data: [] } } };

function executed(name: string, headline: string | undefined, extra: object = {}): string {
  const code = (source: string, outputs: object[] = [], tags: string[] = []) => ({
    ...{ cell_type: "code", id: source.slice(0, 4), metadata: { tags }, execution_count: 1, source, outputs },
  });
  const cells = [
    {
      cell_type: "markdown",
      id: "t",
      metadata: {},
      source: [`# ${name} & more\n`, "\n", "**Lead** of it.\n", "\n", "## One"],
    },
    code("let seed = 1;", [], ["parameters"]),
    code("const hidden = 1;", [plotly]),
    code("const answer = 42;", [], ["solution"]),
  ];
  const provenance = {
    commit: "abc123abc123",
    started: "2026-01-02T03:04:05.678Z",
    "data ta-feng": `sha256:${"0".repeat(64)}`,
  };
  const flashlab = { profile: "quick", seconds: 75, ok: true, headline, provenance, ...extra };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.ipynb`);
  writeFileSync(file, JSON.stringify({ cells, metadata: { flashlab }, nbformat: 4, nbformat_minor: 5 }));
  return file;
}

const notebooks = [
  executed("00-tour", "39 GFLOP/s"),
  executed("01-data", "0 rows <lost>"),
  executed("02-failed", undefined, { ok: false }),
];
const outFolder = join(folder, "site");
const page = (name: string) => readFileSync(join(outFolder, name), "utf8");

test("the site is an index, a page a notebook, and one shared copy of Plotly", async () => {
  const { index, pages } = await writeReport({ notebooks, outFolder });
  assert.equal(
    [index, ...pages],
    ["index.html", "00-tour.html", "01-data.html", "02-failed.html"].map((name) => join(outFolder, name)),
  );
  assert.equal(readdirSync(join(outFolder, "assets")).sort(), ["draw.js", "plotly.min.js", "report.css", "report.js"]);
  assert.ok(statSync(join(outFolder, "assets", "plotly.min.js")).size > 1e6);
  for (const name of ["index.html", "00-tour.html"])
    assert.ok(page(name).length < 50_000, "Plotly is not in the pages");
});

test("the index quotes each headline, links its page, and says what failed", () => {
  const html = page("index.html");
  assert.match(html, '<p class="headline">39 GFLOP/s</p>');
  assert.match(html, "0 rows &lt;lost&gt;");
  assert.match(html, '<a href="01-data.html">01-data &amp; more</a>');
  assert.match(html, "<strong>Lead</strong> of it.");
  assert.is(html.split("stopped at an error").length, 2);
  assert.match(html, "3 notebooks · 3 min 45 s of computing · run on 2026-01-02");
});

test("every page forbids the network and loads only its own files", () => {
  for (const name of ["index.html", "00-tour.html", "02-failed.html"]) {
    const html = page(name);
    assert.match(html, `http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' file:`);
    assert.match(html, "connect-src 'none'");
    const loaded = [...html.matchAll(/(?:<script[^>]*src|<link[^>]*href)="([^"]+)"/g)].map(([, url]) => url);
    assert.ok(loaded.length > 0 && loaded.every((url) => /^(assets\/|data:)/.test(url)), loaded.join());
  }
  assert.not.match(page("index.html"), "plotly.min.js");
  assert.match(page("00-tour.html"), '<script src="assets/plotly.min.js"></script>');
});

test("code and solutions are folded apart; figures stay in sight", () => {
  const html = page("00-tour.html");
  assert.match(html, /<details class="code"><summary>Parameters <span>1 line<\/span><\/summary>/);
  assert.match(html, /<details class="solution"><summary>Solution<\/summary>\s*<pre class="listing">[\s\S]*42/);
  assert.not.match(html, "<details open");
  const figure = html.indexOf('<figure class="plot">');
  assert.ok(figure > html.lastIndexOf("</details>", figure));
});

test("a page has its place in the walk, its contents, and one first heading", () => {
  const html = page("01-data.html");
  assert.match(html, '<a rel="prev" href="00-tour.html">');
  assert.match(html, '<a rel="next" href="02-failed.html">');
  assert.match(html, '<li class="level-2"><a href="#one">One</a></li>');
  assert.is(html.match(/<h1/g)?.length, 1);
  assert.not.match(page("00-tour.html"), 'rel="prev"');
});

test("a page ends with what it was made from", () => {
  const foot = page("00-tour.html").split("<footer>")[1];
  for (const fact of [
    "abc123abc123",
    "2026-01-02 03:04 UTC",
    "1 min 15 s",
    "Data: ta-feng",
    `sha256:${"0".repeat(64)}`,
  ])
    assert.match(foot, fact);
});

test("a run that failed says so at the top", () => {
  assert.match(page("02-failed.html"), /<\/h1>\s*<p class="warning" role="alert">This run stopped at an error/);
});

test("without an executed notebook there is an error with the remedy", async () => {
  try {
    await writeReport({ notebooks: [], outFolder });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, EnvironmentError);
    assert.match((error as Error).message, "npm start");
  }
});

test("a notebook without a heading is called by its name, and lists are no lead", () => {
  const chapter = (source: string) => toChapter("x", { cells: [{ cell_type: "markdown", source }], metadata: {} });
  assert.equal([chapter("text").title, chapter("text").lead], ["x", "text"]);
  assert.is(chapter("# T\n\n- a\n- b\n\n**What you will learn**\n\nSecond.").lead, "Second.");
  assert.is(toChapter("y", { cells: [], metadata: {} }).title, "y");
});

test.run();
