import loadHighs from "highs";
import { EnvironmentError, InputError } from "../../errors";

/** Maximise gain · x over x ≥ 0 subject to A x ≤ limits, A given by columns. */
export interface LinearProgram {
  /** [columns] */
  gain: Float64Array;
  /** [rows] */
  limits: Float64Array;
  /** Where each column's entries begin, and in the end their number: [columns + 1]. */
  starts: Int32Array;
  /** The row of each entry: [entries]. */
  rows: Int32Array;
  /** [entries] */
  values: Float64Array;
}

export interface LinearSolution {
  value: number;
  /** [columns] */
  x: Float64Array;
  /** What one more unit of each limit would add to the value, at least 0: [rows]. */
  prices: Float64Array;
}

/** Solves linear programs, one after the other. */
export type LinearSolver = (program: LinearProgram) => LinearSolution;

const OPTIMAL = 7;

/**
 * Loads HiGHS (Huangfu and Hall 2018), compiled to WebAssembly, and returns a solver on one thread.
 * The solver throws {@link InputError} for a program that has no finite optimum.
 */
export async function openLinearSolver(): Promise<LinearSolver> {
  const highs = await loadHighs().catch((cause: unknown) => {
    throw new EnvironmentError("HiGHS did not load", { place: "highs", remedy: "Run npm install again.", cause });
  });
  return ({ gain, limits, starts, rows, values }) => {
    const numCols = gain.length;
    const numRows = limits.length;
    if (numCols === 0) return { value: 0, x: new Float64Array(0), prices: new Float64Array(numRows) };
    const model = highs.createModel();
    try {
      model.options.set("output_flag", false);
      model.passModel({
        ...{ numCols, numRows, sense: highs.constants.objectiveSense.maximize, colCost: gain },
        colLower: new Float64Array(numCols),
        colUpper: new Float64Array(numCols).fill(highs.infinity),
        rowLower: new Float64Array(numRows).fill(-highs.infinity),
        rowUpper: limits,
        matrix: { format: "csc", numRows, numCols, starts, indices: rows, values },
      });
      const { modelStatus } = model.run();
      if (modelStatus !== OPTIMAL)
        throw new InputError("the linear program has no finite optimum", {
          value: `HiGHS model status ${modelStatus}`,
          place: "program",
          remedy: "Check that its numbers are finite, its limits not negative, and that they limit every gain.",
        });
      const { colValue, rowDual } = model.getSolution();
      return { value: model.getObjectiveValue(), x: colValue, prices: rowDual.map(Math.abs) };
    } finally {
      model.dispose();
    }
  };
}
