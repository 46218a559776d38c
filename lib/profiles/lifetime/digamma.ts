import { InputError } from "../../errors";

/** −B(2k) / 2k of the asymptotic series, k = 1 … 7. */
const SERIES = [-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760, -1 / 12];

/**
 * ψ(x), the slope of ln Γ(x), for x > 0: the asymptotic series (DLMF 5.11.2) from x = 12 on, whose first dropped term is
 * below 1e-17, brought there by ψ(x) = ψ(x + 1) − 1/x. Throws {@link InputError} for x <= 0.
 */
export function digamma(x: number): number {
  if (!(x > 0)) throw new InputError("digamma is taken above 0", { value: x, place: "x" });
  let shift = 0;
  let z = x;
  for (; z < 12; z++) shift += 1 / z;
  const square = 1 / (z * z);
  let series = 0;
  for (let k = SERIES.length - 1; k >= 0; k--) series = (series + SERIES[k]) * square;
  return Math.log(z) - 0.5 / z + series - shift;
}
