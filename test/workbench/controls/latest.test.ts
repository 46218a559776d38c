import { test } from "uvu";
import * as assert from "uvu/assert";
import { latestWins } from "../../../lib/workbench/controls/latest";

/** Work whose ends the test decides. */
function held() {
  const runs: { value: number; end(error?: Error): void }[] = [];
  const box = { value: 0, runs, most: 0, active: 0 };
  const call = latestWins(
    () =>
      new Promise<void>((resolve, reject) => {
        box.most = Math.max(box.most, ++box.active);
        runs.push({
          value: box.value,
          end(error) {
            box.active--;
            if (error) reject(error);
            else resolve();
          },
        });
      }),
  );
  return { box, runs, call };
}

test("calls during a run become one more run, which sees the latest value", async () => {
  const { box, runs, call } = held();
  const first = call();
  const rest = [1, 2, 3].map((value) => {
    box.value = value;
    return call();
  });
  assert.is(runs.length, 1, "no run starts while one is active");
  runs[0].end();
  await first;
  await Promise.resolve();
  assert.equal(
    runs.map((run) => run.value),
    [0, 3],
  );
  runs[1].end();
  await Promise.all(rest);
  assert.is(runs.length, 2);
  assert.is(box.most, 1, "never two at once");
});

test("a failed run fails its own calls only; the waiting one still runs", async () => {
  const { runs, call } = held();
  const first = call();
  const second = call();
  runs[0].end(new Error("first"));
  await first.then(
    () => assert.unreachable(),
    (error) => assert.is(error.message, "first"),
  );
  await Promise.resolve();
  runs[1].end();
  await second;
  const third = call();
  assert.is(runs.length, 3, "a call after all ended starts at once");
  runs[2].end();
  await third;
});

test.run();
