import {
  applyTargetEncoding,
  decode,
  denormalise,
  encode,
  encodeOutOfFold,
  fitEncoder,
  fitNormaliser,
  fitTargetEncoding,
  interactionMatrix,
  normalise,
  readSequences,
} from "../../../lib/preprocessing/index";
import { rows } from "../twins";
import type { Cases } from "./case";

export const numbers: Cases = {
  normalise: {
    covers: ["fitNormaliser", "normalise", "denormalise"],
    async run(engine, events, name) {
      await engine.createView(name, `SELECT source_row, price, quantity, price AS dear, price AS tough FROM ${events}`);
      const plan = { price: "z-score", quantity: "min-max", dear: ["log1p", "z-score"], tough: "robust" } as const;
      const normaliser = await fitNormaliser(engine, name, plan);
      await normalise(engine, name, `${name}_out`, normaliser);
      await denormalise(engine, `${name}_out`, `${name}_back`, normaliser);
      return [
        normaliser,
        await rows(engine, `${name}_out`, "source_row"),
        await rows(engine, `${name}_back`, "source_row"),
      ];
    },
  },
  encode: {
    covers: ["fitEncoder", "encode", "decode", "oneHotNames"],
    async run(engine, events, name) {
      const columns = "source_row, event_type, category_id, item_id, query";
      await engine.createView(name, `SELECT ${columns} FROM ${events}`);
      const encoder = await fitEncoder(engine, name, {
        event_type: { method: "one-hot" },
        category_id: { method: "ordinal", minCount: 2 },
        item_id: { method: "hash", buckets: 64 },
      });
      await encode(engine, name, `${name}_out`, encoder);
      await decode(engine, `${name}_out`, `${name}_back`, encoder);
      return [
        encoder,
        await rows(engine, `${name}_out`, "source_row"),
        await rows(engine, `${name}_back`, "source_row"),
      ];
    },
  },
  "target encoding": {
    covers: ["fitTargetEncoding", "applyTargetEncoding", "encodeOutOfFold"],
    async run(engine, events, name) {
      await engine.createView(name, `SELECT source_row, user_id, category_id, price FROM ${events}`);
      const options = { column: "category_id", target: "price" };
      const encoding = await fitTargetEncoding(engine, name, options);
      await applyTargetEncoding(engine, name, `${name}_out`, encoding);
      await encodeOutOfFold(engine, name, `${name}_folds`, { ...options, key: "user_id" });
      const fitted = (relation: string) =>
        engine.columns(`SELECT source_row, category_id_target FROM ${relation} ORDER BY source_row`);
      return [encoding, await fitted(`${name}_out`), await fitted(`${name}_folds`)];
    },
  },
  "interactions and sequences": {
    covers: ["interactionMatrix", "readSequences"],
    real: true,
    async run(engine, events) {
      const matrix = await interactionMatrix(engine, events, {
        ...{ weights: { view: 1, cart: 3, purchase: 5 }, halfLife: 30 },
        ...{ minUserItems: 2, minItemUsers: 2 },
      });
      const sequences = await readSequences(engine, events, {
        ...{ minUserEvents: 2, minItemEvents: 2, maxLength: 20 },
        with: ["eventTypes", "categories", "priceBands", "gaps"],
      });
      return [{ ...matrix, matrix: { ...matrix.matrix } }, { ...sequences }];
    },
  },
};
