import { EnvironmentError } from "../../errors";
import type { MimeBundle, NotebookHost } from "../host";

/** Text for people without a notebook: each display is printed once; updates of it only on a terminal, in place. */
export const consoleHost: NotebookHost = {
  widgets: false,
  display(data, _metadata, options) {
    if (options?.update && !process.stdout.isTTY) return;
    const text = asText(data);
    process.stdout.write(options?.update ? `\x1b[1A\x1b[2K${text}\n` : `${text}\n`);
  },
  clearOutput() {},
  openComm(target) {
    throw new EnvironmentError("a console has no front end for widgets", {
      value: target,
      place: "openComm",
      remedy: "Check the host's `widgets` before opening a comm.",
    });
  },
};

/** The most readable textual form in a bundle. */
function asText(data: MimeBundle): string {
  const text = data["text/plain"] ?? data["text/markdown"];
  if (typeof text === "string") return text;
  return `[${Object.keys(data).join(", ")}]`;
}
