import { ready, tf } from "../../lib/backend/index";
import { compress, decodeCompressed, type Precision, pruningMasks } from "../../lib/models/compression/index";
import { disposeParameters, readParameters } from "../../lib/models/parameters";
import { encodeSafetensors } from "../../lib/models/safetensors";
import { behaviourShape, createBehaviour } from "../../lib/models/transformer/behaviour";
import { alternate, type Bench, type BenchContext, type Metric, metric, milliseconds } from "./harness";
import { Peer } from "./peer";

const ITEMS = 12_101;

/**
 * Amazon Beauty's behaviour transformer (12,101 items, width 64, two blocks): its weights to the bytes of a safetensors file
 * of each precision and back to single precision, both in memory; and which 80 % of them pruning takes.
 */
async function run({ python, runs, log }: BenchContext): Promise<Metric[]> {
  await ready();
  const { parameters } = createBehaviour(behaviourShape(ITEMS), 1);
  const arrays = await readParameters(parameters);
  const peer = new Peer(python, "compression");
  const metrics: Metric[] = [];
  try {
    await peer.ask({ task: "prepare", shapes: [...arrays.values()].map(({ shape }) => shape) });
    const theirs = async (request: object) => 1000 * (await peer.ask<{ seconds: number }>(request)).seconds;
    for (const precision of ["single", "half", "int8"] as Precision[]) {
      log(`${precision} …`);
      const write = () => {
        const { arrays: stored, metadata } = compress(arrays, { precision });
        return encodeSafetensors(stored, metadata);
      };
      const bytes = write();
      const { size } = await peer.ask<{ size: number }>({ task: "size", precision });
      const named = { name: "torch and safetensors", value: size / 1024 };
      metrics.push(metric(`${precision}, size`, "KiB", "lower", bytes.length / 1024, named));
      for (const [task, work] of [
        ["write", write],
        ["read", () => decodeCompressed(bytes)],
      ] as const) {
        const sides = { ours: () => milliseconds(work), peer: () => theirs({ task, precision }) };
        const times = await alternate(sides, runs);
        const other = { name: "torch and safetensors", value: times.peer };
        metrics.push(metric(`${precision}, ${task}`, "ms", "lower", times.ours, other));
      }
    }
    log("pruning …");
    const times = await alternate(
      {
        ours: () =>
          milliseconds(async () => {
            const masks = [...pruningMasks(parameters, { share: 0.8 }).values()];
            await masks[0].data();
            tf.dispose(masks);
          }),
        peer: () => theirs({ task: "prune", share: 0.8 }),
      },
      runs,
    );
    metrics.push(
      metric("80 % pruned, masks", "ms", "lower", times.ours, { name: "torch.nn.utils.prune", value: times.peer }),
    );
  } finally {
    peer.close();
    disposeParameters(parameters);
  }
  return metrics;
}

const bench: Bench = { about: "A transformer's weights in 32, 16 and 8 bits to bytes and back, and pruned", run };
export default bench;
