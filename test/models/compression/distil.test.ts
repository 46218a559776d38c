import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import {
  compareVariants,
  distil,
  saveCompressed,
  softTargetLoss,
  taughtHead,
  type Variant,
} from "../../../lib/models/compression/index";
import { intentHead } from "../../../lib/models/heads/index";
import { addParameter, disposeParameters, glorot, type Parameters, parameter } from "../../../lib/models/parameters";
import { type Task, train } from "../../../lib/models/training/train";
import { createRandom } from "../../../lib/random";
import { errorOf } from "../../error-of";
import oracle from "./oracles/compression.json";

test.before(async () => {
  await ready();
});

test("the loss of soft targets and its gradient are torch's, at every temperature", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const student = tf.tensor2d(oracle.student, [4, 3]);
    const teacher = tf.tensor2d(oracle.teacher, [4, 3]);
    for (const { temperature, loss, gradient } of oracle.soft) {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => softTargetLoss(x as tf.Tensor2D, teacher, temperature))(
        student,
      );
      assert.ok(Math.abs(value.dataSync()[0] - loss) < 1e-5 * loss, `${value.dataSync()[0]} is not ${loss}`);
      for (const [at, slope] of grad.dataSync().entries()) assert.ok(Math.abs(slope - gradient[at]) < 1e-5, `${slope}`);
    }
    assert.ok(Math.abs(softTargetLoss(teacher, teacher, 3).dataSync()[0]) < 1e-6);
    assert.throws(() => softTargetLoss(student, tf.zeros([4, 2]), 1), /same rows and classes/);
  });
  assert.is(tf.memory().numTensors, before);
});

/** Scores of three classes of five columns, through no hidden layer. */
function linear(seed: string): Parameters {
  const parameters: Parameters = new Map();
  addParameter(parameters, "w", [5, 3], glorot(createRandom(seed)));
  return parameters;
}

const scores = (parameters: Parameters, x: tf.Tensor2D) =>
  tf.matMul(x, parameter(parameters, "w") as tf.Tensor as tf.Tensor2D) as tf.Tensor2D;

function task(parameters: Parameters): Task<tf.Tensor2D> {
  return {
    parameters,
    batchCount: 4,
    *batches(epoch) {
      const random = createRandom("x").fork(epoch);
      for (let batch = 0; batch < 4; batch++) {
        const x = tf.tensor2d(
          Float32Array.from({ length: 160 }, () => random.normal()),
          [32, 5],
        );
        try {
          yield x;
        } finally {
          x.dispose();
        }
      }
    },
    loss: () => assert.unreachable("the student's own loss isn't asked") as never,
  };
}

test("a student of its teacher's shape learns the teacher, from the teacher's word alone", async () => {
  const before = tf.memory().numTensors;
  const [teacher, student] = [linear("teacher"), linear("student")];
  const kept = parameter(teacher, "w").dataSync().slice();
  const taught = distil(task(student), {
    student: (x) => scores(student, x),
    teacher: (x) => scores(teacher, x),
    temperature: 2,
  });
  const { epochs } = await train(taught, { epochs: 40, seed: 1, rate: 0.05 });
  assert.ok(epochs[39].loss < 1e-3 * epochs[0].loss, `${epochs[0].loss} to ${epochs[39].loss}`);
  assert.equal(parameter(teacher, "w").dataSync(), kept);
  // Rows of scores may differ by a constant, which the softmax doesn't see.
  const [a, b] = [teacher, student].map((parameters) => parameter(parameters, "w").dataSync());
  for (let row = 0; row < 5; row++)
    for (let c = 1; c < 3; c++) {
      const [theirs, ours] = [a, b].map((w) => w[3 * row + c] - w[3 * row]);
      assert.ok(Math.abs(theirs - ours) < 0.02, `${theirs} against ${ours}`);
    }
  for (const parameters of [teacher, student]) disposeParameters(parameters);
  assert.is(tf.memory().numTensors, before);
});

