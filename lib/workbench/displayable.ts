import type { MimeBundle } from "./host";

/** The convention that Deno's Jupyter kernel set: an object with this method shows itself in a notebook. */
export const DISPLAY = Symbol.for("Jupyter.display");

/** An object that shows itself. */
export interface Displayable {
  [DISPLAY](): MimeBundle | Promise<MimeBundle>;
}

/** True for an object, or a function, that has the {@link DISPLAY} method. */
export function isDisplayable(value: unknown): value is Displayable {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof (value as Partial<Displayable>)[DISPLAY] === "function";
}
