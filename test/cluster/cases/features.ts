import {
  checkMoment,
  checkTarget,
  funnel,
  inSessions,
  itemDwell,
  itemFeatures,
  sessionise,
  userFeatures,
} from "../../../lib/preprocessing/index";
import { rows } from "../twins";
import type { Cases } from "./case";

export const features: Cases = {
  sessions: {
    covers: ["sessionise", "inSessions", "itemDwell", "funnel", "SESSION_GAP", "DWELL_CAP"],
    real: true,
    async run(engine, events, name) {
      const found = await sessionise(engine, events, { output: name });
      const events2 = await inSessions(engine, events, { output: `${name}_events` });
      const dwell = await itemDwell(engine, events, { output: `${name}_dwell` });
      return [
        { ...found },
        await rows(engine, name, "user_id, session"),
        await engine.columns(`SELECT source_row, session, position, dwell FROM ${events2} ORDER BY source_row`),
        await rows(engine, dwell, "item_id"),
        await funnel(engine, events2, { within: "session", segment: "channel" }),
        await funnel(engine, events, { within: 86400, sameItem: false }),
      ];
    },
  },
  "user features": {
    covers: ["userFeatures"],
    real: true,
    async run(engine, events, name) {
      const groups = {
        ...{ intervals: true, categories: true, priceLevel: true, priceSensitivity: true, rhythm: { utcOffset: 8 } },
        ...{ visits: true, searches: true, popularity: true, trend: true },
      };
      const found = await userFeatures(engine, events, { output: name, users: "everyone", groups });
      return [{ ...found }, await rows(engine, name, "user_id")];
    },
  },
  "item features": {
    covers: ["itemFeatures"],
    async run(engine, events, name) {
      const found = await itemFeatures(engine, events, { output: name });
      return [
        { ...found },
        await rows(engine, name, "item_id"),
        await rows(engine, `${name}_categories`, "category_id"),
      ];
    },
  },
  "what leaks": {
    covers: ["checkMoment", "checkTarget"],
    async run(engine, events, name) {
      const { asOf } = await userFeatures(engine, events, { output: `${name}_all` });
      const before = asOf - 5 * 86400;
      const honest = (from: string, output: string) => userFeatures(engine, from, { asOf: before, output });
      const leaky = (from: string, output: string) =>
        engine.createTable(output, `SELECT user_id, count(*) AS events FROM ${from} GROUP BY user_id`);
      await engine.createTable(
        `${name}_known`,
        `SELECT *, CASE WHEN value > 50e0 THEN 1 ELSE 0 END AS target, 2e0 * value AS twice FROM ${name}_all`,
      );
      return [
        await checkMoment(engine, events, before, honest),
        (await checkMoment(engine, events, before, leaky)).map(({ kind, count, place }) => [kind, count, place]),
        await checkTarget(engine, `${name}_known`, { target: "target", except: ["user_id"] }),
      ];
    },
  },
};
