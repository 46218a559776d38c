import { accuracy } from "../../../lib/models/text/network";
import { fitNgramSvm } from "../../../lib/models/text/scorers";
import { createRandom } from "../../../lib/random";
import { bootstrap } from "../../../lib/statistics/bootstrap";
import { type Metric, metric } from "../harness";
import { NBSVM, type Shopping } from "./chinese";

/**
 * One model for all categories of online_shopping_10_cats: every fifth review, drawn, is held out. Reviews that are there
 * twice go to one side together.
 */
export async function shopping(reviews: Shopping, log: (text: string) => void): Promise<Metric[]> {
  const { texts, labels, categories } = reviews;
  const random = createRandom("online shopping");
  const sides = new Map<string, boolean>();
  for (const text of texts) if (!sides.has(text)) sides.set(text, random.uniform() < 0.2);
  const rows = Array.from(texts.keys());
  const held = rows.filter((row) => sides.get(texts[row]));
  const known = rows.filter((row) => !sides.get(texts[row]));
  const learned = { texts: known.map((row) => texts[row]), labels: known.map((row) => labels[row]) };
  const scorer = fitNgramSvm(learned, { ...NBSVM, to: 3, atLeast: 2 });
  const scores = await scorer.score(held.map((row) => texts[row]));
  log(`online_shopping_10_cats: ${known.length} reviews learned from, ${held.length} held out, one NBSVM for all`);
  const all = accuracy(
    scores,
    held.map((row) => labels[row]),
  );
  const results = [metric("online_shopping_10_cats, all", "accuracy", "higher", all, null)];
  for (const category of new Set(categories)) {
    const inside = held.flatMap((row, at) => (categories[row] === category ? [at] : []));
    const truth = inside.map((at) => labels[held[at]]);
    const said = inside.map((at) => (scores[at] > 0 ? 1 : 0));
    const right = said.map((label, at) => (label === truth[at] ? 1 : 0));
    const hits = said.map((label, at) => label * truth[at]);
    // F1 = 2 TP / (said good + are good), each as a mean, so that texts are resampled whole.
    const f1 = ([hit, good, real]: Float64Array) => (2 * hit) / (good + real);
    const [a, f] = [
      bootstrap([right], ([mean]) => mean, { random: createRandom(category), resamples: 500 }),
      bootstrap([hits, said, truth], f1, { random: createRandom(category), resamples: 500 }),
    ].map(({ estimate, low, high }) => ({ estimate, range: `${low.toFixed(3)}–${high.toFixed(3)}` }));
    results.push(metric(`${category} (${inside.length}; 95 %: ${a.range})`, "accuracy", "higher", a.estimate, null));
    results.push(metric(`${category} (95 %: ${f.range})`, "F1", "higher", f.estimate, null));
  }
  return results;
}
