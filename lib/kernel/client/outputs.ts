import type { Content, Message } from "../messages";

export interface MimeBundle {
  [mime: string]: unknown;
}

export interface StreamOutput {
  output_type: "stream";
  name: "stdout" | "stderr";
  text: string;
}

export interface DisplayOutput {
  output_type: "display_data";
  data: MimeBundle;
  metadata: Content;
}

export interface ResultOutput {
  output_type: "execute_result";
  data: MimeBundle;
  metadata: Content;
  execution_count: number | null;
}

export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}

/** One output of a cell, in the form that notebook files (nbformat 4) keep. */
export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

/** Displays that carry an id, by that id, across all cells of a session; an update changes every one. */
export type DisplayIds = Map<string, Set<DisplayOutput | ResultOutput>>;

/**
 * Gathers the outputs of one request the way a notebook front end does: neighbouring text of one stream is joined,
 * `clear_output` empties the list (with `wait`: when the next output comes), updates reach displays by their id.
 */
export class OutputRecorder {
  readonly outputs: Output[] = [];
  private clearNext = false;

  constructor(private readonly displayIds: DisplayIds) {}

  /** Takes one IOPub message; returns the output that it added or changed, if any. */
  take({ header, content }: Message): Output | undefined {
    switch (header.msg_type) {
      case "stream":
        return this.addText(content.name === "stderr" ? "stderr" : "stdout", String(content.text));
      case "display_data":
        return this.addDisplay(content, { output_type: "display_data", ...bundle(content) });
      case "execute_result": {
        const execution_count = (content.execution_count as number | undefined) ?? null;
        return this.addDisplay(content, { output_type: "execute_result", ...bundle(content), execution_count });
      }
      case "update_display_data":
        return this.update(content);
      case "error":
        return this.add({
          output_type: "error",
          ename: String(content.ename),
          evalue: String(content.evalue),
          traceback: content.traceback as string[],
        });
      case "clear_output":
        if (content.wait) this.clearNext = true;
        else this.outputs.length = 0;
    }
    return undefined;
  }

  private add<Kind extends Output>(output: Kind): Kind {
    if (this.clearNext) this.outputs.length = 0;
    this.clearNext = false;
    this.outputs.push(output);
    return output;
  }

  private addText(name: "stdout" | "stderr", text: string): Output {
    const last = this.outputs.at(-1);
    if (this.clearNext || last?.output_type !== "stream" || last.name !== name) {
      return this.add({ output_type: "stream", name, text });
    }
    last.text += text;
    return last;
  }

  private addDisplay(content: Content, output: DisplayOutput | ResultOutput): Output {
    const id = displayId(content);
    if (id !== undefined) {
      const known = this.displayIds.get(id) ?? new Set();
      this.displayIds.set(id, known.add(output));
    }
    return this.add(output);
  }

  private update(content: Content): Output | undefined {
    const known = this.displayIds.get(displayId(content) ?? "") ?? [];
    let changed: Output | undefined;
    for (const output of known) changed = Object.assign(output, bundle(content));
    return changed;
  }
}

function bundle(content: Content): { data: MimeBundle; metadata: Content } {
  return { data: content.data as MimeBundle, metadata: (content.metadata as Content | undefined) ?? {} };
}

function displayId(content: Content): string | undefined {
  return (content.transient as { display_id?: string } | undefined)?.display_id;
}
