import { performance } from "node:perf_hooks";
import { encodingOf } from "../../lib/strategy/agents/network/encoding";
import { behaviourCloning } from "../../lib/strategy/agents/offline/behaviour-cloning";
import { type Candidate, chooseByLog } from "../../lib/strategy/agents/offline/choose";
import { conservativeQLearning } from "../../lib/strategy/agents/offline/conservative-q-learning";
import { fittedQTrees } from "../../lib/strategy/agents/offline/fitted-q-trees";
import { implicitQLearning } from "../../lib/strategy/agents/offline/implicit-q-learning";
import { scaleOf } from "../../lib/strategy/agents/offline/learner";
import { ruleOfThumb } from "../../lib/strategy/agents/rule-of-thumb";
import { type Actor, collectSteps, exploring, type LoggedSteps, saleActor } from "../../lib/strategy/logs/index";
import { FlashSale } from "../../lib/strategy/market/flash-sale";
import { evaluate, solve } from "../../lib/strategy/optimum/dynamic-programming";
import { asPolicy, type PolicyTable, policyFromActions, policyFromAgent } from "../../lib/strategy/policy";
import { meanAndError, simulate } from "../../lib/strategy/simulate";
import { exampleSale } from "../strategy/sales";
import { type Bench, type BenchContext, type Metric, median, metric } from "./harness";
import { Peer } from "./peer";

const STEPS = 200_000;
const EPSILON = 0.1;
const SALES = 50_000;
/** The peer's updates draw single steps, ours whole states: same rate, batch, network, target, updates. */
const SAME = { updates: 4000, batch: 256, hidden: [64, 64], learningRate: 1e-3, lastLearningRate: 1e-3 };
const CQL = { alpha: 0.02, targetEvery: 100 };
/** The seeds of the logs; the agents' settings were worked out on other logs, of seeds 1 to 15. */
const FIRST_SEED = 21;

const sale = exampleSale();
const rule = ruleOfThumb(sale);
const optimum = solve(sale).value;
const share = (table: PolicyTable) => evaluate(sale, table).value / optimum;

/** [mean, low, high] of the margin over the rule's, same customers, 95 %, in shares of the optimum. */
function overRule(table: PolicyTable, seed: string): [number, number, number] {
  const [ours, theirs] = [asPolicy(sale, table), rule].map((policy) => simulate(sale, policy, { sales: SALES, seed }));
  const { mean, standardError } = meanAndError(ours.margins.map((margin, run) => margin - theirs.margins[run]));
  return [mean, mean - 1.96 * standardError, mean + 1.96 * standardError].map((value) => value / optimum) as never;
}

async function chosen(
  name: string,
  candidates: (seed: number) => Candidate<Actor>[],
  logs: LoggedSteps[],
  context: BenchContext,
) {
  const shares: number[] = [];
  const lows: number[] = [];
  for (const [at, log] of logs.entries()) {
    const seed = FIRST_SEED + at;
    const choice = await chooseByLog(log, candidates(seed), { seed });
    const table = policyFromAgent(sale, choice.agent);
    const [gain, low, high] = overRule(table, `exam ${seed}`);
    shares.push(share(table));
    lows.push(low);
    const percents = [shares[at], gain, low, high].map((value) => `${(100 * value).toFixed(2)} %`);
    context.log(
      `${name}, log ${seed}: ${choice.name} ${percents[0]}; over the rule ${percents[1]} (${percents[2]} to ${percents[3]})`,
    );
  }
  const unit = "of the optimum";
  return [
    metric(`${name} chosen by the log, worst of ${logs.length}`, unit, "higher", Math.min(...shares), null),
    metric(`${name} chosen by the log, median of ${logs.length}`, unit, "higher", median(shares), null),
    metric(
      `${name}: logs with a 95 % interval above the rule`,
      `of ${logs.length}`,
      "higher",
      lows.filter((low) => low > 0).length,
      null,
    ),
  ];
}

