import type { CheckpointStage } from "../../lib/preprocessing/checkpoint";

/** Three stages that say when they run; the second depends on a setting, the third on both before. */
export function stages(ran: string[], parts = 7): CheckpointStage[] {
  const stage = (name: string, orderBy: string, sql: string, settings?: unknown): CheckpointStage => ({
    name,
    orderBy,
    settings,
    run: async ({ engine: on, output }) => {
      ran.push(name);
      await on.createTable(output, sql);
    },
  });
  return [
    stage("raw", "i", "SELECT i, md5(i::VARCHAR) AS text FROM range(120000) AS t(i)"),
    stage("parts", "part", `SELECT i % ${parts} AS part, count(*) AS n, sum(i) AS total FROM raw GROUP BY part`, {
      parts,
    }),
    stage("joined", "i", `SELECT i, text, n, total / 3 AS third FROM raw JOIN parts ON i % ${parts} = part`),
  ];
}
