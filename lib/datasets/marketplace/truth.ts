import { FLASH } from "./event-buffer";
import type { FlashSale } from "./flash-sale";
import type { Offer } from "./offers";
import { promotionName, timeText } from "./rows";
import { ARMS, type MarketSettings, SEGMENTS } from "./settings";

/** What is true of an arm of the coupon experiment, over the visits it applied to. */
export interface ArmTruth {
  arm: string;
  /** Visits that got it. */
  visits: number;
  /** Mean of P(checkout | arm) over all visits of the experiment. */
  checkoutChance: number;
  /** Mean of the potential outcome under this arm over all visits. */
  outcome: number;
  /** Mean share that checked out among the visits that got it: what a naive reading shows. */
  observed: number;
  /** Mean of P(checkout | arm) − P(checkout | none): the average effect. */
  effect: number;
  /** The same for each segment. */
  effectBySegment: Record<string, number>;
}

/** What the market knows of itself; saved beside the events as truth.json. */
export interface MarketTruth {
  settings: MarketSettings;
  /** First and last event. */
  period: [first: string, last: string];
  sessions: number;
  experiment: { begins: string; ends: string; visits: number; arms: ArmTruth[] };
  flashSale: {
    promotion: string;
    begins: string;
    ends: string;
    items: {
      item_id: string;
      price: number;
      sale_price: number;
      cost: number;
      stock: number;
      wanted: number;
      taken: number;
      sold: number;
      sold_out_at: string | null;
    }[];
  };
}

/** Sums over the experiment's visits as they come by. */
export class ExperimentSums {
  visits = 0;
  private readonly arms = ARMS.map(() => ({ visits: 0, converted: 0, chance: 0, outcome: 0 }));
  private readonly segments = SEGMENTS.map(() => ({ visits: 0, chance: ARMS.map(() => 0) }));

  add(offer: Offer): void {
    this.visits++;
    this.arms[offer.arm].visits++;
    this.arms[offer.arm].converted += offer.outcomes[offer.arm];
    this.segments[offer.segment].visits++;
    for (let arm = 0; arm < ARMS.length; arm++) {
      this.arms[arm].chance += offer.checkoutChances[arm];
      this.arms[arm].outcome += offer.outcomes[arm];
      this.segments[offer.segment].chance[arm] += offer.checkoutChances[arm];
    }
  }

  truth(): ArmTruth[] {
    return this.arms.map((sums, arm) => ({
      arm: ARMS[arm].name,
      visits: sums.visits,
      checkoutChance: sums.chance / this.visits,
      outcome: sums.outcome / this.visits,
      observed: sums.converted / sums.visits,
      effect: (sums.chance - this.arms[0].chance) / this.visits,
      effectBySegment: Object.fromEntries(
        this.segments.map(({ visits, chance }, segment) => [
          SEGMENTS[segment].name,
          (chance[arm] - chance[0]) / visits,
        ]),
      ),
    }));
  }
}

/** Puts the truth together once all events are made. */
export function marketTruth(
  settings: MarketSettings,
  made: {
    first: number;
    last: number;
    sessions: number;
    experiment: { begins: number; ends: number };
    sums: ExperimentSums;
    sale: FlashSale;
  },
): MarketTruth {
  const at = (seconds: number) => timeText(settings.start + seconds);
  return {
    settings,
    period: [at(made.first), at(made.last)],
    sessions: made.sessions,
    experiment: {
      begins: at(made.experiment.begins),
      ends: at(made.experiment.ends),
      visits: made.sums.visits,
      arms: made.sums.truth(),
    },
    flashSale: {
      promotion: promotionName(FLASH),
      begins: at(made.sale.begins),
      ends: at(made.sale.ends),
      items: made.sale.items.map((each) => ({
        item_id: `p${each.item + 1}`,
        price: each.price / 100,
        sale_price: each.salePrice / 100,
        cost: each.cost / 100,
        stock: each.stock,
        wanted: each.wanted,
        taken: each.taken,
        sold: each.sold,
        sold_out_at: each.soldOutAt === null ? null : at(each.soldOutAt),
      })),
    },
  };
}
