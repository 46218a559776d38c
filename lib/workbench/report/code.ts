import highlighter from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import { escapeHtml } from "../format/escape";

highlighter.registerLanguage("typescript", typescript);
highlighter.registerLanguage("json", json);
highlighter.registerLanguage("sql", sql);
highlighter.registerLanguage("bash", bash);
highlighter.registerAliases(["ts", "js", "javascript"], { languageName: "typescript" });
highlighter.registerAliases(["sh", "shell"], { languageName: "bash" });

/** Code as highlighted HTML (highlight.js's classes), escaped; languages it doesn't know stay plain. */
export function highlight(code: string, language = "typescript"): string {
  if (!highlighter.getLanguage(language)) return escapeHtml(code);
  return highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}
