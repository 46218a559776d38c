import { escapeHtml } from "../format/escape";
import { highlight } from "./code";
import { type Chapter, chapterNumber, joinLines, type ReportCell } from "./notebook";
import { outputsHtml } from "./outputs";
import { duration, pageHtml } from "./page";
import { provenanceHtml } from "./provenance";
import { type Heading, PageText } from "./text";

/** One notebook's page; `before` and `after` are its neighbours in the walk. */
export function chapterPage(chapter: Chapter, before: Chapter | undefined, after: Chapter | undefined): string {
  const text = new PageText();
  const body = chapter.notebook.cells.map((cell) => cellHtml(cell, text)).filter((html) => html !== "");
  const { run } = chapter;
  return pageHtml({
    title: `${chapter.title} · Flashlab`,
    description: run.headline ?? chapter.title,
    header: headerHtml(chapter),
    aside: contentsHtml(text.headings),
    main: [...underTitle(body, summaryHtml(chapter)), neighboursHtml(before, after)].join("\n"),
    footer: `<section aria-labelledby="provenance"><h2 id="provenance">How this page was made</h2>
${provenanceHtml(chapter)}</section>`,
    figures: body.some((html) => html.includes('class="plot"')),
  });
}

function headerHtml({ name, title, run }: Chapter): string {
  const number = chapterNumber(name);
  const facts = [
    run.profile && `${run.profile} profile`,
    run.seconds !== undefined && `ran in ${duration(run.seconds)}`,
  ];
  return `<header class="bar"><a class="home" href="index.html"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M9.5 0 2 9h4.5L5 16l8-10H8.2z"/></svg>Flashlab</a>
<span class="where">${escapeHtml(number === "" ? title : `${number} · ${title}`)}</span>
<span class="facts">${escapeHtml(facts.filter(Boolean).join(" · "))}</span>
<span class="tools"><button type="button" data-do="code" aria-pressed="false">Show code</button><button type="button" data-do="theme">Dark</button></span></header>`;
}

/** The result first, and a warning where the run did not reach its end. */
function summaryHtml({ run }: Chapter): string {
  const failed =
    run.ok === false
      ? '<p class="warning" role="alert">This run stopped at an error: what is below it was not computed.</p>'
      : "";
  const headline =
    run.headline === undefined
      ? ""
      : `<aside class="lead-result" aria-label="Headline result"><p>${escapeHtml(run.headline)}</p></aside>`;
  return failed + headline;
}

/** The cells with the summary below the first title; above everything where there is none. */
function underTitle(body: string[], summary: string): string[] {
  const end = "</h1>";
  const first = body[0] ?? "";
  const place = first.indexOf(end);
  if (place < 0) return [summary, ...body];
  return [first.slice(0, place + end.length) + summary + first.slice(place + end.length), ...body.slice(1)];
}

function cellHtml(cell: ReportCell, text: PageText): string {
  const source = joinLines(cell.source);
  if (source.trim() === "") return "";
  const solution = cell.metadata?.tags?.includes("solution") ?? false;
  const parameters = cell.metadata?.tags?.includes("parameters") ?? false;
  if (cell.cell_type === "markdown") {
    const html = `<section class="prose">${text.render(source)}</section>`;
    return solution ? folded("solution", "Solution", html) : html;
  }
  if (cell.cell_type !== "code") return "";
  const lines = source.trimEnd().split("\n").length;
  const listing = `<pre class="listing"><code>${highlight(source.trimEnd())}</code></pre>`;
  const outputs = outputsHtml(cell.outputs ?? [], text);
  const shown = outputs === "" ? "" : `<div class="outputs">${outputs}</div>`;
  if (solution) return folded("solution", "Solution", listing + shown);
  const label = parameters ? "Parameters" : "Code";
  return `<section class="cell">${folded("code", `${label} <span>${lines} ${lines === 1 ? "line" : "lines"}</span>`, listing)}${shown}</section>`;
}

function folded(kind: string, summary: string, content: string): string {
  return `<details class="${kind}"><summary>${summary}</summary>\n${content}\n</details>`;
}

/** Links to the page's sections (second-level headings, and third-level ones below them). */
function contentsHtml(headings: Heading[]): string {
  const entries = headings.filter(({ level }) => level === 2 || level === 3);
  const links = entries.map(({ level, html, id }) => `<li class="level-${level}"><a href="#${id}">${html}</a></li>`);
  return `<nav class="contents" aria-label="On this page"><h2>On this page</h2><ol>${links.join("\n")}
<li class="level-2"><a href="#provenance">How this page was made</a></li></ol></nav>`;
}

function neighboursHtml(before: Chapter | undefined, after: Chapter | undefined): string {
  const link = (chapter: Chapter | undefined, rel: string, word: string) =>
    chapter === undefined
      ? "<span></span>"
      : `<a rel="${rel}" href="${chapter.name}.html"><small>${word}</small>${escapeHtml(chapter.title)}</a>`;
  return `<nav class="neighbours" aria-label="Neighbouring pages">${link(before, "prev", "← Before")}${link(after, "next", "Next →")}</nav>`;
}
