import type { Segment, ShopSpec } from "./spec";

/** Customers who are alike in all that the market tells apart: a part of a segment. */
export interface Kind {
  /** The segment's index. */
  segment: number;
  /** Its share of the segment's visitors. */
  share: number;
  strategic: boolean;
  /** Redeems coupons. */
  coupon: boolean;
  /** Buys as many units as spend-and-save asks for. */
  qualifies: boolean;
  /** Probability of taking 1, 2, … units where no spend-and-save is shown, the cap counted. */
  units: Float64Array;
  /** The same where it is shown. */
  unitsSaving: Float64Array;
}

/**
 * Cuts each segment into the kinds that this shop's menus can tell apart: strategic or not, with coupon or without,
 * reaching spend-and-save's units or not; independent of each other. Kinds without anybody are left out.
 */
export function kindsOf(spec: ShopSpec): Kind[] {
  const shows = (mechanic: string) =>
    spec.products.some(({ offers }) => offers.some((offer) => offer.mechanic === mechanic && offer.depth > 0));
  const coupons = shows("coupon");
  const saving = shows("spend-and-save");
  return spec.segments.flatMap((segment, index) => {
    const wanted = capped(segment.wants, spec.rules.cap);
    const enough = reaching(segment, wanted, spec.mechanics.minimumUnits);
    const kinds: Kind[] = [];
    for (const strategic of [false, true])
      for (const coupon of coupons ? [true, false] : [true])
        for (const qualifies of saving ? [true, false] : [false]) {
          const share =
            either(segment.strategic.share, strategic) *
            (coupons ? either(segment.couponUse, coupon) : 1) *
            (saving ? either(enough.share, qualifies) : 1);
          if (share === 0) continue;
          const plain = saving ? (qualifies ? enough.wanted : enough.short) : wanted;
          const unitsSaving = saving && qualifies ? enough.taken : plain;
          kinds.push({ segment: index, share, strategic, coupon, qualifies, units: plain, unitsSaving });
        }
    return kinds;
  });
}

const either = (probability: number, yes: boolean) => (yes ? probability : 1 - probability);

/** Who wants more than the cap takes the cap. */
function capped(wants: readonly number[], cap: number | null): Float64Array {
  const size = cap === null ? wants.length : Math.min(cap, wants.length);
  const units = Float64Array.from(wants.slice(0, size));
  for (let q = size; q < wants.length; q++) units[size - 1] += wants[q];
  return units;
}

/**
 * Who reaches `minimum` units: all who want them, and the `topUp` of those who want fewer.
 * `wanted`: what those who reach it want where nothing is saved; `taken`: what they take where it is; `short`: what
 * the others want. Each sums to 1, or to 0 where there is nobody.
 */
function reaching({ topUp }: Segment, wants: Float64Array, minimum: number) {
  const size = Math.max(wants.length, minimum);
  const wanted = new Float64Array(size);
  const taken = new Float64Array(size);
  const short = new Float64Array(size);
  wants.forEach((share, index) => {
    const reaches = index + 1 >= minimum;
    wanted[index] = reaches ? share : share * topUp;
    taken[reaches ? index : minimum - 1] += wanted[index];
    short[index] = reaches ? 0 : share * (1 - topUp);
  });
  const share = wanted.reduce((sum, part) => sum + part, 0);
  return { share, wanted: scaled(wanted), taken: scaled(taken), short: scaled(short) };
}

function scaled(parts: Float64Array): Float64Array {
  const total = parts.reduce((sum, part) => sum + part, 0);
  return total === 0 ? parts : parts.map((part) => part / total);
}
