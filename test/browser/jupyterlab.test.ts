import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { installLabExtension } from "../../lib/workbench/lab/install.mjs";
import { ARTEFACTS, findChromium, openBrowser, ROOT } from "./support/chromium";
import { jupyterMissing, startLab } from "./support/jupyterlab";

const chromium = findChromium();
const missing = chromium === undefined ? "no Chromium" : jupyterMissing();

test("a notebook in JupyterLab: run all, a table, a plot, and a slider whose result follows, also after a reload", async () => {
  if (chromium === undefined || missing) return console.log(`skipped: ${missing}`);
  const browser = await openBrowser(chromium);
  const notebook = join(ARTEFACTS, "live.ipynb");
  copyFileSync(join(__dirname, "fixtures", "live.ipynb"), notebook);
  await installLabExtension({ projectRoot: ROOT, prefix: join(ROOT, ".venv") });
  const lab = await startLab(notebook);
  const page = await browser.newPage({ viewport: { width: 1120, height: 1640 } });
  page.setDefaultTimeout(60_000);
  const outside: string[] = [];
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && new URL(request.url()).hostname !== "127.0.0.1") outside.push(request.url());
  });
  try {
    await page.goto(lab.address(notebook));
    await page.getByText("TypeScript (tslab) | Idle").waitFor();
    await page.keyboard.press("Control+b");
    await runAll(page);

    const cell = (index: number) => page.locator(".jp-Notebook .jp-CodeCell").nth(index);
    await cell(0).locator(".flashlab-table").waitFor();
    assert.is(
      await cell(0).locator("tbody td").nth(2).textContent(),
      "<b>Tuesday</b>",
      "HTML in data is shown as text",
    );
    await cell(1).locator(".flashlab-figure .main-svg .bars").first().waitFor();

    await result(page, 20);
    const graph = await cell(2).locator(".js-plotly-plot").elementHandle();
    const handle = cell(2).locator(".noUi-handle");
    await handle.focus();
    await page.keyboard.press("ArrowRight");
    await result(page, 25);
    await cell(2).getByText("At 25 %").waitFor();
    assert.ok(await graph?.evaluate((node) => node.isConnected), "the figure is redrawn in place");

    await page.keyboard.press("End");
    await cell(2).getByText("half price is too much").first().waitFor();
    await page.keyboard.press("ArrowLeft");
    await result(page, 45);

    await cell(3).getByRole("button", { name: "Once more" }).click();
    await cell(3).locator('.progress-bar[style*="33.3"]').waitFor();
    await page.screenshot({ path: join(ARTEFACTS, "jupyterlab.png") });

    await page.keyboard.press("Control+s");
    await page.reload();
    await page.getByText("TypeScript (tslab) | Idle").waitFor();
    await result(page, 45);
    await cell(2).locator(".noUi-handle").focus();
    await page.keyboard.press("ArrowLeft");
    await result(page, 40);
    assert.equal(outside, [], "nothing is asked of a network");
  } catch (error) {
    await page.screenshot({ path: join(ARTEFACTS, "jupyterlab-failed.png") });
    throw error;
  } finally {
    await browser.close();
    await lab.stop();
  }
});

/** Runs all cells by the menu; again if nothing began, which happens while JupyterLab still attaches the notebook. */
async function runAll(page: Page): Promise<void> {
  const begun = page.locator(".jp-CodeCell .jp-InputPrompt", { hasText: /\[(\*|\d+)\]/ }).first();
  for (let tries = 1; ; tries++) {
    await page.getByRole("menuitem", { name: "Run", exact: true }).click();
    await page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
    const failed = await begun.waitFor({ timeout: 10_000 }).catch((error: Error) => error);
    if (!failed) return;
    if (tries === 3) throw failed;
  }
}

/** Waits until the slider's output area shows this discount. */
function result(page: Page, discount: number): Promise<void> {
  return page.locator(".jupyter-widgets.widget-output").getByText(`discount is ${discount}`).waitFor();
}

test.run();
