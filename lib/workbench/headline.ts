import { InputError } from "../errors";
import { escapeHtml } from "./format/escape";
import { host } from "./host";

/** The MIME type by which the notebook runner and the report find a notebook's headline result. */
export const HEADLINE_MIME = "application/vnd.flashlab.headline+json";

/**
 * Displays the result that a reader in a hurry should take away, once a notebook; the report's index quotes it.
 * One plain sentence with its figure and unit. Throws InputError for an empty text.
 */
export function headline(text: string): void {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") throw new InputError("a headline needs a text", { value: text, place: "headline" });
  host().display({
    [HEADLINE_MIME]: { text: line },
    "text/html": `<p class="flashlab-headline" style="border-left: 4px solid #3b82c4; padding: 0.4em 0.8em; font-size: 1.15em; font-weight: 600">${escapeHtml(line)}</p>`,
    "text/plain": line,
  });
}
