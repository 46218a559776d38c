import type { Content } from "../messages";
import type { Output } from "./outputs";

export interface ExecuteOptions {
  /** Called with each output as it comes or changes. */
  onOutput?(output: Output): void;
  /** Runs without a count, a result or a place in the history. */
  silent?: boolean;
  /** Whether the cell enters the history; true unless `silent`. */
  storeHistory?: boolean;
  /** Whether a failure aborts the cells that wait behind this one; true unless given. */
  stopOnError?: boolean;
  /** Expressions evaluated after the cell, by name; their values come back in `reply.user_expressions`. */
  userExpressions?: Record<string, string>;
  /** Interrupts the cell when aborted; the promise then rejects with an {@link AbortedError}. */
  signal?: AbortSignal;
}

/** How a cell ended. */
export interface Execution {
  status: "ok" | "error" | "aborted";
  executionCount: number | null;
  /** The cell's outputs as a notebook file keeps them; late ones (from timers) are still added after the cell. */
  outputs: Output[];
  /** Set when `status` is "error". */
  error?: { ename: string; evalue: string; traceback: string[] };
  /** The whole content of the kernel's reply. */
  reply: Content;
}

/** Reads how a cell ended from its execute_reply. */
export function toExecution(reply: Content, outputs: Output[]): Execution {
  const status = reply.status === "ok" || reply.status === "error" ? reply.status : "aborted";
  const executionCount = typeof reply.execution_count === "number" ? reply.execution_count : null;
  if (status !== "error") return { status, executionCount, outputs, reply };
  // Stock tslab writes failures to stderr only.
  const said = outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
  const error = {
    ename: String(reply.ename ?? "Error"),
    evalue: String(reply.evalue ?? said.trim().split("\n", 1)[0]),
    traceback: (reply.traceback as string[] | undefined) ?? said.split("\n"),
  };
  return { status, executionCount, outputs, error, reply };
}
