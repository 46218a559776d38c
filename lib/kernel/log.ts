import { writeSync } from "node:fs";

/** Writes a line where whoever started the kernel sees it; console and stderr belong to cells. */
export function log(line: string): void {
  writeSync(2, `${line}\n`);
}
