import { InputError } from "../../errors";

/**
 * LightGBM's parameters under their own names (https://lightgbm.readthedocs.io/en/stable/Parameters.html):
 * `{ objective: "binary", num_leaves: 15, learning_rate: 0.05, metric: ["auc", "binary_logloss"] }`.
 */
export type Parameters = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;

/** Parameters as the library reads them: `name=value name=value,value`. Throws {@link InputError} for a bad value. */
export function parameterText(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.map(one(name)).join(",") : one(name)(value)}`)
    .join(" ");
}

function one(name: string): (value: unknown) => string {
  return (value) => {
    const text = String(value);
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && text !== "" && !/[\s=]/.test(text) && !/NaN/.test(text)) return text;
    throw new InputError("LightGBM can't read this parameter", { value: value as never, place: `parameters.${name}` });
  };
}
