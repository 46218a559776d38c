/** Columns whose numbers are names rather than quantities: their digits are not grouped. */
const IDENTIFIER = /(^|[\W_])(id|code|key|year|seed|row)s?$/i;

/**
 * Formats a column of numbers alike, so that they can be compared down the page: whole numbers as they are; others
 * with the fewest decimals that show them, at most 4 for numbers below 10, 3 below 100 and 2 above; with 4 significant
 * digits where sizes are so far apart (below 0.001 beside others, or above 10^12) that decimals would hide them.
 * Thousands are grouped where a number has five digits or more, unless the column's name says that it holds identifiers.
 */
export function columnFormat(name: string, values: readonly unknown[]): (value: number) => string {
  let largest = 0;
  let smallest = Infinity;
  let whole = true;
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value) || value === 0) continue;
    largest = Math.max(largest, Math.abs(value));
    smallest = Math.min(smallest, Math.abs(value));
    whole &&= Number.isInteger(value);
  }
  const group = largest >= 1e4 && !IDENTIFIER.test(name) ? grouped : (text: string) => text;
  if (whole) return (value) => group(String(value));
  if (smallest < 1e-3 || largest >= 1e12) return significant;
  const most = largest < 10 ? 4 : largest < 100 ? 3 : 2;
  let decimals = 0;
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    while (decimals < most && Math.abs(Number(value.toFixed(decimals)) - value) > 1e-9 * Math.abs(value)) decimals++;
  }
  return (value) => (Number.isFinite(value) ? group(value.toFixed(decimals)) : String(value));
}

/** A number with 4 significant digits: 0.001234, 1234, 1.234e+13. */
export function significant(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e12) return String(value);
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1e-4) return value.toExponential(3);
  return size >= 1000 && size < 1e12 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

/** Digits before the decimal point in threes: 1234567.5 reads 1,234,567.5. */
function grouped(digits: string): string {
  return digits.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ","));
}

const grouping = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A count with thousands grouped: 817,741. */
export function count(value: number): string {
  return grouping.format(value);
}
