export { type MatmulFigures, type MatmulOptions, measureMatmul } from "./measure";
export { BACKENDS, type BackendName } from "./names";
export { uniformNoise } from "./noise";
export { backendReport, type ReadyOptions, ready } from "./pick";
export type { BackendReport } from "./report";
export { type Availability, availableBackends, withBackend } from "./several";
export { tf } from "./tensorflow";
export { TOP_K_GROUP, topK } from "./top-k";
