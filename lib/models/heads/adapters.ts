import { InputError, requireInteger } from "../../errors";
import { createRandom } from "../../random";
import { addAdapter } from "../layers/dense";
import type { SequenceModel } from "../sequences/model";

/** Settings of {@link addAdapters}. */
export interface AdapterOptions {
  seed: number | string;
  /** Numbers in the middle of each adapter. Default 8. */
  rank?: number;
  /** Which dense layers get one, by their names; all of the network's own unless given, such as `block.0.attention.input`. */
  layers?(name: string): boolean;
}

/** Whether a weight is an adapter's. */
export const isAdapterWeight = (name: string): boolean => name.includes(".adapter.");

/**
 * Gives a network's dense layers low-rank adapters (LoRA, Hu et al. 2022; see `addAdapter`), for fine-tuning in which the
 * network's own weights stay as they are. Heads, embeddings and a GRU's own state get none. Returns the layers that got one;
 * throws {@link InputError} where that is none.
 */
export function addAdapters({ parameters }: SequenceModel, options: AdapterOptions): string[] {
  const { rank = 8, layers = () => true } = options;
  requireInteger(rank, "rank", 1);
  const random = createRandom(options.seed).fork("adapters");
  const names = [...parameters.keys()]
    .filter((name) => name.endsWith(".weight"))
    .map((name) => name.slice(0, -".weight".length))
    .filter((name) => !name.startsWith("head.") && !/^gru\.\d+\.state$/.test(name) && layers(name));
  if (names.length === 0)
    throw new InputError("no dense layer of the network is chosen", {
      value: [...parameters.keys()].filter((name) => name.endsWith(".weight")),
      place: "layers",
    });
  for (const name of names) addAdapter(parameters, name, rank, random.fork(name));
  return names;
}
