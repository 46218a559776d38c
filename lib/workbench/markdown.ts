import { DISPLAY, type Displayable } from "./displayable";

/** Markdown that shows itself, for text that holds computed figures: `show(markdown(`Revenue **${revenue}**`))`. */
export function markdown(text: string): Displayable {
  return { [DISPLAY]: () => ({ "text/markdown": text, "text/plain": text }) };
}
