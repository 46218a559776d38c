import { InputError } from "../../errors";
import { type Points, pointsOf } from "./k-means";

/** A segment in words. */
export interface SegmentName {
  /** E.g. "high frequency, low recency". */
  name: string;
  /** Every feature's distance of the segment's mean from everybody's, in standard deviations, most telling first. */
  features: { name: string; deviation: number }[];
}

/**
 * Names each segment from the features in which its mean is farthest from everybody's, in standard deviations: those beyond
 * `threshold` (0.5 unless said), at most `words` of them (2 unless said), else "average". A name that two segments would share
 * is lengthened by the next features, in the end by the segment's number.
 */
export function nameSegments(
  points: Points,
  assignment: ArrayLike<number>,
  names: readonly string[],
  { threshold = 0.5, words = 2 }: { threshold?: number; words?: number } = {},
): SegmentName[] {
  const { values, width } = points;
  const count = pointsOf(points);
  if (names.length !== width || assignment.length !== count)
    throw new InputError("each column has a name, each point a segment", { value: [names.length, assignment.length] });
  let segments = 0;
  for (let i = 0; i < count; i++) segments = Math.max(segments, assignment[i] + 1);
  const sizes = new Float64Array(segments);
  for (let i = 0; i < count; i++) sizes[assignment[i]]++;
  const features: SegmentName["features"][] = Array.from(sizes, () => []);
  for (let column = 0; column < width; column++) {
    let mean = 0;
    let squares = 0;
    const sums = new Float64Array(segments);
    for (let i = 0; i < count; i++) {
      const value = values[i * width + column];
      mean += value / count;
      sums[assignment[i]] += value;
    }
    for (let i = 0; i < count; i++) squares += (values[i * width + column] - mean) ** 2;
    const spread = Math.sqrt(squares / count);
    for (let segment = 0; segment < segments; segment++)
      features[segment].push({
        name: names[column],
        deviation: spread > 0 && sizes[segment] > 0 ? (sums[segment] / sizes[segment] - mean) / spread : 0,
      });
  }
  for (const list of features) list.sort((one, other) => Math.abs(other.deviation) - Math.abs(one.deviation));
  const texts = features.map((list) => {
    const telling = list.filter(({ deviation }) => Math.abs(deviation) >= threshold).slice(0, words);
    return telling.length === 0 ? "average" : telling.map(phrase).join(", ");
  });
  for (let extra = words; extra < width; extra++)
    for (const [segment, text] of repeated(texts)) texts[segment] = `${text}, ${phrase(features[segment][extra])}`;
  for (const [segment, text] of repeated(texts)) texts[segment] = `${text} (${segment + 1})`;
  return texts.map((name, segment) => ({ name, features: features[segment] }));
}

function phrase({ name, deviation }: { name: string; deviation: number }): string {
  return `${deviation >= 0 ? "high" : "low"} ${name.replaceAll("_", " ")}`;
}

function repeated(texts: readonly string[]): [number, string][] {
  return [...texts.entries()].filter(([, text]) => texts.indexOf(text) !== texts.lastIndexOf(text));
}
