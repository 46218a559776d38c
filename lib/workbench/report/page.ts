import { escapeHtml } from "../format/escape";

/**
 * What a page may load: its own files, nothing from a network. "file:" stands beside 'self' because a page opened from
 * a folder has no origin of its own; 'unsafe-eval' is for Plotly's WebGL traces, which compile their shaders' drawing code.
 */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self' file: 'unsafe-eval'",
  "style-src 'self' file: 'unsafe-inline'",
  "img-src 'self' file: data: blob:",
  "font-src 'self' data:",
  "worker-src blob:",
  "connect-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
].join("; ");

/** The parts of a page, each already HTML. */
export interface PageParts {
  /** The text of the browser's tab. */
  title: string;
  /** One line for search results and previews. */
  description: string;
  header: string;
  main: string;
  /** A table of contents or the like, beside the main part on wide screens. */
  aside?: string;
  footer: string;
  /** Whether the page has figures, and so loads Plotly. */
  figures: boolean;
}

/** A whole HTML document with the report's style and scripts. */
export function pageHtml({ title, description, header, main, aside, footer, figures }: PageParts): string {
  const scripts = [...(figures ? ["plotly.min.js", "draw.js"] : []), "report.js"];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="description" content="${escapeHtml(description)}">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M9.5 0 2 9h4.5L5 16l8-10H8.2z' fill='%23e8590c'/%3E%3C/svg%3E">
<link rel="stylesheet" href="assets/report.css">
</head>
<body class="${aside ? "with-aside" : ""}">
<a class="skip" href="#main">Skip to the content</a>
${header}
<div class="columns">
${aside ?? ""}
<main id="main">
${main}
</main>
</div>
<footer>
${footer}
</footer>
${scripts.map((name) => `<script src="assets/${name}"></script>`).join("\n")}
</body>
</html>
`;
}

/** "48 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
