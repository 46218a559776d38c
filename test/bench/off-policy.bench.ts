import { loggedFeedback, open, thompsonPriors } from "../../lib/datasets";
import * as ope from "../../lib/evaluation/off-policy";
import { createRandom } from "../../lib/random";
import { placeProbabilities, samplePlaceProbabilities } from "../../lib/statistics/beta-winner";
import { numpyRandom } from "../../lib/statistics/numpy-random";
import { alternate, type Bench, type BenchContext, metric, milliseconds } from "./harness";
import { Peer } from "./peer";

const DRAWS = 100_000;
const RESAMPLES = 1000;

/** The log of the random policy, campaign all, and what the peer needs of it. */
async function load() {
  const dataset = await open("open-bandit");
  const choice = { policy: "random", campaign: "all" } as const;
  const log = await loggedFeedback(dataset, choice);
  const { actionFeatures } = await ope.openBanditItems(dataset, choice);
  const priors = thompsonPriors(dataset, "all");
  await dataset.close();
  return { log, actionFeatures, priors };
}

async function run(context: BenchContext) {
  const { log, actionFeatures, priors } = await load();
  const peer = new Peer(context.python, "off_policy");
  const ask = <T>(task: string, more = {}) => peer.ask<{ seconds: number; result: T }>({ task, ...more });
  const timed = async (task: string, more = {}) => 1000 * (await ask(task, more)).seconds;
  await ask("load", {
    actions: log.actionCount,
    action: [...log.action],
    reward: [...log.reward],
    position: [...log.position],
    propensity: [...log.propensity],
    context: [...log.context],
    action_features: [...actionFeatures],
  });

  const exactly = () => placeProbabilities(priors.alpha, priors.beta, { places: 3 });
  const simulate = () =>
    samplePlaceProbabilities(priors.alpha, priors.beta, { places: 3, draws: DRAWS, random: numpyRandom(12345) });
  const places = simulate();
  const theirs = (await ask<number[][]>("choices", { draws: DRAWS })).result.flat();
  if (places.some((p, at) => Math.abs(p - theirs[at]) > 1e-12))
    throw new Error("the simulated choices differ from obp's");
  const choices = await alternate(
    {
      exact: () => milliseconds(exactly),
      simulated: () => milliseconds(simulate),
      obp: () => timed("choices", { draws: DRAWS }),
    },
    context.runs,
  );

  const folds = ope.assignFolds(log.action.length, 3, numpyRandom(12345));
  const fit = () => ope.crossFitRewards(log, { actionFeatures, actions: log.actionCount, folds });
  const rewards = fit();
  const models = await alternate(
    { ours: () => milliseconds(fit), obp: () => timed("rewards", { tolerance: 1e-4 }) },
    context.runs,
  );

  const target = ope.positionPolicy(places, log.actionCount, log.position);
  const evaluate = () => ope.evaluatePolicy(log, target, { rewards, random: createRandom(1), resamples: RESAMPLES });
  // Fitted as closely as ours, the peer's figures must be ours.
  await ask("rewards", { tolerance: 1e-9 });
  const figures = (await ask<Record<string, number>>("estimates", { resamples: 1 })).result;
  const worst = Math.max(
    ...evaluate()
      .estimates.slice(1)
      .map(({ estimator, value }) => Math.abs(value / figures[estimator] - 1)),
  );
  if (!(worst < 1e-5)) throw new Error(`estimates differ from obp's by ${worst}`);
  const estimates = await alternate(
    { ours: () => milliseconds(evaluate), obp: () => timed("estimates", { resamples: RESAMPLES }) },
    context.runs,
  );
  peer.close();

  const obp = (value: number) => ({ name: "obp 0.5.7", value });
  return [
    metric("the sampler's choices, exact (obp: 100,000 draws)", "ms", "lower", choices.exact, obp(choices.obp)),
    metric("the sampler's choices, the same 100,000 draws", "ms", "lower", choices.simulated, obp(choices.obp)),
    metric("reward model, 3 folds × 3 positions", "ms", "lower", models.ours, obp(models.obp)),
    metric(`IPW, SNIPW, DM, DR with ${RESAMPLES} resamples`, "ms", "lower", estimates.ours, obp(estimates.obp)),
    metric("largest relative difference of an estimate from obp's", "", "lower", worst, null),
  ];
}

const bench: Bench = {
  about: "Off-policy evaluation of Thompson sampling on Open Bandit, against the Open Bandit Pipeline",
  run,
};
export default bench;
