import { toBundle } from "../format/index";
import type { MimeBundle, NotebookHost } from "../host";
import { withHost } from "../host";

/** An output as a notebook file keeps it. */
export type Output =
  | { output_type: "display_data"; data: MimeBundle; metadata: Record<string, unknown> }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** Several outputs in one display: what the report shows where a front end shows a live output area. */
export const OUTPUTS_MIME = "application/vnd.flashlab.outputs+json";

/** Runs `work` and collects what it shows and then what it returns (unless undefined), instead of displaying it. */
export async function collect(base: NotebookHost, work: () => unknown): Promise<Output[]> {
  const outputs: Output[] = [];
  const places = new Map<string, number>();
  const collecting: NotebookHost = {
    widgets: base.widgets,
    openComm: (target, data, options) => base.openComm(target, data, options),
    clearOutput() {
      outputs.length = 0;
      places.clear();
    },
    display(data, metadata = {}, { displayId, update } = {}) {
      const place = displayId === undefined ? undefined : places.get(displayId);
      const output: Output = { output_type: "display_data", data, metadata };
      if (update) {
        if (place !== undefined) outputs[place] = output;
        return;
      }
      if (displayId !== undefined) places.set(displayId, outputs.length);
      outputs.push(output);
    },
  };
  const value = await withHost(collecting, async () => work());
  if (value !== undefined) {
    const data = await withHost(collecting, async () => toBundle(value));
    outputs.push({ output_type: "display_data", data, metadata: {} });
  }
  return outputs;
}

/** A failure as an output, as a cell would show it. */
export function errorOutput(error: unknown): Output {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    output_type: "error",
    ename: name,
    evalue: message,
    traceback: (stack ?? `${name}: ${message}`).split("\n"),
  };
}

/** Outputs as one bundle: the only one's own forms, or all of them beside the first one's text. */
export function joined(outputs: Output[]): MimeBundle {
  const bundles = outputs.flatMap((output) => (output.output_type === "display_data" ? [output.data] : []));
  if (bundles.length === 1 && outputs.length === 1) return bundles[0];
  const text = bundles.map((bundle) => String(bundle["text/plain"] ?? "")).join("\n");
  return { [OUTPUTS_MIME]: outputs, "text/plain": text };
}
