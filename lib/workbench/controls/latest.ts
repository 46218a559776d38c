/**
 * Makes calls of `work` never overlap and never pile up: a call while it runs asks for one more run after it, however
 * many such calls there are. `work` reads its inputs when it starts, so the last run sees the latest of them. Each
 * call's promise settles once a run that started after the call has ended.
 */
export function latestWins(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    const run = work().finally(() => {
      if (running === run) running = undefined;
    });
    running = run;
    return run;
  };
  return () => {
    if (!running) return start();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
