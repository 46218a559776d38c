import { requireInteger } from "../../errors";
import type { Random } from "../../random";
import { multivariateNormal } from "../../statistics/multivariate-normal";
import { type PoissonRegression, poissonRegression, standardErrors } from "../../statistics/poisson-regression";
import { constantElasticity, type PriceResponse } from "./demand";
import type { PriceHistory } from "./price-history";

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** A demand's parameters: the estimate, or a draw of what they may be. */
export interface DemandParameters {
  /** Percent change of buyers for one percent more price. */
  elasticity: number;
  /** Probability that a visitor buys at the reference price, by weekday, Sunday first: [7]. */
  conversion: Float64Array;
}

/** Demand by price and weekday, fitted on a product's history. */
export interface PriceDemand extends DemandParameters {
  /** Price at which `conversion` holds. */
  referencePrice: number;
  /** Robust standard error of the elasticity. */
  elasticityError: number;
  /** Standard error of the elasticity if the counts were Poisson and independent. */
  poissonError: number;
  regression: PoissonRegression;
  /** Robust covariance of the regression's coefficients. */
  covariance: Float64Array;
  /** Draws parameters from their large-sample posterior, N(estimate, robust covariance). */
  draw(random: Random): DemandParameters;
}

/**
 * Fits buyers ~ Poisson(visitors · exp(intercept + weekday + elasticity · ln(price / referencePrice))) by maximum
 * likelihood, Sunday being the base. Standard errors are Newey and West's, robust to over-dispersion and to correlation
 * between days, since prices stay put for weeks and so do the other causes of demand.
 *
 * What it can't tell: prices here were chosen by the shop, not at random. A discount that came with a flyer, a better
 * shelf or a holiday is credited with their effect, and stocking up or waiting moves sales between days. The estimate
 * describes days with such prices; only a randomised price identifies what a price alone does.
 *
 * @param options.referencePrice price at which conversions are stated.
 * @param options.lags days over which errors may be correlated. Default 7.
 */
export function fitPriceDemand(history: PriceHistory, options: { referencePrice: number; lags?: number }): PriceDemand {
  const lags = requireInteger(options.lags ?? 7, "lags", 0);
  const weekdays = history.day.map((seconds) => weekdayOf(seconds));
  const terms: Record<string, Float64Array> = {
    "ln price": history.price.map((price) => Math.log(price / options.referencePrice)),
  };
  for (let day = 1; day < 7; day++)
    if (weekdays.includes(day)) terms[WEEKDAYS[day]] = weekdays.map((weekday) => (weekday === day ? 1 : 0));
  const regression = poissonRegression({ counts: history.buyers, terms, exposure: history.visitors });
  const covariance = regression.robustCovariance(lags);
  const posterior = multivariateNormal(regression.coefficients, covariance);
  const parameters = (coefficients: Float64Array): DemandParameters => ({
    elasticity: coefficients[1],
    conversion: Float64Array.from(WEEKDAYS, (name) => {
      const term = regression.terms.indexOf(name);
      return Math.exp(coefficients[0] + (term < 0 ? 0 : coefficients[term]));
    }),
  });
  return {
    ...parameters(regression.coefficients),
    referencePrice: options.referencePrice,
    elasticityError: standardErrors(covariance)[1],
    poissonError: standardErrors(regression.covariance)[1],
    regression,
    covariance,
    draw: (random) => parameters(posterior(random)),
  };
}

/** The {@link PriceResponse} of one weekday (0 Sunday … 6 Saturday) under given parameters. */
export function weekdayResponse(parameters: DemandParameters, referencePrice: number, weekday: number): PriceResponse {
  requireInteger(weekday, "weekday", 0, 6);
  const { elasticity, conversion } = parameters;
  return constantElasticity({ conversion: conversion[weekday], referencePrice, elasticity: Math.min(0, elasticity) });
}

/** 0 Sunday … 6 Saturday, of a time in seconds since 1970 UTC. */
export function weekdayOf(seconds: number): number {
  return (((Math.floor(seconds / 86400) + 4) % 7) + 7) % 7;
}
