import { requireInteger, requireNumber } from "../errors";

/** How demand differs from what was believed, as factors. */
export interface DemandChange {
  elasticity: number;
  /** On the expected visitors of each period, [periods]. */
  traffic: Float64Array;
}

/**
 * The ways to be wrong about demand that are usual in practice: the elasticity 30 % off either way, the traffic 50 %,
 * and a competitor's sale that takes `loss` of the visitors from half-way on.
 */
export function wrongDemands(periods: number, options: { loss?: number } = {}): Record<string, DemandChange> {
  requireInteger(periods, "periods", 2);
  const loss = requireNumber(options.loss ?? 0.5, "loss", 0, 1);
  const change = (elasticity: number, traffic: (period: number) => number): DemandChange => ({
    elasticity,
    traffic: Float64Array.from({ length: periods }, (_, period) => traffic(period)),
  });
  return {
    "as believed": change(1, () => 1),
    "elasticity −30 %": change(0.7, () => 1),
    "elasticity +30 %": change(1.3, () => 1),
    "traffic −50 %": change(1, () => 0.5),
    "traffic +50 %": change(1, () => 1.5),
    "competitor's sale half-way": change(1, (period) => (period < periods / 2 ? 1 : 1 - loss)),
  };
}

/** What may be true of demand, and how likely it is thought to be before the sale. */
export interface DemandBelief {
  changes: DemandChange[];
  /** Summing to 1, [changes]. */
  prior: Float64Array;
}

/** What {@link believedDemands} believes. */
export interface DemandBeliefOptions {
  /** Factors on the elasticity; weights normal around 1. Default 0.75, 1, 1.25, with a standard deviation of 0.3. */
  elasticity?: readonly number[];
  elasticitySpread?: number;
  /** Factors on the traffic; weights log-normal around 1. Default 0.45, 0.7, 1, 1.45, with a deviation of 0.5 in the logarithm. */
  traffic?: readonly number[];
  trafficSpread?: number;
  /** Chance that a competitor's sale begins during ours. Default 0. */
  competitor?: number;
  /** Periods from one possible beginning to the next. Default an eighth of the sale. */
  every?: number;
  /** Share of the visitors that it takes. Default 0.6. */
  loss?: number;
}

/** Every combination of an elasticity, a traffic and, with some chance, a competitor's sale from one of several periods on. */
export function believedDemands(periods: number, options: DemandBeliefOptions = {}): DemandBelief {
  requireInteger(periods, "periods", 2);
  const competitor = requireNumber(options.competitor ?? 0, "competitor", 0, 1);
  const every = requireInteger(options.every ?? Math.max(1, Math.round(periods / 8)), "every", 1);
  const loss = requireNumber(options.loss ?? 0.6, "loss", 0, 1);
  const elasticitySpread = requireNumber(options.elasticitySpread ?? 0.3, "elasticitySpread", Number.MIN_VALUE);
  const trafficSpread = requireNumber(options.trafficSpread ?? 0.5, "trafficSpread", Number.MIN_VALUE);
  const starts: number[] = [];
  for (let start = every; start < periods; start += every) starts.push(start);
  const changes: DemandChange[] = [];
  const weights: number[] = [];
  for (const elasticity of options.elasticity ?? [0.75, 1, 1.25])
    for (const factor of options.traffic ?? [0.45, 0.7, 1, 1.45]) {
      requireNumber(factor, "traffic", Number.MIN_VALUE);
      const weight = Math.exp(
        -0.5 * ((elasticity - 1) / elasticitySpread) ** 2 - 0.5 * (Math.log(factor) / trafficSpread) ** 2,
      );
      for (const start of competitor > 0 ? [periods, ...starts] : [periods]) {
        const traffic = Float64Array.from({ length: periods }, (_, t) => factor * (t < start ? 1 : 1 - loss));
        changes.push({ elasticity, traffic });
        weights.push(weight * (start === periods ? 1 - competitor : competitor / starts.length));
      }
    }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { changes, prior: Float64Array.from(weights, (weight) => weight / total) };
}
