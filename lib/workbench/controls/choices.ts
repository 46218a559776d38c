import { InputError } from "../../errors";
import { Control } from "./control";

/**
 * A list to choose one value from: `dropdown({ options: ["quick", "full"], value: "quick", label: "Profile" })`, or
 * with names of their own: `dropdown({ options: { "Ta Feng": "ta-feng" }, value: "ta-feng", label: "Data" })`.
 * Throws an InputError for an empty list or a value that isn't in it.
 */
export function dropdown<const T extends string | number | boolean>(options: {
  options: readonly T[] | Readonly<Record<string, T>>;
  value: Given<T>;
  label: string;
}): Control<T> {
  const { label } = options;
  const entries: [string, T][] = Array.isArray(options.options)
    ? options.options.map((value: T) => [String(value), value])
    : Object.entries(options.options);
  const values = entries.map(([, value]) => value);
  return new Control<T>(
    {
      widget: "Dropdown",
      style: "DescriptionStyle",
      label,
      state: { _options_labels: entries.map(([name]) => name) },
      write: (value) => ({ index: values.indexOf(value) }),
      read: ({ index }) => (typeof index === "number" ? values[index] : undefined),
      check(value) {
        if (values.includes(value)) return value;
        const remedy = values.length === 0 ? "Give it options." : `Take one of ${values.map(String).join(", ")}.`;
        throw new InputError("the value is not one of the options", { value, place: label, remedy });
      },
      describe: (value) => entries[values.indexOf(value)][0],
    },
    options.value as T,
  );
}

/** `T` at a place that takes no part in inferring it, so that a wrong initial value is an error. */
type Given<T> = [T][T extends unknown ? 0 : never];

/** A box to tick: `checkbox({ value: true, label: "Log scale" })`. */
export function checkbox({ value, label }: { value: boolean; label: string }): Control<boolean> {
  return new Control<boolean>(
    {
      widget: "Checkbox",
      style: "CheckboxStyle",
      label,
      state: { indent: true },
      write: (ticked) => ({ value: ticked }),
      read: ({ value: ticked }) => (typeof ticked === "boolean" ? ticked : undefined),
      check(ticked) {
        if (typeof ticked === "boolean") return ticked;
        throw new InputError("a checkbox is true or false", { value: ticked, place: label });
      },
      describe: (ticked) => (ticked ? "yes" : "no"),
    },
    value,
  );
}
