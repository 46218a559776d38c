import { InputError, requireInteger, requireNumber, throwIfAborted } from "../../errors";
import { createRandom } from "../../random";
import { type Environment, stateCount, stateIndex } from "../environment";

/** How {@link qLearning} learns. */
export interface QLearningOptions {
  /** Episodes to learn from. */
  episodes: number;
  /** Seed of exploration and of the environment. */
  seed: number | string;
  /** Power ω of the learning rate 1 / visits^ω, in (0.5, 1]: below 1 forgets early, wrong targets. Default 0.75. */
  forgetting?: number;
  /** Chance of a random action in the first episode, falling in a straight line to `lastExploration`. Default 1. */
  firstExploration?: number;
  /** Chance of a random action from the `explored` share of the episodes on. Default 0.1. */
  lastExploration?: number;
  /** Share of the episodes over which exploration falls, in (0, 1]. Default 0.5. */
  explored?: number;
  /** Value of a pair nobody has tried; high ones make the agent try everything. Default 0. */
  initialValue?: number;
  /** Called after every hundredth of the episodes with the share done and what has been learned so far (not a copy). */
  onProgress?(done: number, learned: QLearning): void;
  signal?: AbortSignal;
}

/** What {@link qLearning} learned. Rows are states in the order of `stateIndex`. */
export interface QLearning {
  /** Q, the estimated value of each action in each state: [states × actions]. */
  values: Float64Array;
  /** How often each pair was tried: [states × actions]. */
  visits: Uint32Array;
  /** The action of highest value in each state, of equal ones the lowest, among those tried if any was: [states]. */
  greedy(): Uint8Array;
}

/**
 * Tabular Q-learning (Watkins 1989; Watkins and Dayan 1992), undiscounted:
 *
 *   Q(s, a) ← Q(s, a) + α · (r + max over allowed b of Q(s′, b) − Q(s, a)),   α = 1 / visits(s, a)^ω,
 *
 * with ε-greedy exploration over the actions that the environment's mask allows. The rate 1 / visits^ω meets the
 * conditions of Watkins and Dayan's convergence theorem; ω below 1 is Even-Dar and Mansour's (2003) polynomial rate.
 *
 * Throws {@link InputError} for an environment whose observations aren't multi-discrete, AbortedError once `signal`
 * is aborted.
 */
export function qLearning(environment: Environment<Int32Array>, options: QLearningOptions): QLearning {
  const space = environment.observationSpace;
  if (space.kind !== "multi-discrete")
    throw new InputError("tabular learning needs observations of whole numbers", {
      value: space.kind,
      place: "observationSpace",
    });
  const episodes = requireInteger(options.episodes, "episodes", 1);
  const forgetting = requireNumber(options.forgetting ?? 0.75, "forgetting", 0.5, 1);
  const first = requireNumber(options.firstExploration ?? 1, "firstExploration", 0, 1);
  const last = requireNumber(options.lastExploration ?? 0.1, "lastExploration", 0, 1);
  const explored = requireNumber(options.explored ?? 0.5, "explored", Number.EPSILON, 1);

  const actions = environment.actionSpace.count;
  const values = new Float64Array(stateCount(space) * actions).fill(options.initialValue ?? 0);
  const visits = new Uint32Array(values.length);
  const random = createRandom(options.seed).fork("exploration");
  const rates = learningRates(forgetting);
  const learned: QLearning = { values, visits, greedy: () => greedy(values, visits, actions) };

  for (let episode = 0; episode < episodes; episode++) {
    const exploration = last + (first - last) * Math.max(0, 1 - episode / (episodes * explored));
    const start = environment.reset(episode === 0 ? { seed: options.seed } : undefined);
    let state = stateIndex(space, start.observation) * actions;
    let mask = start.info.actionMask;
    for (let ended = false; !ended; ) {
      const pair =
        state +
        (random.uniform() < exploration ? anyAllowed(mask, random.uniform()) : bestAllowed(values, state, mask));
      const step = environment.step(pair - state);
      mask = step.info.actionMask;
      state = stateIndex(space, step.observation) * actions;
      const future = step.terminated ? 0 : values[state + bestAllowed(values, state, mask)];
      const visit = ++visits[pair];
      const rate = visit < rates.length ? rates[visit] : visit ** -forgetting;
      values[pair] += rate * (step.reward + future - values[pair]);
      ended = step.terminated || step.truncated;
    }
    if ((episode + 1) % Math.ceil(episodes / 100) === 0 || episode + 1 === episodes) {
      throwIfAborted(options.signal, "Q-learning");
      options.onProgress?.((episode + 1) / episodes, learned);
    }
  }
  return learned;
}

function bestAllowed(values: Float64Array, state: number, mask: Uint8Array): number {
  let best = -1;
  let value = -Infinity;
  for (let action = 0; action < mask.length; action++)
    if (mask[action] === 1 && values[state + action] > value) {
      best = action;
      value = values[state + action];
    }
  return best;
}

function anyAllowed(mask: Uint8Array, uniform: number): number {
  let count = 0;
  for (let action = 0; action < mask.length; action++) count += mask[action];
  let left = Math.floor(uniform * count);
  for (let action = 0; ; action++) if (mask[action] === 1 && left-- === 0) return action;
}

/** visits^−ω by table: a power costs more than the rest of a step. */
function learningRates(forgetting: number): Float64Array {
  return Float64Array.from({ length: 4096 }, (_, visit) => visit ** -forgetting);
}

function greedy(values: Float64Array, visits: Uint32Array, actions: number): Uint8Array {
  const tried = new Uint8Array(actions);
  return Uint8Array.from({ length: values.length / actions }, (_, state) => {
    for (let action = 0; action < actions; action++) tried[action] = visits[state * actions + action] > 0 ? 1 : 0;
    return Math.max(0, bestAllowed(values, state * actions, tried));
  });
}
