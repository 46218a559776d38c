import { Control } from "./control";
import { checkScale, onScale, readout, type Scale } from "./number";

const SLIDER_STATE = { orientation: "horizontal", readout: true, continuous_update: true, behavior: "drag-tap" };

/**
 * A slider for one number: `slider({ min: 0, max: 0.5, step: 0.05, value: 0.2, label: "Discount", format: ".0%" })`.
 * Whole numbers where min, max and step are whole. Throws an InputError for a value off the scale.
 */
export function slider(options: Scale & { value: number }): Control<number> {
  const scale = checkScale(options);
  const { min, max, step, format } = scale;
  return new Control<number>(
    {
      widget: scale.whole ? "IntSlider" : "FloatSlider",
      style: "SliderStyle",
      label: options.label,
      state: { ...SLIDER_STATE, min, max, step, readout_format: format },
      write: (value) => ({ value }),
      read: ({ value }) => (typeof value === "number" ? value : undefined),
      check: (value) => onScale(value, scale, options.label),
      describe: (value) => readout(value, format),
    },
    options.value,
  );
}

/**
 * A slider with two ends, for an interval: `range({ min: 0, max: 100, value: [20, 60], label: "Price" })`.
 * Throws an InputError for ends off the scale or in the wrong order.
 */
export function range(options: Scale & { value: readonly [number, number] }): Control<readonly [number, number]> {
  const scale = checkScale(options);
  const { min, max, step, format } = scale;
  return new Control<readonly [number, number]>(
    {
      widget: scale.whole ? "IntRangeSlider" : "FloatRangeSlider",
      style: "SliderStyle",
      label: options.label,
      state: { ...SLIDER_STATE, min, max, step, readout_format: format },
      write: (value) => ({ value: [...value] }),
      read: ({ value }) => (Array.isArray(value) && value.length === 2 ? [value[0], value[1]] : undefined),
      check([low, high]) {
        onScale(low, scale, `${options.label}: lower end`);
        onScale(high, { ...scale, min: low }, `${options.label}: upper end`);
        return [low, high];
      },
      describe: ([low, high]) => `${readout(low, format)} to ${readout(high, format)}`,
    },
    options.value,
  );
}
