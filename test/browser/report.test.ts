import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { DISPLAY } from "../../lib/workbench/displayable";
import { plot } from "../../lib/workbench/plot";
import { writeSite } from "../../lib/workbench/report/site";
import { ARTEFACTS, findChromium, openBrowser } from "./support/chromium";

const chromium = findChromium();

const display = (data: Record<string, unknown>) => ({ output_type: "display_data" as const, data });
const code = (source: string, outputs: object[] = [], tags: string[] = []) => ({
  ...{ cell_type: "code", source, metadata: { tags } },
  outputs: outputs as never[],
});

/** An executed notebook with what a page has to cope with: figures (also WebGL), hostile HTML, a folded figure. */
const notebook = {
  metadata: {
    flashlab: { profile: "quick", seconds: 1.5, ok: true, headline: "Bars were drawn", provenance: { seed: 1 } },
  },
  cells: [
    { cell_type: "markdown", source: "# Figures\n\nWhat a page shows.\n\n## First\n\nText." },
    code("plot(bars)", [
      display(plot({ type: "bar", x: ["a", "b"], y: new Float64Array([2, 1]) }, { title: "Bars" })[DISPLAY]()),
    ]),
    code("plot(points)", [display(plot({ type: "scattergl", x: [1, 2], y: [2, 1], mode: "markers" })[DISPLAY]())]),
    code("show(html)", [
      display({
        "text/html":
          '<script>document.title = "run"</script><img src="https://example.org/a.png" onerror="document.title = 1">',
      }),
    ]),
    code("1 + 1;", [display(plot({ x: [1, 2], y: [3, 4] }, { title: "Folded" })[DISPLAY]())], ["solution"]),
  ],
};

test("the report's pages draw their figures from a folder, ask nothing of a network, and fit paper", async () => {
  if (chromium === undefined) return console.log("skipped: no Chromium");
  const outFolder = mkdtempSync(join(tmpdir(), "flashlab-report-"));
  const { index } = await writeSite({ notebooks: [{ name: "00-figures", notebook }], outFolder });
  const browser = await openBrowser(chromium);
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  const beyond: string[] = [];
  const complaints: string[] = [];
  const blocked: string[] = [];
  const outside = (url: string) => !/^(file|data|blob):/.test(url);
  // A request that the page's policy stops never leaves the browser; any other outcome means that it tried to.
  page.on("requestfinished", (request) => outside(request.url()) && beyond.push(request.url()));
  page.on("requestfailed", (request) => {
    if (!outside(request.url())) return;
    (request.failure()?.errorText === "csp" ? blocked : beyond).push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  try {
    await page.goto(pathToFileURL(index).href);
    assert.is(await page.locator(".card .headline").textContent(), "Bars were drawn");
    await page.screenshot({ path: join(ARTEFACTS, "report-index.png") });

    await page.getByRole("link", { name: "Figures" }).click();
    await page.locator(".main-svg .bars .point").first().waitFor();
    assert.is(await page.locator(".main-svg .bars .point").count(), 2, "typed arrays arrive whole");
    await page.locator("canvas.gl-canvas").first().waitFor({ state: "attached" });
    assert.match(await page.title(), /^Figures/, "scripts in outputs don't run");

    const folded = page.locator("details.solution");
    assert.not(await folded.locator(".main-svg").first().isVisible());
    await folded.locator("summary").click();
    await folded.locator(".main-svg .scatterlayer").first().waitFor();
    const width = await folded.locator(".drawing").evaluate((node) => node.clientWidth);
    assert.is(
      await folded
        .locator(".main-svg")
        .first()
        .evaluate((node) => node.clientWidth),
      width,
    );

    await page.getByRole("button", { name: "Dark" }).click();
    const title = page.locator(".gtitle").first();
    const ink = await page.evaluate("getComputedStyle(document.body).color");
    assert.is(await title.evaluate((node) => getComputedStyle(node).fill), ink, "figures follow the theme");
    await page.screenshot({ path: join(ARTEFACTS, "report-page.png"), fullPage: true });
    await page.pdf({ path: join(ARTEFACTS, "report-page.pdf"), format: "A4" });

    assert.equal(blocked, ["https://example.org/a.png"], "the policy stops what an output asks for");
    assert.equal(beyond, [], "nothing is asked of a network");
    assert.equal(complaints, []);
  } finally {
    await browser.close();
    rmSync(outFolder, { recursive: true, force: true });
  }
});

test.run();
