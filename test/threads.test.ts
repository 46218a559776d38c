import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError, EnvironmentError, InputError } from "../lib/errors";
import { type Work, withThreads } from "../lib/threads";
import { errorOf } from "./error-of";

interface Squares {
  into: Float64Array;
  by: Int32Array;
}

class Multiplier {
  constructor(private readonly factor: number) {}
  times(value: number): number {
    return this.factor * value;
  }
}

const shared = (count: number): Squares => ({
  into: new Float64Array(new SharedArrayBuffer(8 * count)),
  by: new Int32Array(new SharedArrayBuffer(4 * count)),
});

/** Adds share × factor to its place and writes down who did it. */
const work: Work<Squares, number, { Multiplier: typeof Multiplier }> = ({ into, by }, thread, tools) => {
  const own = (value: number, factor: number) => new tools.Multiplier(factor).times(value);
  return (factor, share) => {
    into[share] += own(share, factor);
    by[share] = thread;
    // Long enough that the others come to have their share.
    for (let i = 0; i < 20_000; i++) into[share] += Math.sin(i) > 2 ? 1 : 0;
  };
};

test("every share of every job is done once, whatever the number of threads", async () => {
  for (const threads of [1, 2, 3]) {
    const input = shared(300);
    const shares: number[] = [];
    const result = await withThreads(
      work,
      input,
      async (team) => {
        await team.run(2, 300, (share) => shares.push(share));
        await team.run(3, 300);
        await team.run(5, 0);
        return team.threads;
      },
      { threads, tools: { Multiplier } },
    );
    assert.is(result, threads);
    assert.equal(
      Array.from(input.into),
      Array.from({ length: 300 }, (_, share) => 5 * share),
    );
    assert.ok(input.by.every((thread) => thread < threads));
    assert.ok(shares.length > 0 && shares.every((share, at) => share <= 1 && share >= (shares[at - 1] ?? 0)));
  }
});

test("other threads do take part", async () => {
  const input = shared(64);
  await withThreads(
    work,
    input,
    async (team) => {
      // The second thread takes a moment to start.
      for (let round = 0; round < 500 && !input.by.some((thread) => thread === 1); round++) await team.run(1, 64);
    },
    { threads: 2, tools: { Multiplier } },
  );
  assert.ok(input.by.some((thread) => thread === 1));
});

test("abort stops between shares, also before the first", async () => {
  const stop = new AbortController();
  const input = shared(1000);
  const options = { threads: 2, tools: { Multiplier }, signal: stop.signal };
  const stopped = withThreads(work, input, (team) => team.run(1, 1000, () => stop.abort()), options);
  assert.instance(await errorOf(stopped), AbortedError);
  assert.is(input.into[999], 0);
  assert.instance(await errorOf(withThreads(work, input, async () => undefined, options)), AbortedError);
});

test("an error in any thread ends the work with that error", async () => {
  const failing: Work<{ at: number }, null> =
    ({ at }, thread) =>
    () => {
      if (thread === at) throw new RangeError(`thread ${thread}`);
    };
  const fail = (at: number) =>
    errorOf(
      withThreads(
        failing,
        { at },
        async (team) => {
          for (;;) await team.run(null, 100);
        },
        { threads: 2 },
      ),
    );
  assert.instance(await fail(0), RangeError);
  const other = await fail(1);
  assert.instance(other, EnvironmentError);
  assert.match(other.message, "thread 1");
});

test("no thread at all is refused", async () => {
  const error = await errorOf(
    withThreads(work, shared(1), async () => undefined, { threads: 0, tools: { Multiplier } }),
  );
  assert.instance(error, InputError);
  assert.match(error.message, /threads/);
});

test.run();
