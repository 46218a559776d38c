import { Interrupted } from "./failure";
import type { Guard } from "./guard";
import { inTask, outsideTasks, ownTask, type Task } from "./task";

/** How a task's work ended. */
export type Outcome<T> = { value: T } | { error: unknown };

/**
 * Runs one task at a time and sees to it that each ends exactly once: by itself, by an interrupt (after which its own
 * promise may never settle), or by an error that escaped from it.
 */
export class Runner {
  private current?: { task: Task; end(outcome: Outcome<never>): void };

  /**
   * `abandon` lets go of what waits for an interrupted cell; `onLateError` gets an error that escaped from a task
   * which has ended already.
   */
  constructor(
    private readonly guard: Guard,
    private readonly abandon: () => void,
    private readonly onLateError: (task: Task | undefined, error: unknown) => void,
  ) {}

  /** Starts a task. `done` is called once, as protected kernel code, and not before this function has returned. */
  run<T>(task: Task, work: () => Promise<T>, done: (outcome: Outcome<T>) => void): void {
    let ended = false;
    const end = (outcome: Outcome<T>) =>
      this.guard.protect(() => {
        if (ended) return;
        ended = true;
        this.current = undefined;
        task.ended = true;
        task.stopped = "error" in outcome;
        outsideTasks(() => done(outcome));
      });
    this.current = { task, end };
    this.guard.expose(() =>
      inTask(task, work).then(
        (value) => end({ value }),
        (error) => end({ error }),
      ),
    );
  }

  /** Ends the running task, if any, as interrupted. */
  interrupt(): void {
    const current = this.current;
    if (!current) return;
    this.abandon();
    current.end({ error: new Interrupted() });
  }

  /** Takes an error that no code caught: an exception in a timer, a rejection that nobody awaits. */
  takeStray(error: unknown): void {
    if (error instanceof Interrupted) return;
    const task = ownTask() ?? this.current?.task;
    if (task?.ended && task.stopped) return;
    if (this.current && this.current.task === task) {
      this.abandon();
      this.current.end({ error });
    } else this.onLateError(task, error);
  }
}
