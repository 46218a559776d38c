import { toBundle } from "./format";
import { host, type MimeBundle } from "./host";

/**
 * Displays any value in the running cell's output: an Arquero table, a Danfo.js frame, a Plotly figure, a tensor,
 * markdown, a control, an object with `Symbol.for("Jupyter.display")`, text, anything. Several values are shown one
 * below the other. What needs no waiting is shown before the call returns; await the call for tensors.
 */
export async function show(...values: unknown[]): Promise<void> {
  for (const value of values) {
    const here = host();
    const bundle: MimeBundle | Promise<MimeBundle> =
      typeof value === "string" ? { "text/plain": value } : toBundle(value);
    here.display(bundle instanceof Promise ? await bundle : bundle);
  }
}