test("teacher and truth are weighed, and the teacher's tensors are freed when a run stops", async () => {
  const before = tf.memory().numTensors;
  const [teacher, student] = [linear("teacher"), linear("student")];
  const hard = (own: tf.Tensor2D) => tf.mean(tf.square(own)) as tf.Scalar;
  const options = {
    student: (x: tf.Tensor2D) => scores(student, x),
    teacher: (x: tf.Tensor2D) => scores(teacher, x),
    hard,
  };
  const lossOf = (weight: number) => {
    const made = distil(task(student), { ...options, weight });
    for (const batch of made.batches(0)) return tf.tidy(() => made.loss(batch, { next: () => [0, 0] }).dataSync()[0]);
    return Number.NaN;
  };
  const [none, half, all] = [0, 0.5, 1].map(lossOf);
  assert.ok(Math.abs(half - (none + all) / 2) < 1e-6, `${none}, ${half}, ${all}`);
  const stop = new AbortController();
  const run = train(distil(task(student), options), {
    epochs: 3,
    seed: 1,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  assert.match((await errorOf(run)).message, /stopped/);
  for (const parameters of [teacher, student]) disposeParameters(parameters);
  assert.is(tf.memory().numTensors, before);
});

test("a taught head weighs a teacher's scores and what came; one score is two classes", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const truth = Float32Array.of(1, 0, 1, 1);
    const taught = { truth, scores: [2, -1, 0.5, 7] };
    const rows = Int32Array.of(2, 0);
    const own = tf.tensor2d([0.3, -0.4], [2, 1]);
    const plain = intentHead().loss(own, truth, rows).dataSync()[0];
    const lossOf = (weight: number) =>
      taughtHead(intentHead(), { temperature: 3, weight }).loss(own, taught, rows).dataSync()[0];
    assert.ok(Math.abs(lossOf(0) - plain) < 1e-6);
    const chance = (score: number) => 1 / (1 + Math.exp(-score / 3));
    let expected = 0;
    for (const [student, teacher] of [
      [0.3, 0.5],
      [-0.4, 2],
    ]) {
      const [p, q] = [chance(teacher), chance(student)];
      expected += (9 / 2) * (p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q)));
    }
    assert.ok(Math.abs(lossOf(1) - expected) < 1e-6, `${lossOf(1)} is not ${expected}`);
    assert.ok(Math.abs(lossOf(0.25) - (0.25 * expected + 0.75 * plain)) < 1e-6);
    assert.equal(taughtHead(intentHead()).start(taught), intentHead().start(truth));
    const broken = { truth, scores: [1, 1, Number.NaN, 1] };
    assert.throws(() => taughtHead(intentHead()).loss(own, broken, rows), /teacher's score is finite.*number 2/);
  });
  assert.is(tf.memory().numTensors, before);
});

test("the table has what was measured of each variant, against the first", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-table-"));
  const calls: string[] = [];
  const parameters = linear("a");
  const variants: Variant[] = [];
  for (const precision of ["single", "half"] as const) {
    const file = join(folder, precision);
    await saveCompressed(file, parameters, { precision });
    const use = async () => void calls.push(precision);
    variants.push({
      name: precision,
      parameters,
      file,
      use,
      quality: async () => ({ auc: precision === "half" ? 0.7 : 0.8 }),
    });
  }
  const found = await compareVariants(variants, { runs: 3 });
  assert.equal(calls.join(" "), "single half single half single half single half");
  assert.equal(found.array("variant"), ["single", "half"]);
  assert.equal(found.array("parameters"), [15, 15]);
  assert.equal(found.array("auc"), [0.8, 0.7]);
  const [first, second] = found.array("bytes") as number[];
  assert.ok(first > second);
  assert.equal(found.array("smaller"), [1, first / second]);
  assert.is((found.array("faster") as number[])[0], 1);
  disposeParameters(parameters);
  await rm(folder, { recursive: true });
});

test.run();
