import { OUTPUTS_MIME } from "../controls/outputs";
import { escapeHtml, escapeJson } from "../format/escape";
import { HEADLINE_MIME } from "../headline";
import { PLOTLY_MIME } from "../plot";
import { ansiToHtml } from "./ansi";
import { type CellOutput, joinLines } from "./notebook";
import type { PageText } from "./text";

/** A cell's outputs as HTML, each in the richest form that works without a kernel and without a network. */
export function outputsHtml(outputs: CellOutput[], text: PageText): string {
  return mergeStreams(outputs)
    .map((output) => outputHtml(output, text))
    .filter((html) => html !== "")
    .join("\n");
}

function outputHtml(output: CellOutput, text: PageText): string {
  if (output.output_type === "stream") {
    const content = joinLines(output.text).trimEnd();
    return content === ""
      ? ""
      : `<pre class="${output.name === "stderr" ? "stream stderr" : "stream"}">${ansiToHtml(content)}</pre>`;
  }
  if (output.output_type === "error") {
    const trace = joinLines(output.traceback.join("\n")) || `${output.ename}: ${output.evalue}`;
    return `<pre class="failure" role="alert">${ansiToHtml(trace)}</pre>`;
  }
  return bundleHtml(output.data, text);
}

/** The forms of a display, best first; a live widget's view is passed over for the values shown beside it. */
function bundleHtml(data: Record<string, unknown>, text: PageText): string {
  const plain = joinLines(data["text/plain"]);
  if (PLOTLY_MIME in data) return figureHtml(data[PLOTLY_MIME], plain);
  if (OUTPUTS_MIME in data) return outputsHtml(data[OUTPUTS_MIME] as CellOutput[], text);
  if (HEADLINE_MIME in data) {
    const { text: line } = data[HEADLINE_MIME] as { text: string };
    return `<p class="headline">${escapeHtml(line)}</p>`;
  }
  if ("text/html" in data) return `<div class="wide">${joinLines(data["text/html"])}</div>`;
  for (const mime of ["image/png", "image/jpeg", "image/gif"])
    if (mime in data)
      return `<img src="data:${mime};base64,${joinLines(data[mime]).replace(/\s/g, "")}" alt="${escapeHtml(plain)}">`;
  if ("image/svg+xml" in data) {
    const bytes = Buffer.from(joinLines(data["image/svg+xml"])).toString("base64");
    return `<img src="data:image/svg+xml;base64,${bytes}" alt="${escapeHtml(plain)}">`;
  }
  if ("text/markdown" in data) return text.render(joinLines(data["text/markdown"]));
  return plain === "" ? "" : `<pre class="result">${ansiToHtml(plain)}</pre>`;
}

/** A figure's data beside the place where the page's script draws it; its text for readers without either. */
function figureHtml(figure: unknown, plain: string): string {
  const { layout } = figure as { layout?: { height?: number } };
  const height = Number(layout?.height ?? 420);
  const label = escapeHtml(plain === "" ? "Plotly figure" : plain);
  return `<figure class="plot"><div class="drawing" role="img" aria-label="${label}" style="min-height: ${height}px"></div>
<script type="application/json">${escapeJson(figure)}</script><noscript>${label}</noscript></figure>`;
}

/** Neighbouring pieces of one stream become one. */
function mergeStreams(outputs: CellOutput[]): CellOutput[] {
  const merged: CellOutput[] = [];
  for (const output of outputs) {
    const last = merged[merged.length - 1];
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
      merged[merged.length - 1] = { ...last, text: joinLines(last.text) + joinLines(output.text) };
    else merged.push(output);
  }
  return merged;
}
