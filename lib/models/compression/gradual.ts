import { tf } from "../../backend/index";
import { requireInteger, requireNumber } from "../../errors";
import type { Task } from "../training/train";
import { applyMasks, type PruneOptions, pruningMasks } from "./prune";

/** Options of {@link pruneGradually}. */
export interface GradualOptions extends PruneOptions {
  /** Epochs over which the share grows; in those after it the rest learns on. */
  epochs: number;
  /** Steps between one pruning and the next. Default: a quarter of an epoch. */
  every?: number;
}

/**
 * A task whose weights are pruned while it is trained (Zhu and Gupta 2017): with t the step and n those of the growing,
 *
 *   share(t) = share · (1 − (1 − t / n)³),
 *
 * fast at first, when much is left over, and slow at the end. A pruned weight stays 0 in every later step, also while the others
 * learn. Start from a trained model, with a rate of a tenth or so of what it was trained at.
 *
 * Epochs before all is pruned have the lowest score there is, so that the best epoch is one of those after it; leave some, and
 * give no patience.
 *
 * A run goes on from a checkpoint as if it hadn't stopped: which weights are out is told by their being 0. Differs from the paper:
 * gradients of pruned weights count in the norm that `clip` looks at.
 */
export function pruneGradually<Batch>(task: Task<Batch>, options: GradualOptions): Task<Batch> {
  const { parameters, batchCount } = task;
  const share = requireNumber(options.share, "share", 0, 1);
  const growing = requireInteger(options.epochs, "epochs", 1) * batchCount;
  const { validate } = task;
  const every = requireInteger(options.every ?? Math.max(1, Math.floor(batchCount / 4)), "every", 1);
  return {
    ...task,
    validate:
      validate &&
      (async (epoch) => {
        const metrics = await validate(epoch);
        return (epoch + 1) * batchCount >= growing ? metrics : { ...metrics, score: -Number.MAX_VALUE };
      }),
    *batches(epoch) {
      let masks = new Map<string, tf.Tensor>();
      const hold = (step: number) => {
        if (masks.size === 0 || (step % every === 0 && step <= growing)) {
          tf.dispose([...masks.values()]);
          masks = pruningMasks(parameters, { ...options, share: gradualShare(share, step / growing) });
        }
        applyMasks(parameters, masks);
      };
      let step = epoch * batchCount;
      try {
        for (const batch of task.batches(epoch)) {
          hold(step++);
          yield batch;
        }
        hold(step);
      } finally {
        tf.dispose([...masks.values()]);
      }
    },
  };
}

/** The share pruned after a part of the growing, in [0, 1]. */
export function gradualShare(share: number, part: number): number {
  return share * (1 - (1 - Math.min(part, 1)) ** 3);
}
