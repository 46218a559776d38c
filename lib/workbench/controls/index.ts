export { checkbox, dropdown } from "./choices";
export { Control } from "./control";
export { type Controls, type ControlValues, interactive } from "./interactive";
export { button, progress, text } from "./simple";
export { range, slider } from "./slider";
