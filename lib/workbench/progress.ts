import { randomUUID } from "node:crypto";
import { requireNumber } from "../errors";
import { escapeHtml } from "./format/escape";
import { host, type MimeBundle } from "./host";

/** Reports work done out of a total (1 unless said), with an optional note such as the current loss. */
export type Progress = (done: number, total?: number, note?: string) => void;

/**
 * Shows a bar and returns the callback that moves it: `fit(model, { onProgress: progressBar("Training") })`.
 * The output is rewritten only when its text changes (whole per cents, the note), so it may be called in a tight loop.
 */
export function progressBar(label: string): Progress {
  const displayId = randomUUID();
  const here = host();
  let shown = text(label, 0, "");
  here.display(bundle(label, 0, shown), {}, { displayId });
  return (done, total = 1, note = "") => {
    requireNumber(done, "done", 0);
    const percent = total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : 100;
    const next = text(label, percent, note);
    if (next === shown) return;
    shown = next;
    here.display(bundle(label, percent, shown), {}, { displayId, update: true });
  };
}

function text(label: string, percent: number, note: string): string {
  return `${label}: ${percent} %${note === "" ? "" : ` · ${note}`}`;
}

function bundle(label: string, percent: number, line: string): MimeBundle {
  const bar = `<progress max="100" value="${percent}" aria-label="${escapeHtml(label)}" style="width: 16em"></progress>`;
  return {
    "text/html": `<div class="flashlab-progress">${bar} ${escapeHtml(line)}</div>`,
    "text/plain": line,
  };
}
