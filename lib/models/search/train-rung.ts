import { AbortedError, InputError, requireInteger } from "../../errors";
import { openCheckpoints } from "../training/checkpoint";
import { DivergedError, type EpochReport, type Task, type TrainOptions, train } from "../training/train";

/** What a trial's training has given up to the end of a rung. */
export interface RungTraining {
  /** The best validation score so far; −Infinity where the loss became no number. */
  score: number;
  /** All epochs so far, those of earlier rungs too. */
  epochs: EpochReport[];
}

/**
 * Trains a model up to the end of a rung, going on from its checkpoint. The rate runs over `epochs`, the whole training,
 * and not over the rung: a trial that is stopped and goes on has at every epoch the weights of one that was never stopped, so
 * that the winner is a model trained in one go. The price is that earlier rungs compare models whose rate hasn't fallen
 * yet, as in Hyperband's own experiments.
 *
 * After the search, `train` with the same options and the best trial's folder puts the best epoch's weights into a model.
 *
 * @param options as for `train`; `checkpoints` is required, `epochs` are those of the last rung
 * @param until epochs that the trial shall have at the end of the rung
 */
export async function trainRung<Batch>(
  task: Task<Batch>,
  options: TrainOptions & { checkpoints: string },
  until: number,
): Promise<RungTraining> {
  requireInteger(until, "until", 1, options.epochs);
  if (!task.validate)
    throw new InputError("trials are told apart by their validation's score", {
      place: "task.validate",
      remedy: "Give the task a validate.",
    });
  const state = async () => (await (await openCheckpoints(options.checkpoints)).read())?.reports ?? [];
  const done = await state();
  // A search that was stopped between a trial's last epoch and its score has nothing more to train here.
  if (done.length >= until) return scored(done);
  const pause = new AbortController();
  const forward = () => pause.abort(options.signal?.reason);
  if (options.signal?.aborted) forward();
  options.signal?.addEventListener("abort", forward, { once: true });
  try {
    const { epochs } = await train(task, {
      ...options,
      signal: pause.signal,
      async onEpoch(report) {
        await options.onEpoch?.(report);
        if (report.epoch + 1 >= until && until < options.epochs) pause.abort("the end of the rung");
      },
    });
    return scored(epochs);
  } catch (error) {
    if (error instanceof DivergedError) return { score: -Infinity, epochs: await state() };
    if (error instanceof AbortedError && !options.signal?.aborted) return scored(await state());
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", forward);
  }
}

function scored(epochs: EpochReport[]): RungTraining {
  const scores = epochs.map(({ metrics }) => metrics.score).filter((score) => score !== undefined);
  return { score: Math.max(-Infinity, ...scores), epochs };
}
