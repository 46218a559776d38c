import { escapeHtml } from "../format/escape";
import { type Chapter, chapterNumber } from "./notebook";
import { duration, pageHtml } from "./page";
import { PageText } from "./text";

/** The report's first page: what was found, notebook by notebook. */
export function indexPage(chapters: Chapter[]): string {
  const text = new PageText();
  return pageHtml({
    title: "Flashlab · report",
    description: "Planning a flash sale from behaviour logs: what each stage found",
    header: heroHtml(chapters),
    main: `<h2 class="list-title">What was found</h2>
<ol class="cards">${chapters.map((chapter) => cardHtml(chapter, text)).join("\n")}</ol>`,
    footer: `<section aria-labelledby="runs"><h2 id="runs">How this report was made</h2>${runsHtml(chapters)}</section>`,
    figures: false,
  });
}

function heroHtml(chapters: Chapter[]): string {
  const started = chapters.map(({ run }) => String(run.provenance?.started ?? "")).sort();
  const day = started
    .filter((time) => time !== "")
    .pop()
    ?.slice(0, 10);
  const seconds = chapters.reduce((total, { run }) => total + (run.seconds ?? 0), 0);
  const count = `${chapters.length} ${chapters.length === 1 ? "notebook" : "notebooks"}`;
  const facts = [count, seconds > 0 && `${duration(seconds)} of computing`, day && `run on ${day}`];
  return `<header class="hero"><div><p class="brand"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M9.5 0 2 9h4.5L5 16l8-10H8.2z"/></svg>Flashlab</p>
<h1>From behaviour logs to a sale plan whose effect is measured</h1>
<p class="facts">${escapeHtml(facts.filter(Boolean).join(" · "))}</p>
<span class="tools"><button type="button" data-do="theme">Dark</button></span></div></header>`;
}

function cardHtml(chapter: Chapter, text: PageText): string {
  const { name, title, lead, run } = chapter;
  const state = run.ok === false ? '<span class="state failed">stopped at an error</span>' : "";
  const facts = [run.profile && `${run.profile} profile`, run.seconds !== undefined && duration(run.seconds)];
  const result = run.headline === undefined ? "" : `<p class="headline">${escapeHtml(run.headline)}</p>`;
  return `<li class="card"><span class="number" aria-hidden="true">${escapeHtml(chapterNumber(name))}</span>
<h3><a href="${escapeHtml(name)}.html">${escapeHtml(title)}</a></h3>
${result}
${lead === "" ? "" : `<p class="lead">${text.renderInline(lead)}</p>`}
<p class="meta">${state}${escapeHtml(facts.filter(Boolean).join(" · "))}</p></li>`;
}

/** What all runs share is said once; what differs is on each notebook's own page. */
function runsHtml(chapters: Chapter[]): string {
  const names = new Set(chapters.flatMap(({ run }) => Object.keys(run.provenance ?? {})));
  const rows = [...names].flatMap((name) => {
    const values = new Set(chapters.map(({ run }) => JSON.stringify(run.provenance?.[name])));
    const [value] = values;
    if (values.size !== 1 || value === undefined || name.startsWith("parameter ") || name === "started") return [];
    return `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(String(JSON.parse(value)))}</td></tr>`;
  });
  const shared = rows.length === 0 ? "" : `<table class="provenance"><tbody>${rows.join("\n")}</tbody></table>`;
  return `${shared}<p>Every figure comes from the run itself. Each page ends with what it was made from: commit, data digests,
seed, backend, versions and time.</p>`;
}
