import {
  applyRules,
  clean,
  dropExactDuplicates,
  dropMalformed,
  dropRepeats,
  EVENT_RULES,
  fillMissing,
  fitMissing,
  fitOutliers,
  matchRefunds,
  type OutlierBounds,
  refundsMatched,
  runSteps,
  treatOutliers,
  validationRules,
} from "../../../lib/preprocessing/index";
import { rows } from "../twins";
import type { Cases } from "./case";

const REJECTS = "step, source_row";

export const cleaning: Cases = {
  "cleaning in one pass": {
    covers: ["clean", "CleaningReport", "EVENT_RULES", "validationRules"],
    real: true,
    async run(engine, events, name) {
      const rules = validationRules({ ranges: { price: { high: 1e6 } } });
      const done = await clean(engine, events, { output: name, rules });
      return [done.report, await rows(engine, done.events, "source_row"), await rows(engine, done.rejects, REJECTS)];
    },
  },
  "cleaning step by step": {
    covers: [
      "runSteps",
      "dropMalformed",
      "applyRules",
      "dropExactDuplicates",
      "dropRepeats",
      "addRejects",
      "REJECT_COLUMNS",
    ],
    async run(engine, events, name) {
      const steps = [dropMalformed(), applyRules(EVENT_RULES), dropExactDuplicates(), dropRepeats({ within: 5 })];
      const names = { output: name, rejects: `${name}_rejects` };
      const done = await runSteps(engine, events, steps, names);
      return [done.steps, await rows(engine, name, "source_row"), await rows(engine, names.rejects, REJECTS)];
    },
  },
  "refunds matched": {
    covers: ["matchRefunds"],
    async run(engine, events, name) {
      const found = await matchRefunds(engine, events, { output: name });
      const matches = await rows(engine, found.matches, "refund_row, purchase_row");
      return [{ ...found }, await engine.columns(quantities(found.events)), matches];
    },
  },
  "refunds matched as a step": {
    covers: ["refundsMatched"],
    async run(engine, events, name) {
      const done = await runSteps(engine, events, [refundsMatched()], { output: name, rejects: `${name}_rejects` });
      return [done.steps, await engine.columns(quantities(name)), await rows(engine, done.rejects, REJECTS)];
    },
  },
  outliers: {
    covers: ["fitOutliers", "treatOutliers"],
    async run(engine, events, name) {
      const bounds: OutlierBounds[] = [];
      const methods = [{ method: "iqr" }, { method: "z-score" }, { method: "mad" }, { method: "quantile" }] as const;
      for (const method of methods)
        bounds.push(await fitOutliers(engine, events, "price", method, { by: "category_id" }));
      const found: unknown[] = [bounds];
      for (const [index, action] of (["drop", "cap", "flag"] as const).entries()) {
        const output = `${name}_${action}`;
        const names = { output, rejects: `${output}_rejects` };
        const done = await runSteps(engine, events, [treatOutliers([bounds[index]], action)], names);
        const columns = action === "flag" ? "source_row, price, price_outlier" : "source_row, price";
        found.push(done.steps, await engine.columns(`SELECT ${columns} FROM ${output} ORDER BY source_row`));
        found.push(await engine.columns(`SELECT source_row, field, value FROM ${names.rejects} ORDER BY source_row`));
      }
      return found;
    },
  },
  "missing values": {
    covers: ["fitMissing", "fillMissing"],
    async run(engine, events, name) {
      const fits = await fitMissing(engine, events, {
        price: { fill: "median", by: "event_type", indicator: true },
        cost: { fill: "mean" },
        category_id: { fill: "mode", by: "event_type" },
        query: { fill: "constant", value: "none \\ 'at all'" },
        channel: { fill: "none" },
      });
      const names = { output: name, rejects: `${name}_rejects` };
      const done = await runSteps(engine, events, [fillMissing(fits)], names);
      const columns = "source_row, price, cost, category_id, query, price_missing, channel_missing";
      return [fits, done.steps, await engine.columns(`SELECT ${columns} FROM ${name} ORDER BY source_row`)];
    },
  },
};

function quantities(relation: string): string {
  return `SELECT source_row, event_type, refunded_quantity, net_quantity, unmatched_quantity FROM ${relation} ORDER BY source_row`;
}
