import { type ColumnTable, table } from "arquero";
import { DataError } from "../errors";
import type { StepReport } from "./step";

/** Rows taken out for one reason. */
export interface ReasonCount {
  step: string;
  kind: "duplicate" | "rejected";
  reason: string;
  rows: number;
}

/** What became of every row of a source: rowsIn = clean + duplicates + rejected, checked when the report is made. */
export class CleaningReport {
  /** Records of the source, those included that can't be cut into fields. */
  readonly rowsIn: number;
  readonly clean: number;
  readonly duplicates: number;
  readonly rejected: number;

  /** Throws DataError, with the figures, unless they add up. */
  constructor(
    counts: { rowsIn: number; clean: number },
    /** Each step's rows in and out. */
    readonly steps: readonly StepReport[],
    /** Rows taken out by step and reason, most first. */
    readonly reasons: readonly ReasonCount[],
  ) {
    const total = (kind: string) =>
      reasons.filter((each) => each.kind === kind).reduce((sum, each) => sum + each.rows, 0);
    this.rowsIn = counts.rowsIn;
    this.clean = counts.clean;
    this.duplicates = total("duplicate");
    this.rejected = total("rejected");
    if (this.rowsIn !== this.clean + this.duplicates + this.rejected)
      throw new DataError(`rows don't add up: ${this}`, {
        place: "cleaning",
        remedy: "Number the rows of the source from 1 in source_row, each number once.",
      });
  }

  /** What became of the rows, one line each: outcome, step, reason, rows, share of the rows in. */
  table(): ColumnTable {
    const lines = [
      { outcome: "clean", step: "", reason: "", rows: this.clean },
      ...this.reasons.map(({ kind, step, reason, rows }) => ({ outcome: kind, step, reason, rows })),
    ];
    const column = <K extends keyof (typeof lines)[number]>(name: K) => lines.map((line) => line[name]);
    return table({
      outcome: column("outcome"),
      step: column("step"),
      reason: column("reason"),
      rows: column("rows"),
      share: lines.map((line) => (this.rowsIn === 0 ? 0 : line.rows / this.rowsIn)),
    });
  }

  /** One sentence: `7 rows in = 4 clean + 1 duplicate + 2 rejected (negative price 2)`. */
  toString(): string {
    const count = (rows: number) => rows.toLocaleString("en-GB");
    const why = this.reasons.filter((each) => each.kind === "rejected");
    const reasons = why.slice(0, 5).map((each) => `${each.reason} ${count(each.rows)}`);
    if (why.length > 5) reasons.push(`${why.length - 5} more reasons`);
    return `${count(this.rowsIn)} rows in = ${count(this.clean)} clean + ${count(this.duplicates)} duplicate${
      this.duplicates === 1 ? "" : "s"
    } + ${count(this.rejected)} rejected${reasons.length === 0 ? "" : ` (${reasons.join(", ")})`}`;
  }
}
