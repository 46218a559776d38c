import { writeFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { loadCsv } from "../../lib/datasets/adapters/csv";
import type { Engine } from "../../lib/engine/index";

/** The columns of the files that {@link readAbc} reads. */
export const COLUMNS = ["a", "b", "c"];

/** What reading a file of this body gives: the records' first fields, and the lines that couldn't be read. */
export async function readAbc(
  engine: Engine,
  path: string,
  body: string | Buffer,
  layout: { header?: boolean; quote?: string } = {},
) {
  writeFileSync(path, body);
  await loadCsv(engine, "fuzzed", path, { columns: COLUMNS, ...layout });
  const { source_row, a, b, c } = await engine.columns(
    "SELECT source_row, left(a, 20) AS a, left(b, 20) AS b, left(c, 20) AS c FROM fuzzed ORDER BY source_row",
  );
  const bad = await engine.columns("SELECT line, reason FROM fuzzed_unreadable ORDER BY line");
  assert.equal(
    [...source_row],
    [...source_row].map((_, index) => index + 1),
  );
  return {
    rows: [...a].map((_, row) => [a[row], b[row], c[row]]),
    unreadable: [...bad.line].map((line, row) => [line, String(bad.reason[row])] as const),
  };
}