/** What both sides learn from the same logs with the same settings. */
async function beside(logs: LoggedSteps[], context: BenchContext): Promise<Metric[]> {
  const peer = new Peer(context.python, "offline");
  const encoding = encodingOf(logs[0].observationSpace);
  const encode = (rows: ArrayLike<number>) => {
    const encoded = new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at += 2) encoding.write([rows[at], rows[at + 1]], encoded, at);
    return Array.from(encoded);
  };
  const states = Array.from({ length: sale.periods * (sale.stock + 1) }, (_, state) => [
    Math.floor(state / (sale.stock + 1)),
    state % (sale.stock + 1),
  ]).flat();
  const sides = { "behaviour cloning": "cloning", "conservative Q-learning": "conservative" };
  const results: Record<string, { ours: number[]; theirs: number[]; seconds: number[]; peerSeconds: number[] }> = {};
  for (const name of Object.keys(sides)) results[name] = { ours: [], theirs: [], seconds: [], peerSeconds: [] };
  for (const [at, log] of logs.entries()) {
    const rewardScale = scaleOf(log);
    await peer.ask({
      ...{
        task: "load",
        width: 2,
        actions: log.actions,
        observations: encode(log.observations),
        taken: [...log.taken],
      },
      ...{ rewards: Array.from(log.rewards, (reward) => reward * rewardScale), terminated: [...log.terminated] },
      episodes: [...log.episodes],
    });
    for (const [name, algorithm] of Object.entries(sides)) {
      const result = results[name];
      const start = performance.now();
      const options = { ...SAME, seed: FIRST_SEED + at };
      const agent =
        algorithm === "cloning"
          ? await behaviourCloning(log, options)
          : await conservativeQLearning(log, { ...options, ...CQL });
      result.seconds.push((performance.now() - start) / 1000);
      result.ours.push(share(policyFromAgent(sale, agent)));
      const answer = await peer.ask<{ seconds: number; choices: number[] }>({
        ...{ task: "train", algorithm, width: 2, states: encode(states), ...options, ...CQL },
      });
      result.peerSeconds.push(answer.seconds);
      result.theirs.push(share(policyFromActions(sale, answer.choices)));
      context.log(
        `${name}, log ${FIRST_SEED + at}: ours ${result.ours[at].toFixed(4)}, d3rlpy ${result.theirs[at].toFixed(4)}`,
      );
    }
  }
  peer.close();
  const d3rlpy = (values: number[]) => ({ name: "d3rlpy 2.8.1", value: median(values) });
  return Object.entries(results).flatMap(([name, { ours, theirs, seconds, peerSeconds }]) => [
    metric(`${name}, same settings`, "of the optimum", "higher", median(ours), d3rlpy(theirs)),
    metric(`${name}, ${SAME.updates} updates of ${SAME.batch}`, "s", "lower", median(seconds), d3rlpy(peerSeconds)),
  ]);
}

function microseconds(agent: Actor): number {
  const mask = new Uint8Array(sale.levels).fill(1);
  const start = performance.now();
  for (let call = 0; call < 2000; call++) agent.act([call % 12, 1 + (call % 30)], mask);
  return (performance.now() - start) / 2;
}

const bench: Bench = {
  about:
    "Learning from 200,000 logged steps of the rule of thumb: share of the exact optimum over logs, and d3rlpy on the same logs",
  async run(context) {
    const logs = Array.from({ length: 5 }, (_, at) =>
      collectSteps(new FlashSale(sale), exploring(saleActor(sale, rule), EPSILON), {
        steps: STEPS,
        seed: FIRST_SEED + at,
      }),
    );
    const plain = collectSteps(new FlashSale(sale), exploring(saleActor(sale, rule), 0), {
      steps: STEPS,
      seed: FIRST_SEED,
    });
    const conservative = (seed: number) =>
      [0.01, 0.02, 0.05].map((alpha) => ({
        name: `α = ${alpha}`,
        learn: (log: LoggedSteps) => conservativeQLearning(log, { seed, alpha }),
      }));
    const implicit = (seed: number) =>
      [0.6, 0.7, 0.8].map((expectile) => ({
        name: `τ = ${expectile}`,
        learn: (log: LoggedSteps) => implicitQLearning(log, { seed, expectile }),
      }));
    const unexplored = await conservativeQLearning(plain, { seed: FIRST_SEED });
    const trees = fittedQTrees(logs[0]);
    return [
      metric("the rule of thumb", "of the optimum", "higher", evaluate(sale, rule).value / optimum, null),
      ...(await chosen("conservative Q-learning", conservative, logs, context)),
      ...(await chosen("implicit Q-learning", implicit, logs, context)),
      metric("fitted Q iteration, trees", "of the optimum", "higher", share(policyFromAgent(sale, trees)), null),
      metric(
        "conservative Q-learning, log without exploration",
        "of the optimum",
        "higher",
        share(policyFromAgent(sale, unexplored)),
        null,
      ),
      metric("an action of a network", "µs", "lower", microseconds(unexplored), null),
      metric("an action of trees", "µs", "lower", microseconds(trees), null),
      ...(await beside(logs.slice(0, 3), context)),
    ];
  },
};
export default bench;
