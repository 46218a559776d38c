import { readFileSync, writeFileSync } from "node:fs";
import { DataError, InputError, requireInteger } from "../../errors";
import { boosterText } from "./booster-text";
import { call, callForHandle, callForNumber, type Handle } from "./library";
import { type Matrix, rowsOf, typeOf } from "./matrix";

/** Which trees a prediction uses. */
export interface PredictOptions {
  /** Iterations to use, from the first; all unless said. */
  iterations?: number;
}

const NORMAL = 0;
const RAW = 1;
const LEAF = 2;
const CONTRIBUTION = 3;

/** Frees boosters whose model is gone; {@link LightgbmModel.dispose} does so at once. */
const forgotten = new FinalizationRegistry<Handle>((booster) => call("LGBM_BoosterFree", booster));

/**
 * A trained ensemble of boosted trees in LightGBM's memory. `dispose()` frees it; a model that nothing refers to any more is
 * freed when JavaScript collects its garbage, which knows nothing of the size of the trees: in loops, dispose.
 */
export class LightgbmModel {
  private booster: Handle | null;

  private constructor(booster: Handle) {
    this.booster = booster;
    forgotten.register(this, booster, this);
  }

  /** Reads a model that {@link toText} or any LightGBM wrote. Throws {@link DataError} for a text that isn't one. */
  static fromText(text: string): LightgbmModel {
    if (!text.startsWith("tree\n"))
      throw new DataError("this is not the text of a LightGBM model", { value: text.slice(0, 40) });
    return new LightgbmModel(callForHandle("LGBM_BoosterLoadModelFromString", text, [0]));
  }

  /** Reads a model from a file that {@link save} or any LightGBM wrote. */
  static load(file: string): LightgbmModel {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (cause) {
      throw new DataError("a model's file can't be read", { place: file, cause });
    }
    return LightgbmModel.fromText(text);
  }

  /** Columns of the features. */
  get width(): number {
    return callForNumber("LGBM_BoosterGetNumFeature", this.handle());
  }

  /** Numbers that a prediction has for each row: 1, or the number of classes. */
  get outputs(): number {
    return callForNumber("LGBM_BoosterGetNumClasses", this.handle());
  }

  /** Iterations that the model has; after early stopping, those up to the best. */
  get iterations(): number {
    return callForNumber("LGBM_BoosterGetCurrentIteration", this.handle());
  }

  /** The objective's scale (probabilities, expected values), [rows × outputs]. */
  predict(matrix: Matrix, options?: PredictOptions): Float64Array {
    return this.run(NORMAL, matrix, options);
  }

  /** The sum of the trees before the objective's link (log-odds for a binary objective), [rows × outputs]. */
  predictRaw(matrix: Matrix, options?: PredictOptions): Float64Array {
    return this.run(RAW, matrix, options);
  }

  /** The leaf that each row falls into in each tree, [rows × trees]. */
  predictLeaves(matrix: Matrix, options?: PredictOptions): Int32Array {
    return Int32Array.from(this.run(LEAF, matrix, options));
  }

  /**
   * SHAP values of each row on the raw scale, by TreeSHAP (Lundberg, Erion and Lee 2018, arXiv:1802.03888),
   * [rows × outputs × (width + 1)]: what each feature adds, then the expected value; they sum to {@link predictRaw}.
   */
  contributions(matrix: Matrix, options?: PredictOptions): Float64Array {
    return this.run(CONTRIBUTION, matrix, options);
  }

  /** How often each column splits ("split"), or the total gain of its splits ("gain"), [width]. */
  importance(kind: "split" | "gain" = "gain", options?: PredictOptions): Float64Array {
    const booster = this.handle();
    const result = new Float64Array(this.width);
    call("LGBM_BoosterFeatureImportance", booster, upTo(options), kind === "gain" ? 1 : 0, result);
    return result;
  }

  /** The model as text, which any LightGBM reads. */
  toText(options?: PredictOptions): string {
    return boosterText(this.handle(), upTo(options));
  }

  /** Writes {@link toText} to a file. */
  save(file: string, options?: PredictOptions): void {
    writeFileSync(file, this.toText(options));
  }

  /** Frees the trees; the model can't be used afterwards. */
  dispose(): void {
    if (this.booster === null) return;
    forgotten.unregister(this);
    call("LGBM_BoosterFree", this.booster);
    this.booster = null;
  }

  private handle(): Handle {
    if (this.booster !== null) return this.booster;
    throw new InputError("this model was disposed", { remedy: "Train or load it again." });
  }

  private run(kind: number, matrix: Matrix, options?: PredictOptions): Float64Array {
    const booster = this.handle();
    const rows = rowsOf(matrix, "matrix");
    if (matrix.width !== this.width)
      throw new InputError(`the model has ${this.width} columns`, { value: matrix.width, place: "matrix.width" });
    const iterations = upTo(options);
    const result = new Float64Array(callForNumber("LGBM_BoosterCalcNumPredict", booster, rows, kind, 0, iterations));
    if (rows === 0) return result;
    call(
      "LGBM_BoosterPredictForMat",
      booster,
      matrix.features,
      typeOf(matrix),
      rows,
      matrix.width,
      1,
      kind,
      0,
      iterations,
      "",
      [0],
      result,
    );
    return result;
  }
}

/** The number of iterations for the library, where −1 stands for all. */
function upTo({ iterations = -1 }: PredictOptions = {}): number {
  return requireInteger(iterations, "iterations", -1);
}
