import { InputError, requireNumber } from "../../errors";

/** The probability that one visitor buys at a price (currency's major unit). */
export type PriceResponse = (price: number) => number;

/**
 * Demand of constant elasticity: conversion · (price / referencePrice)^elasticity, capped at 1.
 *
 * @param conversion probability that a visitor buys at the reference price, in [0, 1].
 * @param elasticity percent change of demand for one percent more price; below 0.
 */
export function constantElasticity(options: {
  conversion: number;
  referencePrice: number;
  elasticity: number;
}): PriceResponse {
  const { conversion, referencePrice, elasticity } = options;
  requireNumber(conversion, "conversion", 0, 1);
  if (!(referencePrice > 0))
    throw new InputError("a reference price is above 0", { value: referencePrice, place: "referencePrice" });
  requireNumber(elasticity, "elasticity", -Infinity, 0);
  return (price) => Math.min(1, conversion * (price / referencePrice) ** elasticity);
}

/**
 * Exponential demand, Gallego and van Ryzin's (1994) solved case: conversion · exp(−sensitivity · (price −
 * referencePrice)), capped at 1. Its elasticity at a price is −sensitivity · price.
 *
 * @param sensitivity relative loss of demand for one currency unit more price; above 0.
 */
export function exponentialResponse(options: {
  conversion: number;
  referencePrice: number;
  sensitivity: number;
}): PriceResponse {
  const { conversion, referencePrice, sensitivity } = options;
  requireNumber(conversion, "conversion", 0, 1);
  requireNumber(referencePrice, "referencePrice", 0);
  requireNumber(sensitivity, "sensitivity", 0);
  return (price) => Math.min(1, conversion * Math.exp(-sensitivity * (price - referencePrice)));
}
