import { Marked, type Tokens } from "marked";
import { escapeHtml } from "../format/escape";
import { highlight } from "./code";

/** A heading that a table of contents can point to. */
export interface Heading {
  level: number;
  /** The heading's text, as HTML without links. */
  html: string;
  id: string;
}

/** Tags that markdown may use as they are, without attributes; any other HTML in it is shown as text. */
const PLAIN_TAGS = /^<\/?(?:details|summary|br|sub|sup|kbd|small|em|strong|b|i)\s*\/?>$/i;

/**
 * Turns markdown into HTML for one page, numbering nothing and loading nothing: headings get ids of their own (kept in
 * `headings`), links to notebooks lead to their pages, links with a script are dropped, images may only be embedded.
 */
export class PageText {
  readonly headings: Heading[] = [];
  private readonly ids = new Map<string, number>();
  private readonly marked: Marked;

  constructor() {
    const page = this;
    this.marked = new Marked({
      gfm: true,
      renderer: {
        heading({ tokens, depth, text }: Tokens.Heading) {
          const html = this.parser.parseInline(tokens);
          const id = page.newId(text);
          page.headings.push({ level: depth, html: html.replace(/<\/?a[^>]*>/g, ""), id });
          const anchor = depth === 1 ? "" : ` <a class="anchor" href="#${id}" aria-label="Link to this section">#</a>`;
          return `<h${depth} id="${id}">${html}${anchor}</h${depth}>\n`;
        },
        link({ href, tokens }: Tokens.Link) {
          const html = this.parser.parseInline(tokens);
          const target = safeLink(href);
          return target === undefined ? html : `<a href="${escapeHtml(target)}">${html}</a>`;
        },
        image({ href, text }: Tokens.Image) {
          if (!/^data:image\/(png|jpeg|gif|svg\+xml);/i.test(href)) return escapeHtml(text);
          return `<img src="${escapeHtml(href)}" alt="${escapeHtml(text)}">`;
        },
        code({ text, lang }: Tokens.Code) {
          const language = (lang ?? "").split(/\s/, 1)[0];
          return `<pre class="listing"><code>${highlight(text, language)}</code></pre>\n`;
        },
        table(token: Tokens.Table) {
          const cell = (part: Tokens.TableCell, tag: string) =>
            `<${tag}${part.align ? ` class="${part.align}"` : ""}>${this.parser.parseInline(part.tokens)}</${tag}>`;
          const head = token.header.map((part) => cell(part, "th")).join("");
          const body = token.rows.map((row) => `<tr>${row.map((part) => cell(part, "td")).join("")}</tr>`).join("\n");
          return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>\n`;
        },
        html({ text }: Tokens.HTML | Tokens.Tag) {
          return text.replace(/<!--[\s\S]*?-->/g, "").replace(/<[^>]*>|[<>&]/g, (part) => {
            if (PLAIN_TAGS.test(part)) return part;
            return part === "&" ? "&" : escapeHtml(part);
          });
        },
      },
    });
  }

  /** A block of markdown. */
  render(markdown: string): string {
    return this.marked.parse(markdown, { async: false });
  }

  /** Markdown within a line: no paragraphs, no headings. */
  renderInline(markdown: string): string {
    return this.marked.parseInline(markdown, { async: false }) as string;
  }

  /** An id made of a heading's words, unlike any other of this page. */
  private newId(text: string): string {
    const words = text
      .toLowerCase()
      .replace(/<[^>]*>/g, "")
      .match(/[\p{L}\p{N}]+/gu) ?? ["section"];
    const base = words.join("-");
    const seen = this.ids.get(base) ?? 0;
    this.ids.set(base, seen + 1);
    return seen === 0 ? base : `${base}-${seen + 1}`;
  }
}

/** A link as the page may have it: notebooks become pages; undefined for schemes other than http, https and mailto. */
function safeLink(href: string): string | undefined {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(href)?.[1].toLowerCase();
  if (scheme !== undefined && !["http", "https", "mailto"].includes(scheme)) return undefined;
  if (scheme !== undefined) return href;
  return href.replace(/^(?:\.\/|(?:\.\.\/)?notebooks\/)?([\w-]+)\.ipynb(?=#|$)/, "$1.html");
}
