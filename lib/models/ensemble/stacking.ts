import { InputError, requireInteger, throwIfAborted } from "../../errors";
import { logisticChance, logisticRegression } from "../../statistics/logistic-regression";
import { splitFold } from "./folds";
import { softmaxRegression } from "./softmax-regression";

/** What a learner has learned. */
export interface Predictor<Data> {
  /** Probabilities of some rows of any data: of class 1 of two [rows], of every class of more [rows × classes]. */
  predict(data: Data, rows: Int32Array): Float64Array | Promise<Float64Array>;
  /** Frees what it holds. */
  dispose?(): void;
}

/** A kind of model, whatever it learns from: sequences, features, text. */
export interface Learner<Data> {
  readonly name: string;
  fit(data: Data, rows: Int32Array, signal?: AbortSignal): Predictor<Data> | Promise<Predictor<Data>>;
}

/** Options of {@link stack}. */
export interface StackOptions<Data> {
  learners: readonly Learner<Data>[];
  data: Data;
  /** The class of each row, 0 … classes − 1, [rows]. */
  labels: ArrayLike<number>;
  /** Default 2. */
  classes?: number;
  /** The fold of each row, [rows]; see stratifiedFolds and groupFolds. */
  folds: Int32Array;
  /** Ridge penalty of the model on top. Default 1. */
  penalty?: number;
  /** Told after each fit: the share done, in [0, 1]. */
  onProgress?(share: number): void;
  signal?: AbortSignal;
}

/** Models and the model on top of them. */
export interface Stack<Data> extends Predictor<Data> {
  /** What each learner said of rows that it hadn't learned from: for each, as {@link Predictor.predict} returns it. */
  outOfFold: Float64Array[];
  /** The learners, fitted to all rows. */
  members: Predictor<Data>[];
  /** How much the model on top makes of each of its inputs: learners' outputs side by side. For two classes [inputs], else [classes × inputs]. */
  coefficients: Float64Array;
  dispose(): void;
}

/**
 * Stacking (Wolpert 1992): each learner foretells each fold from the others, a logistic regression learns from these
 * out-of-fold probabilities what each learner's word is worth, and the learners are fitted to all rows for later. The
 * model on top never sees what a learner says of rows that it has learned from, which would be too good.
 *
 * The same as scikit-learn's `StackingClassifier` with a `LogisticRegression` on top and these folds: for two classes an
 * input is the probability of the second, for more every class is one.
 *
 * Throws InputError for shapes that don't fit, AbortedError once `signal` is aborted.
 */
export async function stack<Data>(options: StackOptions<Data>): Promise<Stack<Data>> {
  const { learners, data, labels, folds, penalty = 1, signal } = options;
  const classes = requireInteger(options.classes ?? 2, "classes", 2);
  const columns = classes === 2 ? 1 : classes;
  if (learners.length === 0) throw new InputError("a stack has a learner at least", { place: "learners" });
  if (folds.length !== labels.length)
    throw new InputError(`each of ${labels.length} rows has a fold`, { value: folds.length, place: "folds" });
  const count = folds.reduce((most, fold) => Math.max(most, fold), 0) + 1;
  const outOfFold = learners.map(() => new Float64Array(labels.length * columns));
  const members: Predictor<Data>[] = [];
  const steps = learners.length * (count + 1);
  let done = 0;
  try {
    for (const [at, learner] of learners.entries()) {
      for (let fold = 0; fold < count; fold++) {
        const { inside, outside } = splitFold(folds, fold);
        if (outside.length === 0)
          throw new InputError("there are two folds at least", { value: count, place: "folds", remedy: "Use five." });
        const model = await fitted(learner, outside);
        try {
          if (inside.length > 0) scatter(await said(learner, model, data, inside), inside, outOfFold[at]);
        } finally {
          model.dispose?.();
        }
      }
      members.push(
        await fitted(
          learner,
          Int32Array.from({ length: labels.length }, (_, row) => row),
        ),
      );
    }
    const top = fitTop(sideBySide(outOfFold), labels, classes, penalty);
    return {
      outOfFold,
      members,
      coefficients: top.coefficients,
      async predict(others, rows) {
        const outputs: Float64Array[] = [];
        for (const [at, member] of members.entries()) outputs.push(await said(learners[at], member, others, rows));
        return top.predict(sideBySide(outputs), rows.length);
      },
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }

  async function fitted(learner: Learner<Data>, rows: Int32Array): Promise<Predictor<Data>> {
    throwIfAborted(signal, "stacking");
    const model = await learner.fit(data, rows, signal);
    options.onProgress?.(++done / steps);
    return model;
  }

  async function said(learner: Learner<Data>, model: Predictor<Data>, of: Data, rows: Int32Array) {
    const output = await model.predict(of, rows);
    if (output.length === rows.length * columns) return output;
    throw new InputError(`a learner foretells ${columns} number(s) a row`, {
      value: output.length / rows.length,
      place: learner.name,
    });
  }

  function scatter(output: Float64Array, rows: Int32Array, into: Float64Array): void {
    for (const [at, row] of rows.entries()) into.set(output.subarray(at * columns, (at + 1) * columns), row * columns);
  }

  /** [rows × learners · columns] */
  function sideBySide(outputs: readonly Float64Array[]): Float64Array {
    const width = outputs.length * columns;
    const result = new Float64Array(outputs[0].length * outputs.length);
    for (const [at, output] of outputs.entries())
      for (let row = 0; row * columns < output.length; row++)
        result.set(output.subarray(row * columns, (row + 1) * columns), row * width + at * columns);
    return result;
  }

  function dispose(): void {
    for (const member of members.splice(0)) member.dispose?.();
  }
}

interface Top {
  coefficients: Float64Array;
  predict(features: Float64Array, rows: number): Float64Array;
}

function fitTop(features: Float64Array, labels: ArrayLike<number>, classes: number, penalty: number): Top {
  if (classes > 2) return softmaxRegression(features, labels, classes, penalty);
  const width = features.length / labels.length;
  const model = logisticRegression({ features, width, labels, penalty });
  return {
    coefficients: model.coefficients,
    predict: (inputs, rows) =>
      Float64Array.from({ length: rows }, (_, row) => logisticChance(model, inputs, row * width)),
  };
}
