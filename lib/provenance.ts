/**
 * What a result was made from: data digests, the backend, seeds. Rooms note facts as they happen; whoever publishes a
 * result (the notebook runner, a report) reads them. The record lives on a global symbol because a notebook's cells
 * and the process around them load this module separately.
 */
export type Provenance = Record<string, string | number | boolean | null>;

const KEY = Symbol.for("flashlab.provenance");

function record(): Provenance {
  const scope = globalThis as { [KEY]?: Provenance };
  scope[KEY] ??= {};
  return scope[KEY];
}

/** Notes one fact, e.g. `noteProvenance("data ta-feng", "sha256:…")`; a later note of the same name replaces it. */
export function noteProvenance(name: string, value: string | number | boolean | null): void {
  record()[name] = value;
}

/** A copy of all facts noted in this process so far. */
export function provenance(): Provenance {
  return { ...record() };
}
