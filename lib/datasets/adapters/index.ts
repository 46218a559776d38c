import type { Adapter } from "./adapter";
import { openBandit } from "./open-bandit";
import { taFeng } from "./ta-feng";

/** The adapter of each data set in the registry. */
export const ADAPTERS: Readonly<Record<string, Adapter>> = {
  "ta-feng": taFeng,
  "open-bandit": openBandit,
};
