import { splitByTime, userFeatures } from "../../../lib/preprocessing/index";
import { rows } from "../twins";
import type { Cases } from "./case";

export const features: Cases = {
  "user features": {
    covers: ["userFeatures"],
    async run(engine, events, name) {
      const found = await userFeatures(engine, events, { output: name });
      return [{ ...found }, await rows(engine, name, "user_id")];
    },
  },
  "split by time": {
    covers: ["splitByTime"],
    async run(engine, events, name) {
      await engine.createView(name, `SELECT * FROM ${events}`);
      const split = await splitByTime(engine, name, { testDays: 3 });
      const numbers = (relation: string) => engine.columns(`SELECT source_row FROM ${relation} ORDER BY source_row`);
      return [{ ...split }, await numbers(split.train), await numbers(split.test)];
    },
  },
};
