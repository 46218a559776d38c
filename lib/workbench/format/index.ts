import { inspect } from "node:util";
import { InputError } from "../../errors";
import { DISPLAY, isDisplayable } from "../displayable";
import type { MimeBundle } from "../host";
import { arqueroView, danfoView, isArqueroTable, isDanfoFrame } from "./frames";
import { tableBundle } from "./table";
import { isTensor, tensorBundle } from "./tensor";

/**
 * Any value as a MIME bundle. An object with a `Symbol.for("Jupyter.display")` method shows itself; Arquero tables,
 * Danfo.js frames, tensors and errors have forms of their own; anything else is inspected as Node does.
 * The bundle comes at once where it can, so that a display keeps its place without being awaited.
 * @throws InputError when an object's own display method gives no bundle.
 */
export function toBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (isDisplayable(value)) {
    const bundle = value[DISPLAY]();
    return bundle instanceof Promise ? bundle.then(requireBundle) : requireBundle(bundle);
  }
  if (isArqueroTable(value)) return tableBundle(arqueroView(value));
  if (isDanfoFrame(value)) return tableBundle(danfoView(value));
  if (isTensor(value)) return tensorBundle(value);
  if (value instanceof Error) return { "text/plain": errorText(value) };
  return { "text/plain": inspect(value, { depth: 4, maxArrayLength: 50, maxStringLength: 2000, breakLength: 100 }) };
}

/** An error as text: its name, message and stack, then the error that caused it. */
export function errorText(error: Error): string {
  const title = `${error.name}: ${error.message}`;
  const stack = error.stack ?? title;
  const text = stack.includes(error.message) ? stack : `${title}\n${stack}`;
  return error.cause instanceof Error ? `${text}\nCaused by ${errorText(error.cause)}` : text;
}

function requireBundle(bundle: unknown): MimeBundle {
  if (typeof bundle === "object" && bundle !== null && !Array.isArray(bundle)) return bundle as MimeBundle;
  throw new InputError("an object's display method must give an object keyed by MIME type", {
    value: bundle,
    place: 'Symbol.for("Jupyter.display")',
    remedy: 'Return for example { "text/plain": "…" }.',
  });
}
