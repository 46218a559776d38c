import { requireInteger, requireNumber, throwIfAborted } from "../../errors";
import { createRandom } from "../../random";
import type { Environment } from "../environment";
import { type DqnAgent, Duel, dqnAgent } from "./dqn-agent";
import { type Examination, Examiner } from "./examination";
import { createAdam } from "./network/adam";
import { encodingOf } from "./network/encoding";
import { Network } from "./network/network";
import { Replay } from "./replay";

export { type DqnAgent, type DqnDocument, loadDqn } from "./dqn-agent";

/** How {@link dqn} learns. */
export interface DqnOptions {
  /** Steps in the environment. */
  steps: number;
  /** Seed of the weights, of exploration, of replay, and of the environment. */
  seed: number | string;
  /** γ, what a reward counts one step later, in [0, 1]. Default 0.99; a sale is undiscounted: 1. */
  discount?: number;
  /** Rewards are multiplied by it; best so that values are of the order of 1. Default 1. */
  rewardScale?: number;
  /** Widths of the hidden layers. Default [64, 64]. */
  hidden?: number[];
  /** Let the online network choose the action whose value the target network tells. Default true. */
  double?: boolean;
  /** Separate a state's value from its actions' advantages. Default true. */
  duelling?: boolean;
  /** Steps of reward before a value is believed. Default 3. */
  lookAhead?: number;
  /** Transitions remembered. Default 50,000. */
  capacity?: number;
  /** Power of the priorities, 0 for even draws. Default 0.5. */
  priority?: number;
  /** Transitions in an update. Default 64. */
  batch?: number;
  /** Steps taken at random before learning starts. Default 1000. */
  warmUp?: number;
  /** Steps from one round of updates to the next, and updates in a round. Default 4 and 1. */
  every?: number;
  updates?: number;
  /** Adam's rate at the start, from which it falls in a straight line to the last one. Defaults 1e-3 and 0. */
  learningRate?: number;
  lastLearningRate?: number;
  /** Errors, of scaled values, count squared up to this size and beyond it by their size alone. Default: all squared. */
  huber?: number;
  /** Share by which the target network follows, in (0, 1]. Default 0.01. */
  follow?: number;
  /** Steps in the environment from one time that it follows to the next. Default: it follows after each update. */
  followEvery?: number;
  /** Chance of a random action, falling from 1 to this over the first `explored` share of the steps. Default 0.05. */
  lastExploration?: number;
  /** Default 0.3. */
  explored?: number;
  /** Examine the agent now and then; what it knew at its best is what is returned. Default: what it knows at the end. */
  examine?: Examination<DqnAgent>;
  /** Called after every hundredth of the steps, with the agent as it is by then (not a copy). */
  onProgress?(done: number, metrics: DqnMetrics, agent: DqnAgent): void;
  signal?: AbortSignal;
}

/** What there is to watch while it learns. */
export interface DqnMetrics {
  /** Steps taken in the environment. */
  steps: number;
  /** Steps taken down the gradient. */
  updates: number;
  /** Mean undiscounted return of the last 100 episodes, explored ones, in the environment's unit; NaN before the first. */
  meanReturn: number;
  /**
   * Mean loss of the last update: half the squared errors of scaled values, by the importance weights; NaN before the
   * first. It needn't fall: the better the agent, the larger its values, and the errors with them. One that explodes is
   * a warning.
   */
  loss: number;
  /**
   * Mean value of the actions taken in the last update's batch, in the environment's unit. Far above any return that
   * can be had, it tells that the network believes its own errors.
   */
  meanValue: number;
  /** Chance of a random action. */
  exploration: number;
  /** Score of the last examination; NaN before the first. */
  score: number;
}

