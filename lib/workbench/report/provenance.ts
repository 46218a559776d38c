import { escapeHtml } from "../format/escape";
import type { Chapter } from "./notebook";
import { duration } from "./page";

/** Facts in the order a reader asks for them; all others follow by name. */
const FIRST = [
  "commit",
  "started",
  "took",
  "profile",
  "seed",
  "parameter seed",
  "backend",
  "node",
  "typescript",
  "platform",
];

/** What a page's results were made from, as a table: commit, seed, data digests, backend, versions, time. */
export function provenanceHtml({ run }: Chapter): string {
  const facts = new Map<string, string>();
  if (run.profile !== undefined) facts.set("profile", run.profile);
  if (run.seconds !== undefined) facts.set("took", duration(run.seconds));
  for (const [name, value] of Object.entries(run.provenance ?? {}))
    if (value !== undefined && value !== null && name !== "parameter profile") facts.set(name, factText(value));
  const names = [...facts.keys()].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const rows = names.map((name) => {
    const value = facts.get(name) as string;
    const technical = /^(sha256:)?[0-9a-f]{12,}/.test(value);
    const cell = technical ? `<code>${escapeHtml(value)}</code>` : escapeHtml(value);
    return `<tr><th scope="row">${escapeHtml(factName(name))}</th><td>${cell}</td></tr>`;
  });
  if (rows.length === 0) return "<p>The notebook carries no record of its run.</p>";
  return `<table class="provenance"><tbody>${rows.join("\n")}</tbody></table>`;
}

function rank(name: string): number {
  const place = FIRST.indexOf(name);
  return place < 0 ? FIRST.length : place;
}

/** "data ta-feng" reads "data: ta-feng"; "node" and "typescript" get their own spelling. */
function factName(name: string): string {
  const spelling: Record<string, string> = { node: "Node.js", typescript: "TypeScript" };
  const readable = spelling[name] ?? name.replace(/^(data|parameter) /, "$1: ");
  return readable[0].toUpperCase() + readable.slice(1);
}

function factText(value: unknown): string {
  if (typeof value === "string") {
    const time = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d/.exec(value);
    return time ? `${time[1]} ${time[2]} UTC` : value;
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
