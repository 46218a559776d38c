import { tf } from "../../backend/index";
import { InputError } from "../../errors";
import type { Task } from "../training/train";

/** One of several things learned at once. */
export interface Share<Batch> {
  task: Task<Batch>;
  /** What its loss is multiplied by. Default 1. */
  weight?: number;
}

/**
 * Two tasks as one: a step takes a batch of each and the weighted sum of their losses. An epoch is as long as the first
 * task's; the other goes through its batches over again, or not to the end. Weights of either learn; the first validates.
 */
export function together<One, Other>(first: Share<One>, second: Share<Other>): Task<[One, Other]> {
  const [one, other] = [first.task, second.task];
  return {
    parameters: new Map([...one.parameters, ...other.parameters]),
    trainable: (name) => [one, other].some((task) => task.parameters.has(name) && (task.trainable?.(name) ?? true)),
    batchCount: one.batchCount,
    *batches(epoch) {
      let turn = 0;
      const begin = () =>
        other.batches(epoch * Math.ceil(one.batchCount / other.batchCount) + turn++)[Symbol.iterator]();
      let others = begin();
      for (const batch of one.batches(epoch)) {
        let next = others.next();
        if (next.done) {
          others = begin();
          next = others.next();
        }
        if (next.done) throw new InputError("a task has no batches", { value: epoch, place: "together" });
        yield [batch, next.value];
      }
    },
    loss: ([batch, beside], noise) =>
      tf.add(
        tf.mul(one.loss(batch, noise), first.weight ?? 1),
        tf.mul(other.loss(beside, noise), second.weight ?? 1),
      ) as tf.Scalar,
    validate: one.validate,
  };
}