/**
 * Deep Q-learning (Mnih et al. 2015): a network's Q(s, a) is drawn towards
 *
 *   y = r_0 + γ r_1 + … + γ^(n−1) r_(n−1) + γ^n Q⁻(s_n, argmax over allowed a of Q(s_n, a)),
 *
 * Q⁻ being a copy that follows slowly, with transitions drawn from a memory. With it: double Q-learning (van Hasselt
 * et al. 2016), duelling (Wang et al. 2016), n steps, and prioritised replay (Schaul et al. 2016), all of which
 * Rainbow (Hessel et al. 2018) found to help.
 *
 * Differs from the papers:
 * 1. squared error unless `huber` is given, since the errors' mean is wanted where rewards are noisy; gradients longer
 *    than 10 are shortened;
 * 2. the target network follows by a share after each update (Lillicrap et al. 2016), not by a copy now and then;
 *    `follow: 1` and `followEvery` make it the papers';
 * 3. the two streams of the duelling network part at its last layer;
 * 4. n-step returns aren't corrected for exploration on the way, as in Rainbow;
 * 5. the learning rate falls, by default to 0, which averages the noise out in the end;
 * 6. actions that the environment's mask forbids are never taken, and never count in a maximum.
 *
 * An episode that is cut off from outside (truncated) goes on in its value; one that terminates is worth nothing more.
 * Gives way to other work in the process between its rounds. Throws {@link AbortedError} once `signal` is aborted.
 */
