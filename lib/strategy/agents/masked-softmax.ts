/**
 * Chances proportional to e^logit over the allowed actions, 0 for the others.
 *
 * @param logits those of the row begin at `first`.
 * @param masks 1 for allowed; those of the row begin at `mask`. At least one is.
 * @param chances receives the chances, [actions].
 * @returns the entropy, in nats.
 */
export function maskedSoftmax(
  logits: Float64Array,
  first: number,
  masks: Uint8Array,
  mask: number,
  chances: Float64Array,
): number {
  let highest = -Infinity;
  for (let i = 0; i < chances.length; i++)
    if (masks[mask + i] === 1 && logits[first + i] > highest) highest = logits[first + i];
  let total = 0;
  for (let i = 0; i < chances.length; i++) {
    chances[i] = masks[mask + i] === 1 ? Math.exp(logits[first + i] - highest) : 0;
    total += chances[i];
  }
  let entropy = 0;
  for (let i = 0; i < chances.length; i++) {
    chances[i] /= total;
    if (chances[i] > 0) entropy -= chances[i] * Math.log(chances[i]);
  }
  return entropy;
}
