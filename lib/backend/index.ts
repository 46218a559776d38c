export { BACKENDS, type BackendName } from "./names";
export { backendReport, type ReadyOptions, ready } from "./pick";
export type { BackendReport } from "./report";
export { tf } from "./tensorflow";
