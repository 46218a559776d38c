export * from "./controls/index";
export type { Displayable } from "./displayable";
export { headline } from "./headline";
export { markdown } from "./markdown";
export { Figure, type Layout, plot, type Trace } from "./plot";
export { type Progress, progressBar } from "./progress";
export { show } from "./show";
