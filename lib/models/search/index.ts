/** Which settings are the best: random search, successive halving and Hyperband. */
export {
  randomSearch,
  type SearchOptions,
  type SearchProgress,
  type SearchResult,
  successiveHalving,
  type Trial,
} from "./halving";
export { type HyperbandOptions, hyperband } from "./hyperband";
export { budget, type HalvingSizes, halvingRungs, hyperbandBrackets, type Rung } from "./plan";
export { choice, type Dimension, integers, logUniform, type SettingsOf, type Space, uniform } from "./space";
export { type RungTraining, trainRung } from "./train-rung";
