import { requireInteger, requireNumber, throwIfAborted } from "../../errors";
import { createRandom } from "../../random";
import type { Environment } from "../environment";
import { type Examination, Examiner } from "./examination";
import { maskedSoftmax } from "./masked-softmax";
import { createAdam } from "./network/adam";
import { encodingOf } from "./network/encoding";
import { Network } from "./network/network";
import { type PpoAgent, ppoAgent } from "./ppo-agent";

export { loadPpo, type PpoAgent, type PpoDocument } from "./ppo-agent";

/** How {@link ppo} learns. */
export interface PpoOptions {
  /** Steps in all environments together; rounded up to whole rounds. */
  steps: number;
  /** Seed of the weights, of the actions, of shuffling, and of the environments. */
  seed: number | string;
  /** Environments that run side by side. Default 8. */
  environments?: number;
  /** Steps that each environment takes in a round. Default 128. */
  horizon?: number;
  /** γ in [0, 1]. Default 0.99; a sale is undiscounted: 1. */
  discount?: number;
  /** λ of generalised advantage estimation, in [0, 1]. Default 0.95. */
  lambda?: number;
  /** Rewards are multiplied by it; best so that values are of the order of 1. Default 1. */
  rewardScale?: number;
  /** Widths of the hidden layers, of either network. Default [64, 64]. */
  hidden?: number[];
  /** Times that a round's steps are learned from. Default 4. */
  epochs?: number;
  /** Steps in an update. Default 256. */
  batch?: number;
  /**
   * How far an action's chance may move in a round before it stops to pay, at the start; it falls in a straight line to
   * the last one. Defaults 0.2 and no fall.
   */
  clip?: number;
  lastClip?: number;
  /** Weight of the entropy. Default 0. */
  entropy?: number;
  /** Adam's rate at the start, from which it falls in a straight line to the last one. Defaults 1e-3 and 0. */
  learningRate?: number;
  lastLearningRate?: number;
  /** Examine the agent now and then; what it knew at its best is what is returned. Default: what it knows at the end. */
  examine?: Examination<PpoAgent>;
  /** Called after every round, with the agent as it is by then (not a copy). */
  onProgress?(done: number, metrics: PpoMetrics, agent: PpoAgent): void;
  signal?: AbortSignal;
}

/** What there is to watch while it learns; losses are means over the round's updates, of scaled values. */
export interface PpoMetrics {
  /** Steps taken in all environments together. */
  steps: number;
  /** Steps taken down the gradients. */
  updates: number;
  /** Mean undiscounted return of the last 100 episodes, in the environment's unit; NaN before the first end. */
  meanReturn: number;
  /** Mean of −min(ratio · advantage, clipped ratio · advantage): below 0, since chances moved towards what did well. */
  policyLoss: number;
  /** Mean squared error of the values. It rises when the policy finds returns that it had not met before. */
  valueLoss: number;
  /** Mean entropy of the policy in the states met, in nats: ln(actions) is no preference at all, 0 is certainty. */
  entropy: number;
  /** Mean of ratio − 1 − ln ratio, which estimates the divergence from the round's policy without bias. */
  divergence: number;
  /** Share of steps whose ratio was outside 1 ± clip: much above a quarter, the learning rate or `epochs` is large. */
  clipped: number;
  /** Score of the last examination; NaN before the first. */
  score: number;
}

/**
 * Proximal policy optimisation (Schulman et al. 2017): a policy π(a | s) that climbs
 *
 *   E min(ρ A, clip(ρ, 1 − ε, 1 + ε) A) + c · entropy,   ρ = π(a | s) / π_old(a | s),
 *
 * beside a network of values fitted by least squares to A + V_old, where A is the generalised advantage estimate
 * (Schulman et al. 2016), A_t = Σ_k (γλ)^k (r_(t+k) + γ V(s_(t+k+1)) − V(s_(t+k))).
 *
 * With the details that Huang et al. (2022, "The 37 implementation details of PPO") found to matter: orthogonal
 * weights, advantages normalised within an update, gradients no longer than 0.5, a learning rate that falls.
 * Differs from the paper: policy and values share no layers; an episode cut off from outside is continued in its value;
 * actions that the mask forbids have chance 0 and no gradient (Huang and Ontañón 2022).
 *
 * @param createEnvironment makes one of the environments that run side by side.
 * Gives way to other work in the process between its rounds. Throws AbortedError once `signal` is aborted.
 */
