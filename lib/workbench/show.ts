import { toBundle } from "./format/index";
import { host, type MimeBundle } from "./host";

/**
 * Displays any value in the running cell's output: an Arquero table, a Danfo.js frame, a Plotly figure, a tensor,
 * markdown, a control, an object with `Symbol.for("Jupyter.display")`, text, anything. Several values are shown one
 * below the other. Most are shown before the call returns; for those that have to be waited for (tensors, objects
 * whose display is a promise) it returns a promise to await.
 */
export function show(...values: unknown[]): void | Promise<void> {
  for (const [index, value] of values.entries()) {
    const here = host();
    const bundle: MimeBundle | Promise<MimeBundle> =
      typeof value === "string" ? { "text/plain": value } : toBundle(value);
    if (bundle instanceof Promise)
      return bundle.then((settled) => {
        here.display(settled);
        return show(...values.slice(index + 1));
      });
    here.display(bundle);
  }
}
