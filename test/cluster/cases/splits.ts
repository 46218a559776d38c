import type { Engine } from "../../../lib/engine/index";
import { checkSplit, leaveLastOut, rollingOrigin, splitByTime, splitByUser } from "../../../lib/preprocessing/index";
import type { Cases } from "./case";

/** The rows of a relation that went into each part. */
async function parts(engine: Engine, relations: readonly (string | undefined)[]) {
  const found = [];
  for (const relation of relations)
    if (relation !== undefined)
      found.push(await engine.columns(`SELECT source_row FROM ${relation} ORDER BY source_row`));
  return found;
}

export const splits: Cases = {
  "split by time": {
    covers: ["splitByTime", "rollingOrigin", "checkSplit"],
    async run(engine, events, name) {
      await engine.createView(name, `SELECT * FROM ${events}`);
      const split = await splitByTime(engine, name, { testDays: 3, validationDays: 2 });
      const origins = await rollingOrigin(engine, name, { folds: 2, testDays: 2 });
      return [
        { ...split },
        await parts(engine, [split.train, split.validation, split.test]),
        origins.map((origin) => ({ ...origin })),
        await parts(engine, [origins[0].train, origins[0].test]),
        await checkSplit(engine, split, { by: "user", key: ["user_id", "item_id"] }),
      ];
    },
  },
  "split by user and last event": {
    covers: ["splitByUser", "leaveLastOut"],
    async run(engine, events, name) {
      await engine.createView(name, `SELECT * FROM ${events}`);
      await engine.createView(`${name}_again`, `SELECT * FROM ${events}`);
      const users = await splitByUser(engine, name, { test: 0.2, validation: 0.1, seed: 3 });
      const last = await leaveLastOut(engine, `${name}_again`);
      return [
        { ...users },
        await parts(engine, [users.train, users.validation, users.test]),
        { ...last },
        await parts(engine, [last.train, last.validation, last.test]),
      ];
    },
  },
};
