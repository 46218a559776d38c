import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError, DataError, EnvironmentError, InputError } from "../../lib/errors";
import { EarlyStopping, LightgbmError, LightgbmModel, type Parameters, trainLightgbm } from "../../lib/models/lightgbm";
import { load } from "../../lib/models/lightgbm/library";
import oracle from "./oracles/lightgbm-cases.json";

/** The table of lightgbm_cases.py. */
function table(rows: number, width: number, shift: number): Float64Array {
  return Float64Array.from({ length: rows * width }, (_, index) => {
    const place = index + shift;
    let hashed = Math.imul(place, 2654435761) >>> 0;
    hashed = Math.imul(hashed ^ (hashed >>> 15), 2246822519) >>> 0;
    return place % 17 === 0 ? Number.NaN : ((hashed ^ (hashed >>> 13)) >>> 0) / 4294967296;
  });
}

function labels(kind: string, x: Float64Array): Float64Array {
  return Float64Array.from({ length: x.length / 5 }, (_, row) => {
    const [a, b, c, d, e] = Array.from(x.subarray(5 * row, 5 * row + 5), (v) => (Number.isNaN(v) ? 0.5 : v));
    const s = 2 * a + b * c - d + 0.4 * e;
    if (kind === "regression") return s;
    return kind === "multiclass" ? Number(s >= 0.5) + Number(s >= 1.1) : Number(s > 0.95);
  });
}

const train = table(400, 5, 1);
const held = table(60, 5, 7001);
const few = { features: held.slice(0, 60), width: 5 };

function near(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.is(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++)
    assert.ok(
      Math.abs(actual[i] - expected[i]) <= 1e-9 * Math.max(1, Math.abs(expected[i])),
      `${what}[${i}]: ${actual[i]} is not ${expected[i]}`,
    );
}

for (const one of oracle.cases) {
  test(`${one.name}: everything is the Python package's to 1e-9`, () => {
    const weights = one.weighted ? Float64Array.from({ length: 400 }, (_, row) => 0.5 + (row % 4)) : undefined;
    const { model, history, bestIteration } = trainLightgbm(
      { features: train, width: 5, labels: labels(one.kind, train), weights },
      {
        parameters: one.parameters as unknown as Parameters,
        iterations: one.iterations,
        validation: { features: held, width: 5, labels: labels(one.kind, held) },
        patience: one.patience,
      },
    );
    assert.is(bestIteration ?? 0, one.bestIteration);
    assert.is(model.iterations * model.outputs, one.trees);
    assert.equal(Object.keys(history).sort(), Object.keys(one.history).sort());
    for (const [metric, values] of Object.entries(one.history)) near(history[metric], values, metric);
    near(model.predict(few), one.prediction, "prediction");
    near(model.predictRaw(few), one.raw, "raw");
    if (one.leaves) assert.equal(Array.from(model.predictLeaves(few)), one.leaves);
    near(model.contributions({ features: held.slice(0, 20), width: 5 }), one.contributions, "contributions");
    near(model.importance("gain"), one.gain, "gain");
    near(model.importance("split"), one.split, "split");
    model.dispose();
  });
}

function small(): LightgbmModel {
  return trainLightgbm(
    { features: train, width: 5, labels: labels("binary", train), names: ["a", "b", "c", "d", "e"] },
    { parameters: { objective: "binary", num_leaves: 4, num_threads: 1 }, iterations: 5 },
  ).model;
}

test("contributions sum to the raw prediction", () => {
  const model = small();
  const parts = model.contributions(few);
  near(
    Float64Array.from({ length: 12 }, (_, row) => parts.subarray(6 * row, 6 * row + 6).reduce((a, b) => a + b)),
    model.predictRaw(few),
    "sum",
  );
});

