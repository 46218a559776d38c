import { DataError, InputError } from "../../../errors";
import type { Space } from "../../environment";

/** How an observation becomes a network's input: number by number, scale · number + shift. */
export interface EncodingDocument {
  scale: number[];
  shift: number[];
}

/** A working {@link EncodingDocument}. */
export interface Encoding {
  /** Numbers an observation takes. */
  size: number;
  /** Writes an observation's input at `at`. */
  write(observation: ArrayLike<number>, into: Float64Array, at: number): void;
  save(): EncodingDocument;
}

/** Counts are spread over [−1, 1]; real numbers are taken as they are. */
export function encodingOf(space: Space): Encoding {
  if (space.kind === "discrete")
    throw new InputError("a network needs observations that are vectors", {
      value: space.kind,
      place: "observationSpace",
      remedy: "Use a multi-discrete or a box space.",
    });
  if (space.kind === "box")
    return loadEncoding({ scale: Array.from(space.low, () => 1), shift: Array.from(space.low, () => 0) });
  return loadEncoding({
    scale: space.counts.map((count) => 2 / Math.max(1, count - 1)),
    shift: space.counts.map(() => -1),
  });
}

/** The encoding that {@link Encoding.save} wrote. Throws {@link DataError} for what isn't one. */
export function loadEncoding(document: EncodingDocument): Encoding {
  const { scale, shift } = (document ?? {}) as Partial<EncodingDocument>;
  if (!numbers(scale) || !numbers(shift) || scale.length !== shift.length)
    throw new DataError("this is not a saved encoding: two lists of numbers, equally long", {
      value: document,
      place: "encoding",
      remedy: "Give it what save() wrote, whole.",
    });
  return {
    size: scale.length,
    write(observation, into, at) {
      for (let i = 0; i < scale.length; i++) into[at + i] = scale[i] * observation[i] + shift[i];
    },
    save: () => ({ scale: [...scale], shift: [...shift] }),
  };
}

function numbers(list: unknown): list is number[] {
  return Array.isArray(list) && list.length > 0 && list.every(Number.isFinite);
}
