import { InputError, requireInteger, requireNumber } from "../../errors";
import { Control } from "./control";
import { readout } from "./number";

/** A button: its value counts the clicks. `button({ label: "Draw again", onClick: (times) => … })`. */
export function button({
  label,
  onClick,
}: {
  label: string;
  onClick?(times: number): void | Promise<void>;
}): Control<number> {
  const control = new Control<number>(
    {
      widget: "Button",
      style: "ButtonStyle",
      label,
      state: { button_style: "", icon: "" },
      write: () => ({}),
      read: () => undefined,
      check: (times) => requireInteger(times, label, 0),
      describe: (times) => (times === 1 ? "pressed once" : `pressed ${times} times`),
      click: (times) => times + 1,
    },
    0,
  );
  if (onClick) control.onChange(onClick);
  return control;
}

/** A line of text, taken when the reader presses Enter or leaves it: `text({ value: "shampoo", label: "Search" })`. */
export function text({ value, label, hint = "" }: { value: string; label: string; hint?: string }): Control<string> {
  return new Control<string>(
    {
      widget: "Text",
      style: "TextStyle",
      label,
      state: { placeholder: hint, continuous_update: false },
      write: (line) => ({ value: line }),
      read: ({ value: line }) => (typeof line === "string" ? line : undefined),
      check(line) {
        if (typeof line === "string") return line;
        throw new InputError("a text control holds text", { value: line, place: label });
      },
      describe: (line) => line,
    },
    value,
  );
}

/** A bar that the notebook moves by setting its `value`: `progress({ max: 1, value: 0, label: "Stock sold" })`. */
export function progress(options: { min?: number; max?: number; value: number; label: string }): Control<number> {
  const { min = 0, max = 1, value, label } = options;
  return new Control<number>(
    {
      widget: "FloatProgress",
      style: "ProgressStyle",
      label,
      // Whole and fractional progress share one view.
      state: { _view_name: "ProgressView", min, max, bar_style: "", orientation: "horizontal" },
      write: (done) => ({ value: done }),
      read: () => undefined,
      check: (done) => requireNumber(done, label, min, max),
      describe: (done) => readout((done - min) / (max - min), ".0%"),
    },
    value,
  );
}
