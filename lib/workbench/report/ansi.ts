import { escapeHtml } from "../format/escape";

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** What the codes seen so far say. */
interface Style {
  colour?: string;
  background?: string;
  bold?: boolean;
  faint?: boolean;
  italic?: boolean;
  underline?: boolean;
}

/**
 * Terminal text as HTML: colours and weights (ECMA-48 SGR codes) become spans with classes `ansi-…`, a carriage return
 * starts its line again as a terminal does, other control sequences are dropped, everything else is escaped.
 */
export function ansiToHtml(text: string): string {
  const lines = text.replace(/\r\n/g, "\n").replace(/[^\n]*\r(?=[^\n])/g, "");
  let style: Style = {};
  let html = "";
  let from = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what a terminal's codes begin with
  for (const match of lines.matchAll(/\x1b\[([\d;]*)([A-Za-z])|\x1b\][^\x07]*\x07/g)) {
    html += wrap(lines.slice(from, match.index), style);
    from = (match.index ?? 0) + match[0].length;
    if (match[2] === "m") style = apply(style, match[1].split(";").map(Number));
  }
  return html + wrap(lines.slice(from), style);
}

/** Takes one list of SGR codes into account; 256-colour and direct colours are passed over with their arguments. */
function apply(style: Style, codes: number[]): Style {
  let next = { ...style };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 2) next.faint = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) Object.assign(next, { bold: false, faint: false });
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : 4;
    else if (code === 39) next.colour = undefined;
    else if (code === 49) next.background = undefined;
    else if (code >= 30 && code <= 37) next.colour = COLOURS[code - 30];
    else if (code >= 90 && code <= 97) next.colour = COLOURS[code - 90];
    else if (code >= 40 && code <= 47) next.background = COLOURS[code - 40];
  }
  return next;
}

function wrap(text: string, { colour, background, bold, faint, italic, underline }: Style): string {
  if (text === "") return "";
  const classes = [
    colour && `ansi-${colour}`,
    background && `ansi-on-${background}`,
    bold && "ansi-bold",
    faint && "ansi-faint",
    italic && "ansi-italic",
    underline && "ansi-underline",
  ].filter(Boolean);
  return classes.length === 0 ? escapeHtml(text) : `<span class="${classes.join(" ")}">${escapeHtml(text)}</span>`;
}
