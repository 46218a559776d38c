import { performance } from "node:perf_hooks";
import { dqn } from "../../lib/strategy/agents/dqn";
import { ppo } from "../../lib/strategy/agents/ppo";
import type { Actor } from "../../lib/strategy/agents/returns";
import { CartPole } from "../../lib/strategy/control/cart-pole";
import { balance } from "./balance";
import { type Bench, type BenchContext, type Metric, median, metric } from "./harness";
import { Peer } from "./peer";
import { CART_PPO, CART_ZOO_DQN } from "./settings";

/** Settings are those that RL Baselines3 Zoo tuned for the peer. What Stable-Baselines3's DQN doesn't have is off on our side, and its loss is ours. */
const VANILLA = { double: false, duelling: false, priority: 0, huber: 1 };

/** Both sides are examined on 100 episodes of their own after every 2560 steps, and stop at a mean of 475. */
const EXAMINATION = { every: 2560, enough: 475, episodes: 100 };

type Algorithm = "ppo" | "dqn";
interface Outcome {
  /** Of training: examinations don't count. */
  seconds: number;
  steps: number;
  score: number | null;
}

async function ours(algorithm: Algorithm, seed: number): Promise<Outcome> {
  let paused = 0;
  const outcome: Outcome = { seconds: 0, steps: 0, score: null };
  const examine = {
    ...EXAMINATION,
    score(agent: Actor) {
      const start = performance.now();
      outcome.score = balance(agent, EXAMINATION.episodes, `examination ${seed}`);
      paused += performance.now() - start;
      return outcome.score;
    },
  };
  const onProgress = (_: number, { steps }: { steps: number }) => {
    outcome.steps = steps;
  };
  const start = performance.now();
  if (algorithm === "ppo") await ppo(() => new CartPole(), { ...CART_PPO, seed, examine, onProgress });
  else await dqn(new CartPole(), { ...CART_ZOO_DQN, ...VANILLA, seed, examine, onProgress });
  outcome.seconds = (performance.now() - start - paused) / 1000;
  return outcome;
}

/** PyTorch is fastest with one thread or with all, depending on the machine: it is given what suits it. */
async function threadsFor(peer: Peer): Promise<number> {
  const trial = { algorithm: "dqn", settings: { ...CART_ZOO_DQN, steps: 1536 }, seed: 0, ...EXAMINATION, every: 0 };
  const seconds = async (threads: number) => (await peer.ask<Outcome>({ ...trial, threads })).seconds;
  await seconds(1);
  return (await seconds(2)) < (await seconds(1)) ? 2 : 1;
}

async function compare(
  ...[name, algorithm, peer, threads, { runs, log }]: [string, Algorithm, Peer, number, BenchContext]
): Promise<Metric[]> {
  const settings = algorithm === "ppo" ? CART_PPO : CART_ZOO_DQN;
  const outcomes: { ours: Outcome[]; theirs: Outcome[] } = { ours: [], theirs: [] };
  for (let seed = 1; seed <= runs; seed++) {
    outcomes.ours.push(await ours(algorithm, seed));
    outcomes.theirs.push(await peer.ask<Outcome>({ algorithm, settings, seed, threads, ...EXAMINATION }));
    for (const [side, all] of Object.entries(outcomes)) {
      const { steps, seconds, score } = all[seed - 1];
      log(`${name}, seed ${seed}, ${side}: ${score} after ${steps} steps and ${seconds.toFixed(1)} s`);
    }
  }
  const figure = (what: string, unit: string, direction: "lower" | "higher", of: (outcome: Outcome) => number) =>
    metric(`${name}: ${what}`, unit, direction, median(outcomes.ours.map(of)), {
      name: "Stable-Baselines3",
      value: median(outcomes.theirs.map(of)),
    });
  const solved = (all: Outcome[]) => all.filter(({ score }) => (score ?? 0) >= EXAMINATION.enough).length;
  return [
    // A run that doesn't get there counts with all of its time, which favours its side.
    figure("training until a mean of 475", "s", "lower", ({ seconds }) => seconds),
    figure("steps until then", "steps", "lower", ({ steps }) => steps),
    figure("speed", "steps/s", "higher", ({ steps, seconds }) => steps / seconds),
    metric(`${name}: runs that got there`, `of ${runs}`, "higher", solved(outcomes.ours), {
      ...{ name: "Stable-Baselines3", value: solved(outcomes.theirs) },
    }),
  ];
}

export default {
  about: "PPO and DQN on CartPole-v1 beside Stable-Baselines3, at the settings tuned for it and one stopping rule",
  async run(context) {
    const peer = new Peer(context.python, "rl");
    try {
      const threads = await threadsFor(peer);
      context.log(`PyTorch is given ${threads} thread${threads === 1 ? "" : "s"}`);
      return [
        ...(await compare("PPO", "ppo", peer, threads, context)),
        ...(await compare("DQN", "dqn", peer, threads, context)),
      ];
    } finally {
      peer.close();
    }
  },
} satisfies Bench;