test("a saved model predicts the same; fewer iterations can be asked for", () => {
  const folder = mkdtempSync(join(tmpdir(), "flashlab-lightgbm-"));
  try {
    const model = small();
    const file = join(folder, "model.txt");
    model.save(file);
    const again = LightgbmModel.load(file);
    assert.equal(again.predict(few), model.predict(few));
    assert.is(again.toText(), model.toText());
    assert.match(again.toText(), /feature_names=a b c d e/);
    const two = LightgbmModel.fromText(model.toText({ iterations: 2 }));
    assert.equal(two.predict(few), model.predict(few, { iterations: 2 }));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("32-bit features are taken as they are; no rows give no predictions", () => {
  const model = small();
  const single = Float32Array.from(held.subarray(0, 60));
  assert.equal(
    model.predict({ features: single, width: 5 }),
    model.predict({ features: Float64Array.from(single), width: 5 }),
  );
  assert.is(model.predict({ features: new Float64Array(), width: 5 }).length, 0);
});

test("the library's errors are passed on in words", () => {
  const data = { features: train, width: 5, labels: labels("regression", train) };
  const fails = (parameters: Parameters, words: RegExp) =>
    assert.throws(
      () => trainLightgbm(data, { parameters, iterations: 1 }),
      (error: unknown) => error instanceof LightgbmError && words.test(error.message),
    );
  fails({ objective: "binary", max_bin: 1 }, /LightGBM: Check failed: \(max_bin\) > \(1\)/);
  fails({ objective: "nonsense" }, /LightGBM: Unknown objective type name: nonsense/);
  fails({ objective: "binary", max_bin: 1 }, /LightGBM: Check failed: \(max_bin\) > \(1\)/);
  assert.throws(
    () => LightgbmModel.fromText("tree\nversion=v4\n"),
    (error: unknown) => error instanceof LightgbmError,
  );
});

test("what doesn't fit together is refused before the library sees it", () => {
  const refuses = (act: () => unknown, words: RegExp) =>
    assert.throws(act, (error: unknown) => error instanceof InputError && words.test(error.message));
  const options = { parameters: { objective: "binary" } };
  refuses(() => trainLightgbm({ features: train, width: 5, labels: [0, 1] }, options), /400 rows.*2.*data/);
  refuses(() => trainLightgbm({ features: train, width: 7, labels: [] }, options), /rows of 7 numbers: 2000/);
  refuses(
    () => trainLightgbm({ features: train, width: 5, labels: new Float64Array(400) }, { ...options, patience: 3 }),
    /validation/,
  );
  const model = small();
  refuses(() => model.predict({ features: train, width: 4 }), /5 columns: 4/);
  refuses(
    () => trainLightgbm({ features: train, width: 5, labels: [] }, { parameters: { "a b": 1 } }),
    /parameters\.a b/,
  );
  model.dispose();
  model.dispose();
  refuses(() => model.predict(few), /disposed/);
  assert.throws(
    () => LightgbmModel.fromText("no model"),
    (error: unknown) => error instanceof DataError,
  );
});

test("a missing or broken library is named, with what to do", () => {
  const folder = mkdtempSync(join(tmpdir(), "flashlab-lightgbm-"));
  try {
    const file = join(folder, "lib_lightgbm.so");
    const refuses = (words: RegExp) =>
      assert.throws(
        () => load(file),
        (error: unknown) => error instanceof EnvironmentError && words.test(error.message),
      );
    refuses(/missing at .*lib_lightgbm\.so\. Run npm run setup/);
    writeFileSync(file, "not a library");
    refuses(/can't be loaded: /);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("training stops when asked to", () => {
  const stop = new AbortController();
  assert.throws(
    () =>
      trainLightgbm(
        { features: train, width: 5, labels: labels("binary", train) },
        {
          parameters: { objective: "binary" },
          iterations: 1000,
          signal: stop.signal,
          onIteration: (iteration) => iteration === 3 && stop.abort(),
        },
      ),
    (error: unknown) => error instanceof AbortedError,
  );
});

test("early stopping: the first metric that rests ends it, each in its own direction", () => {
  const stopping = new EarlyStopping(2);
  const auc = [0.6, 0.7, 0.65, 0.69];
  const best = auc.map((value, i) =>
    stopping.update(i + 1, [
      { metric: "auc", value },
      { metric: "l2", value: -i },
    ]),
  );
  assert.equal(best, [undefined, undefined, undefined, 2]);
  assert.is(stopping.bestIteration, 2);
});

test("memory is freed: 800 further trainings after 200 leave the process as large as it was", () => {
  const names = Array.from("abcde", (letter) => letter.repeat(8000));
  const data = { features: train, width: 5, labels: labels("binary", train), names };
  const parameters = { objective: "binary", num_leaves: 4, num_threads: 1, max_bin: 15 };
  const repeat = (times: number) => {
    for (let time = 0; time < times; time++) {
      const { model } = trainLightgbm(data, { parameters, iterations: 2, validation: data });
      model.predict(few);
      model.dispose();
    }
    return process.memoryUsage().rss / 2 ** 20;
  };
  const before = repeat(200);
  const growth = repeat(800) - before;
  // Left unfreed, the names alone would be 800 × 40 kB, in a model as in a data set.
  assert.ok(growth < 16, `grew by ${growth.toFixed(1)} MB`);
});

test.run();
