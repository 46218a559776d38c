import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sequences } from "../../lib/datasets/index";
import { disposeParameters } from "../../lib/models/parameters";
import { createAttributeHead, itemAttributeTask } from "../../lib/models/pretraining/item-attributes";
import { createGruModel, type GruShape, gruShape } from "../../lib/models/sequences/gru";
import type { SequenceModel } from "../../lib/models/sequences/model";
import { nextItemTask } from "../../lib/models/sequences/next-item";
import { type EpochReport, type Task, type TrainOptions, train } from "../../lib/models/training/train";
import { type BehaviourShape, behaviourShape, createBehaviour } from "../../lib/models/transformer/behaviour";
import {
  evaluateRanking,
  popularity,
  type RankingEvaluation,
  type Recommender,
  sequenceRecommender,
} from "../../lib/recommendation/index";
import { lastHeldOut } from "../../lib/recommendation/last-held-out";

/** What a method found: shares of users, and minutes of training. */
export interface Found {
  hitRate: number;
  ndcg: number;
  minutes: number;
}

/** How a method is trained. */
export interface Settings {
  transformer: Partial<BehaviourShape>;
  gru: Partial<GruShape>;
  /** Items drawn beside a batch's own targets; all of them unless given. */
  negatives?: number;
  batch: number;
  training: Omit<TrainOptions, "seed">;
  /** Of items by their attributes, before next items are learned. */
  pretraining: { batch: number; training: Omit<TrainOptions, "seed"> };
  /** Early stopping looks at one user of so many. */
  judged: number;
}

export const METHODS = ["GRU", "transformer", "transformer, pre-trained"] as const;
export type Method = (typeof METHODS)[number];

const PROTOCOL = { goal: "new", k: 10 } as const;
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const found = ({ metrics }: RankingEvaluation) => ({ hitRate: mean(metrics.hitRate), ndcg: mean(metrics.ndcg) });

/**
 * Next-item recommendation with each user's last item held out to judge by and the last but one to stop early by, both
 * unseen in training (the split of SASRec and S3-Rec); full ranking.
 */
export class BeautyStudy {
  private readonly behaviour: { offsets: Int32Array; fields: Int32Array[] };
  private readonly test;
  private readonly validation;

  /**
   * @param folder where checkpoints and results are kept, so that a study that is stopped goes on from there; a folder
   * of its own for each seed, method and settings
   */
  constructor(
    private readonly events: Sequences,
    private readonly settings: Settings,
    private readonly folder: string,
    private readonly log: (text: string) => void,
  ) {
    this.behaviour = { offsets: events.offsets, fields: [events.items] };
    this.test = lastHeldOut(this.behaviour, events.itemCount);
    this.validation = lastHeldOut(this.behaviour, events.itemCount, 1);
  }

  /**
   * The same items for everyone, counted in what was known; or in all events, those to be guessed among them, which is how
   * the published figures of popularity were counted.
   */
  popular(counted: "known" | "all"): Omit<Found, "minutes"> & { protocol: string } {
    const { behaviour, events, test } = this;
    const all = { offsets: behaviour.offsets.map((start, user) => start + user), fields: [withOneMore(events)] };
    const matrix = counted === "known" ? test.history : lastHeldOut(all, events.itemCount).history;
    const judged = this.judge(popularity(matrix));
    return { ...found(judged), protocol: judged.protocol.description };
  }

  /** Trains, or goes on with, one seed of a method and judges it; what was found before is read. */
  async run(method: Method, seed: number, signal?: AbortSignal): Promise<Found> {
    const digest = createHash("sha256")
      .update(JSON.stringify([method, this.settings]))
      .digest("hex")
      .slice(0, 12);
    const place = join(this.folder, `${method.replace(/\W+/g, "-")}-${digest}`, `seed-${seed}`);
    const path = join(place, "found.json");
    const before = await readFile(path, "utf8").catch(() => undefined);
    if (before !== undefined) return JSON.parse(before) as Found;
    await mkdir(place, { recursive: true });
    const { transformer, gru } = this.settings;
    const { itemCount } = this.events;
    const model =
      method === "GRU"
        ? createGruModel(gruShape(itemCount, gru), seed)
        : createBehaviour(behaviourShape(itemCount, transformer), seed);
    try {
      let seconds = 0;
      const learn = async <Batch>(what: string, task: Task<Batch>, options: Omit<TrainOptions, "seed">) => {
        const name = `${method}, seed ${seed}, ${what}`;
        const onEpoch = (epoch: EpochReport) => this.log(`${name}: ${describe(epoch)}`);
        const { epochs } = await train(task, { ...options, seed, signal, onEpoch, checkpoints: join(place, what) });
        seconds += epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
      };
      if (method === "transformer, pre-trained") await this.pretrain(model, seed, learn);
      await learn("next item", this.nextItem(model, seed), this.settings.training);
      const recommender = sequenceRecommender(model, this.behaviour, { heldOut: 1 });
      const result: Found = { ...found(this.judge(recommender)), minutes: seconds / 60 };
      await writeFile(`${path}.part`, JSON.stringify(result));
      await rename(`${path}.part`, path);
      return result;
    } finally {
      disposeParameters(model.parameters);
    }
  }

  private async pretrain(
    model: SequenceModel,
    seed: number,
    learn: <Batch>(what: string, task: Task<Batch>, options: Omit<TrainOptions, "seed">) => Promise<void>,
  ): Promise<void> {
    const { batch, training } = this.settings.pretraining;
    const head = createAttributeHead(this.events.attributes, model.shape.width, seed);
    try {
      await learn("attributes", itemAttributeTask(model, head, { seed, batch }), training);
    } finally {
      disposeParameters(head.parameters);
    }
  }

  private nextItem(model: SequenceModel, seed: number) {
    const { batch, negatives, judged } = this.settings;
    const { history, future } = this.validation;
    const users = Int32Array.from({ length: Math.ceil(history.rowCount / judged) }, (_, at) => judged * at);
    const validate = async () => {
      const shown = sequenceRecommender(model, this.behaviour, { heldOut: 2 });
      const { hitRate, ndcg } = found(evaluateRanking(shown, history, future, PROTOCOL, { users }));
      return { score: ndcg, hitRate };
    };
    return nextItemTask(model, this.behaviour, { seed, batch, negatives, heldOut: 2, validate });
  }

  private judge(recommender: Recommender): RankingEvaluation {
    return evaluateRanking(recommender, this.test.history, this.test.future, PROTOCOL);
  }
}

function describe({ epoch, loss, seconds, metrics }: EpochReport): string {
  const shown = Object.entries(metrics).map(([name, value]) => `, ${name} ${value.toFixed(4)}`);
  return `epoch ${epoch}, loss ${loss.toFixed(4)}, ${seconds.toFixed(0)} s${shown.join("")}`;
}

/** The same users with an event more at their ends, so that all of theirs are known once the last is held out. */
function withOneMore({ offsets, items }: Sequences): Int32Array {
  const users = Array.from({ length: offsets.length - 1 }, (_, user) =>
    items.subarray(offsets[user], offsets[user + 1]),
  );
  return Int32Array.from(users.flatMap((own) => [...own, 1]));
}