export async function dqn(environment: Environment<Float64Array | Int32Array>, options: DqnOptions): Promise<DqnAgent> {
  const steps = requireInteger(options.steps, "steps", 1);
  const gamma = requireNumber(options.discount ?? 0.99, "discount", 0, 1);
  const rewardScale = requireNumber(options.rewardScale ?? 1, "rewardScale", Number.MIN_VALUE);
  const duelling = options.duelling ?? true;
  const lookAhead = requireInteger(options.lookAhead ?? 3, "lookAhead", 1);
  const batch = requireInteger(options.batch ?? 64, "batch", 1);
  const warmUp = requireInteger(options.warmUp ?? 1000, "warmUp", 1);
  const every = requireInteger(options.every ?? 4, "every", 1);
  const updates = requireInteger(options.updates ?? 1, "updates", 1);
  const learningRate = requireNumber(options.learningRate ?? 1e-3, "learningRate", 0);
  const lastRate = requireNumber(options.lastLearningRate ?? 0, "lastLearningRate", 0);
  const huber = options.huber === undefined ? Infinity : requireNumber(options.huber, "huber", Number.MIN_VALUE);
  const followEvery = options.followEvery && requireInteger(options.followEvery, "followEvery", 1);
  const double = options.double ?? true;
  const follow = requireNumber(options.follow ?? 0.01, "follow", Number.MIN_VALUE, 1);
  const lastExploration = requireNumber(options.lastExploration ?? 0.05, "lastExploration", 0, 1);
  const explored = requireNumber(options.explored ?? 0.3, "explored", Number.MIN_VALUE, 1);
  const alpha = requireNumber(options.priority ?? 0.5, "priority", 0);

  const random = createRandom(options.seed).fork("dqn");
  const encoding = encodingOf(environment.observationSpace);
  const actions = environment.actionSpace.count;
  const sizes = [encoding.size, ...(options.hidden ?? [64, 64]), actions + (duelling ? 1 : 0)];
  const online = new Network({ sizes, activation: "relu", random: random.fork("weights") });
  const target = new Network({ sizes, activation: "relu", random: random.fork("weights") });
  const adam = createAdam(online.parameters.length);
  const capacity = requireInteger(options.capacity ?? 50_000, "capacity", batch);
  const replay = new Replay({ capacity, width: encoding.size, actions, batch, alpha });
  const agent = dqnAgent(online, encoding, { actions, duelling, rewardScale });
  const examiner = new Examiner(options.examine, [online]);
  const q = new Duel(actions, duelling);

  const slopes = new Float64Array(batch * sizes[sizes.length - 1]);
  const errors = new Float64Array(batch);
  const targets = new Float64Array(batch);
  const metrics: DqnMetrics = {
    ...{ steps: 0, updates: 0, meanReturn: Number.NaN, loss: Number.NaN, meanValue: Number.NaN, exploration: 1 },
    score: Number.NaN,
  };

  /** One draw from the memory and one step down the gradient of the squared errors. */
  function learn(): void {
    const drawn = replay.sample(random, 0.4 + (0.6 * metrics.steps) / steps);
    const worth = target.forward(drawn.next, batch);
    // Double Q-learning: the online network chooses the next action, the target network says what it is worth.
    const choosing = double ? online.forward(drawn.next, batch) : worth;
    for (let row = 0; row < batch; row++) {
      const next = q.best(choosing, row, drawn.nextMasks, row * actions);
      targets[row] = drawn.rewards[row] + drawn.discounts[row] * q.value(worth, row, next);
    }
    const outputs = online.forward(drawn.states, batch);
    slopes.fill(0);
    metrics.loss = 0;
    metrics.meanValue = 0;
    for (let row = 0; row < batch; row++) {
      const value = q.value(outputs, row, drawn.actions[row]);
      errors[row] = value - targets[row];
      const size = Math.abs(errors[row]);
      const weight = drawn.weights[row] / batch;
      q.addSlope(slopes, row, drawn.actions[row], weight * Math.sign(errors[row]) * Math.min(size, huber));
      metrics.loss += weight * (size <= huber ? (size * size) / 2 : huber * (size - huber / 2));
      metrics.meanValue += value / batch / rewardScale;
    }
    online.backward(slopes, batch);
    const rate = lastRate + (learningRate - lastRate) * (1 - metrics.steps / steps);
    adam.step(online.parameters, online.gradient, rate, 10);
    replay.update(drawn.places, errors);
    if (!followEvery) target.follow(online, follow);
    metrics.updates++;
  }

  // The last `lookAhead` steps that wait for the rewards after them.
  const waiting: { state: Float64Array; action: number; rewards: number[] }[] = [];
  const returns: number[] = [];
  const next = new Float64Array(encoding.size);
  let { observation, info } = environment.reset({ seed: options.seed });
  let total = 0;
  for (metrics.steps = 1; metrics.steps <= steps; metrics.steps++) {
    const share = Math.min(1, metrics.steps / (steps * explored));
    metrics.exploration = metrics.steps <= warmUp ? 1 : 1 + (lastExploration - 1) * share;
    const action =
      random.uniform() < metrics.exploration
        ? random.categorical(info.actionMask)
        : agent.act(observation, info.actionMask);
    const state = new Float64Array(encoding.size);
    encoding.write(observation, state, 0);
    waiting.push({ state, action, rewards: [] });

    const step = environment.step(action);
    total += step.reward;
    for (const one of waiting) one.rewards.push(step.reward * rewardScale);
    const ended = step.terminated || step.truncated;
    encoding.write(step.observation, next, 0);
    // At the end every step that waits is complete, else the oldest is once it has seen enough.
    while (waiting.length > 0 && (ended || waiting[0].rewards.length === lookAhead)) {
      const first = waiting.shift() as (typeof waiting)[number];
      replay.add({
        ...{ state: first.state, action: first.action, next, nextMask: step.info.actionMask },
        reward: first.rewards.reduceRight((later, reward) => reward + gamma * later, 0),
        discount: step.terminated ? 0 : gamma ** first.rewards.length,
      });
    }
    ({ observation, info } = step);
    if (ended) {
      returns.push(total);
      if (returns.length > 100) returns.shift();
      metrics.meanReturn = returns.reduce((sum, value) => sum + value, 0) / returns.length;
      total = 0;
      ({ observation, info } = environment.reset());
    }

    if (followEvery && metrics.steps % followEvery === 0) target.follow(online, follow);
    if (metrics.steps >= warmUp && metrics.steps % every === 0 && replay.size >= batch)
      for (let update = 0; update < updates; update++) learn();
    if (metrics.steps % 256 === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(options.signal, "deep Q-learning");
    }
    const enough = await examiner.visit(agent, metrics.steps, metrics.steps === steps);
    metrics.score = examiner.score;
    if (metrics.steps % Math.ceil(steps / 100) === 0 || metrics.steps === steps || enough)
      options.onProgress?.(metrics.steps / steps, metrics, agent);
    if (enough) break;
  }
  examiner.restore();
  return agent;
}