export async function ppo(
  createEnvironment: () => Environment<Float64Array | Int32Array>,
  options: PpoOptions,
): Promise<PpoAgent> {
  const steps = requireInteger(options.steps, "steps", 1);
  const lanes = requireInteger(options.environments ?? 8, "environments", 1);
  const horizon = requireInteger(options.horizon ?? 128, "horizon", 1);
  const gamma = requireNumber(options.discount ?? 0.99, "discount", 0, 1);
  const lambda = requireNumber(options.lambda ?? 0.95, "lambda", 0, 1);
  const rewardScale = requireNumber(options.rewardScale ?? 1, "rewardScale", Number.MIN_VALUE);
  const epochs = requireInteger(options.epochs ?? 4, "epochs", 1);
  const clip = requireNumber(options.clip ?? 0.2, "clip", 0);
  const lastClip = requireNumber(options.lastClip ?? clip, "lastClip", 0);
  const entropyWeight = requireNumber(options.entropy ?? 0, "entropy", 0);
  const learningRate = requireNumber(options.learningRate ?? 1e-3, "learningRate", 0);
  const lastRate = requireNumber(options.lastLearningRate ?? 0, "lastLearningRate", 0);
  const size = lanes * horizon;
  const batch = Math.min(size, requireInteger(options.batch ?? 256, "batch", 2));

  const random = createRandom(options.seed).fork("ppo");
  const environments = Array.from({ length: lanes }, createEnvironment);
  const encoding = encodingOf(environments[0].observationSpace);
  const width = encoding.size;
  const actions = environments[0].actionSpace.count;
  const network = (outputs: number, outputGain: number) =>
    new Network({
      ...{ sizes: [width, ...(options.hidden ?? [64, 64]), outputs], activation: "tanh", outputGain },
      random: random.fork(`weights of ${outputs}`),
    });
  const policy = network(actions, 0.01);
  const value = network(1, 1);
  const agent = ppoAgent(policy, value, encoding, rewardScale);
  const examiner = new Examiner(options.examine, [policy, value]);
  const policyAdam = createAdam(policy.parameters.length);
  const valueAdam = createAdam(value.parameters.length);

  // A round, step by step and within each step environment by environment.
  const states = new Float64Array(size * width);
  const masks = new Uint8Array(size * actions);
  const taken = new Int32Array(size);
  const logs = new Float64Array(size);
  const rewards = new Float64Array(size);
  const ends = new Uint8Array(size);
  const values = new Float64Array(size + lanes);
  const advantages = new Float64Array(size);
  // An update.
  const rows = Int32Array.from({ length: size }, (_, i) => i);
  const inputs = new Float64Array(batch * width);
  const policySlopes = new Float64Array(batch * actions);
  const valueSlopes = new Float64Array(batch);

  const one = new Float64Array(width);
  const now = new Float64Array(lanes * width);
  const open = new Uint8Array(lanes * actions);
  const chances = new Float64Array(actions);
  const totals = new Float64Array(lanes);
  const returns: number[] = [];
  const metrics: PpoMetrics = {
    ...{ steps: 0, updates: 0, meanReturn: Number.NaN, policyLoss: 0, valueLoss: 0, entropy: 0, divergence: 0 },
    ...{ clipped: 0, score: Number.NaN },
  };
  const look = (lane: number, observation: ArrayLike<number>, mask: Uint8Array) => {
    encoding.write(observation, now, lane * width);
    open.set(mask, lane * actions);
  };
  environments.forEach((environment, lane) => {
    const { observation, info } = environment.reset({ seed: `${typeof options.seed}:${options.seed}/${lane}` });
    look(lane, observation, info.actionMask);
  });

  function play(): void {
    for (let t = 0; t < horizon; t++) {
      const first = t * lanes;
      states.set(now, first * width);
      masks.set(open, first * actions);
      const logits = policy.forward(now, lanes);
      values.set(value.forward(now, lanes).subarray(0, lanes), first);
      for (let lane = 0; lane < lanes; lane++) {
        const at = first + lane;
        maskedSoftmax(logits, lane * actions, open, lane * actions, chances);
        taken[at] = random.categorical(chances);
        logs[at] = Math.log(chances[taken[at]]);
        const step = environments[lane].step(taken[at]);
        totals[lane] += step.reward;
        rewards[at] = step.reward * rewardScale;
        ends[at] = step.terminated || step.truncated ? 1 : 0;
        if (ends[at] === 0) {
          look(lane, step.observation, step.info.actionMask);
          continue;
        }
        if (!step.terminated) {
          encoding.write(step.observation, one, 0);
          rewards[at] += gamma * value.forward(one, 1)[0];
        }
        returns.push(totals[lane]);
        if (returns.length > 100) returns.shift();
        totals[lane] = 0;
        const start = environments[lane].reset();
        look(lane, start.observation, start.info.actionMask);
      }
    }
    values.set(value.forward(now, lanes).subarray(0, lanes), size);
    // An end cuts the sum, so that what follows belongs to another episode.
    for (let at = size - 1; at >= 0; at--) {
      const later = ends[at] === 1 ? 0 : 1;
      const after = at + lanes < size ? advantages[at + lanes] : 0;
      const surprise = rewards[at] + later * gamma * values[at + lanes] - values[at];
      advantages[at] = surprise + later * gamma * lambda * after;
    }
    metrics.steps += size;
    metrics.meanReturn = returns.reduce((sum, total) => sum + total, 0) / returns.length;
  }

  function learn(from: number, count: number, share: number, left: number): void {
    const range = lastClip + (clip - lastClip) * left;
    const rate = lastRate + (learningRate - lastRate) * left;
    let mean = 0;
    let square = 0;
    for (let row = 0; row < count; row++) {
      const at = rows[from + row];
      inputs.set(states.subarray(at * width, (at + 1) * width), row * width);
      mean += advantages[at] / count;
    }
    for (let row = 0; row < count; row++) square += (advantages[rows[from + row]] - mean) ** 2 / count;
    const deviation = Math.sqrt(square) + 1e-8;

    const logits = policy.forward(inputs, count);
    const fitted = value.forward(inputs, count);
    for (let row = 0; row < count; row++) {
      const at = rows[from + row];
      const entropy = maskedSoftmax(logits, row * actions, masks, at * actions, chances);
      const log = Math.log(chances[taken[at]]) - logs[at];
      const ratio = Math.exp(log);
      const advantage = (advantages[at] - mean) / deviation;
      const outside = Math.abs(ratio - 1) > range;
      const limited = Math.min(1 + range, Math.max(1 - range, ratio)) * advantage;
      // Where the clipped term is the smaller one it doesn't depend on the parameters.
      const pull = ratio * advantage <= limited ? -ratio * advantage : 0;
      for (let action = 0; action < actions; action++) {
        const chance = chances[action];
        const own = (action === taken[at] ? 1 : 0) - chance;
        const flatter = chance > 0 ? chance * (Math.log(chance) + entropy) : 0;
        policySlopes[row * actions + action] = (pull * own + entropyWeight * flatter) / count;
      }
      const error = fitted[row] - (advantages[at] + values[at]);
      valueSlopes[row] = (2 * error) / count;
      metrics.policyLoss -= (share / count) * Math.min(ratio * advantage, limited);
      metrics.valueLoss += (share / count) * error * error;
      metrics.entropy += (share / count) * entropy;
      metrics.divergence += (share / count) * (ratio - 1 - log);
      if (outside) metrics.clipped += share / count;
    }
    policy.backward(policySlopes, count);
    policyAdam.step(policy.parameters, policy.gradient, rate, 0.5);
    value.backward(valueSlopes, count);
    valueAdam.step(value.parameters, value.gradient, rate, 0.5);
    metrics.updates++;
  }

  const rounds = Math.ceil(steps / size);
  for (let round = 0; round < rounds; round++) {
    play();
    Object.assign(metrics, { policyLoss: 0, valueLoss: 0, entropy: 0, divergence: 0, clipped: 0 });
    for (let epoch = 0; epoch < epochs; epoch++) {
      random.shuffle(rows);
      for (let from = 0; from < size; from += batch) {
        const count = Math.min(batch, size - from);
        learn(from, count, count / size / epochs, 1 - round / rounds);
      }
    }
    const enough = await examiner.visit(agent, metrics.steps, round + 1 === rounds);
    metrics.score = examiner.score;
    options.onProgress?.((round + 1) / rounds, metrics, agent);
    if (enough) break;
    await new Promise((resolve) => setImmediate(resolve));
    throwIfAborted(options.signal, "proximal policy optimisation");
  }
  examiner.restore();
  return agent;
}
