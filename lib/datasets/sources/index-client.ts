import { EnvironmentError } from "../../errors";
import type { Source } from "../registry";
import type { FetchOptions } from "./limits";
import { downloadUrl, request } from "./url";

const JSON_TYPE = "application/vnd.pypi.simple.v1+json";

/**
 * Downloads one file of a Python package from a "simple" index, in its JSON form (PEP 691) or its HTML form (PEP 503).
 * Throws EnvironmentError.
 */
export async function downloadFromIndex(
  index: string,
  source: Extract<Source, { kind: "pypi" }>,
  target: string,
  options: FetchOptions,
): Promise<void> {
  const page = `${index.replace(/\/*$/, "")}/${source.package.toLowerCase().replace(/[-_.]+/g, "-")}/`;
  const response = await request(page, options, `${JSON_TYPE}, text/html;q=0.5`);
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const links = isJson ? jsonLinks(text) : htmlLinks(text);
  const url = links.get(source.file);
  if (url === undefined)
    throw new EnvironmentError("the index has no such file", {
      value: source.file,
      place: page.replace(/\/\/.*@/, "//"),
    });
  await downloadUrl(new URL(url, response.url).href, target, source.bytes, options);
}

function jsonLinks(text: string): Map<string, string> {
  const { files = [] } = JSON.parse(text) as { files?: { filename: string; url: string }[] };
  return new Map(files.map((file) => [file.filename, file.url]));
}

function htmlLinks(text: string): Map<string, string> {
  const links = new Map<string, string>();
  for (const [, href] of text.matchAll(/<a\s[^>]*href\s*=\s*["']([^"']+)["']/gi)) {
    const url = href.replace(/&amp;/g, "&").replace(/#.*$/, "");
    links.set(decodeURIComponent(url.split("/").pop() ?? ""), url);
  }
  return links;
}
