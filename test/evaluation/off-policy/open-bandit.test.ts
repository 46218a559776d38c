import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Dataset, loggedFeedback, open, thompsonPriors } from "../../../lib/datasets";
import {
  assignFolds,
  crossFitRewards,
  directMethod,
  doublyRobust,
  effectiveSampleSize,
  importanceWeights,
  ipw,
  onPolicy,
  openBanditItems,
  positionPolicy,
  uniformPolicy,
  weightDiagnostics,
} from "../../../lib/evaluation/off-policy";
import { placeProbabilities, samplePlaceProbabilities } from "../../../lib/statistics/beta-winner";
import { numpyRandom } from "../../../lib/statistics/numpy-random";
import { near } from "./oracle";

let dataset: Dataset;
test.before(async () => {
  dataset = await open("open-bandit");
});
test.after(() => dataset.close());

test("the published figures of the Open Bandit Pipeline's quickstart, campaign all, to their four digits", async () => {
  const log = await loggedFeedback(dataset, { policy: "random", campaign: "all" });
  const { alpha, beta } = thompsonPriors(dataset, "all");
  const places = samplePlaceProbabilities(alpha, beta, { places: 3, draws: 100000, random: numpyRandom(12345) });
  const target = positionPolicy(places, log.actionCount, log.position);
  const { actionFeatures } = await openBanditItems(dataset, { policy: "random", campaign: "all" });
  const folds = assignFolds(log.action.length, 3, numpyRandom(12345));
  const rewards = crossFitRewards(log, { actionFeatures, actions: log.actionCount, folds });
  assert.is(ipw(log, target).value.toPrecision(4), "0.004553");
  assert.is((ipw(log, target).value / onPolicy(log).value).toPrecision(4), "1.198");
  assert.is(directMethod(log, target, rewards).value.toPrecision(4), "0.003545");
  assert.is(doublyRobust(log, target, rewards).value.toPrecision(4), "0.004727");
  // The quickstart prints its choice probabilities: the first item's and the last one's, by position.
  const at = (item: number) => [0, 1, 2].map((place) => places[place * 80 + item].toFixed(5));
  assert.equal(at(0), ["0.01078", "0.00931", "0.00917"]);
  assert.equal(at(79), ["0.05820", "0.07603", "0.07998"]);
  // Exact choice probabilities move the estimate by less than two errors of 100,000 draws (1.8e-5 each).
  const exact = positionPolicy(placeProbabilities(alpha, beta, { places: 3 }), log.actionCount, log.position);
  near(ipw(log, exact).value, ipw(log, target).value, 3.7e-5);
});

test("men and women: IPW with exact choice probabilities, and random's value from the sampler's log", async () => {
  for (const [campaign, value, error, size] of [
    ["men", 0.00453, 1.2e-5, 656],
    ["women", 0.00679, 1.4e-5, 2],
  ] as const) {
    const log = await loggedFeedback(dataset, { policy: "random", campaign });
    const { alpha, beta } = thompsonPriors(dataset, campaign);
    const target = positionPolicy(placeProbabilities(alpha, beta, { places: 3 }), log.actionCount, log.position);
    // The known figures came from 100,000 draws a position: their standard error, three of them, and their rounding.
    near(ipw(log, target).value, value, 3 * error + 5e-6, campaign);
    const back = await loggedFeedback(dataset, { policy: "bts", campaign });
    const uniform = uniformPolicy(back.action.length, back.actionCount);
    assert.is(Math.round(effectiveSampleSize(importanceWeights(back, uniform))), size);
    assert.is(onPolicy(back).value, campaign === "men" ? 0.0069 : 0.0046);
    const { warnings } = weightDiagnostics(back, uniform);
    assert.is(
      warnings.some((warning) => warning.includes("don't rely")),
      campaign === "women",
    );
  }
});

test.run();
