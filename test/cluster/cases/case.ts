import type { Engine } from "../../../lib/engine/index";

/** Preprocessing done on one engine; what it returns must be the same on the other. */
export interface Case {
  /** The functions of lib/preprocessing that it proves. */
  covers: readonly string[];
  /** Whether it is tried on real rows (Ta Feng's) as well as on the made ones. */
  real?: boolean;
  /** `events` is a relation in the event schema; relations that are made begin with `name`. */
  run(engine: Engine, events: string, name: string): Promise<unknown>;
}

export type Cases = Readonly<Record<string, Case>>;
