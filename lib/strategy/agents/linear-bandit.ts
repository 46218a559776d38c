import { DataError, InputError, requireInteger, requireNumber } from "../../errors";
import type { Random } from "../../random";
import { cholesky } from "../../statistics/cholesky";

/** How a {@link linearBandit} explores. */
export interface LinearBanditOptions {
  /** Numbers in a context. */
  width: number;
  actions: number;
  /** "ucb" adds what a reward may still be above its estimate; "thompson" draws coefficients from their posterior. */
  method: "ucb" | "thompson";
  /** α of LinUCB or v of Thompson sampling: how many standard deviations, in units of the rewards' noise. Default 1. */
  exploration?: number;
  /** Weight of the pull of coefficients towards 0, above 0. Default 1. */
  ridge?: number;
  /** Source of Thompson's draws; needed for them. */
  random?: Random;
}

/** One linear model of the reward for each action, and a rule that chooses among them. */
export interface LinearBandit {
  /** The allowed action (mask 1; default all) of the highest index; of equal ones the lowest. */
  choose(context: ArrayLike<number>, mask?: Uint8Array): number;
  /** The allowed action of the highest estimated reward: no exploration, no draws. */
  best(context: ArrayLike<number>, mask?: Uint8Array): number;
  /** Takes in what an action brought. */
  learn(context: ArrayLike<number>, action: number, reward: number): void;
  /** Estimated reward of an action, θ̂ · x. */
  estimate(context: ArrayLike<number>, action: number): number;
  /** The estimate with its exploration: raised by α deviations, or of a draw. */
  index(context: ArrayLike<number>, action: number): number;
  /** Its standard deviation in units of the rewards' noise, √(xᵀ A⁻¹ x). */
  deviation(context: ArrayLike<number>, action: number): number;
  save(): LinearBanditDocument;
}

/** A saved {@link LinearBandit}: plain JSON. */
export interface LinearBanditDocument {
  kind: "linear-bandit";
  method: LinearBanditOptions["method"];
  exploration: number;
  width: number;
  /** What is known of each action: A⁻¹ [width × width] row by row, and Σ r x [width]. */
  models: { inverse: number[]; rewards: number[] }[];
}

/**
 * Contextual bandits with a reward linear in the context, coefficients for each action apart:
 *
 *   A = ridge · I + Σ x xᵀ,   θ̂ = A⁻¹ Σ r x   over the times the action was taken,
 *   LinUCB (Li et al. 2010, algorithm 1): argmax θ̂ · x + α √(xᵀ A⁻¹ x),
 *   Thompson sampling (Agrawal and Goyal 2013): argmax θ · x, θ ~ N(θ̂, v² A⁻¹) for each action.
 *
 * A⁻¹ is kept up to date by Sherman and Morrison's formula.
 */
export function linearBandit(options: LinearBanditOptions): LinearBandit {
  return startBandit(options);
}

/** A bandit that starts from what is `known` of each action, or from nothing. */
function startBandit(options: LinearBanditOptions, known?: LinearBanditDocument["models"]): LinearBandit {
  const width = requireInteger(options.width, "width", 1);
  const actions = requireInteger(options.actions, "actions", 1);
  const exploration = requireNumber(options.exploration ?? 1, "exploration", 0);
  const ridge = requireNumber(options.ridge ?? 1, "ridge", Number.MIN_VALUE);
  const { method, random } = options;
  if (method === "thompson" && random === undefined)
    throw new InputError("Thompson sampling draws numbers", { place: "random", remedy: "Pass a generator." });

  const models = Array.from({ length: actions }, () => {
    const inverse = new Float64Array(width * width);
    for (let i = 0; i < width; i++) inverse[i * width + i] = 1 / ridge;
    return { inverse, rewards: new Float64Array(width), coefficients: new Float64Array(width) };
  });
  const along = new Float64Array(width);
  const every = new Uint8Array(actions).fill(1);

  /** A⁻¹ v, into `along`. */
  function multiply(inverse: Float64Array, vector: ArrayLike<number>): Float64Array {
    for (let i = 0; i < width; i++) {
      along[i] = 0;
      for (let j = 0; j < width; j++) along[i] += inverse[i * width + j] * vector[j];
    }
    return along;
  }

  function highest(mask: Uint8Array, index: (action: number) => number): number {
    let best = -1;
    let value = -Infinity;
    for (let action = 0; action < actions; action++) {
      if (mask[action] !== 1) continue;
      const one = index(action);
      if (best < 0 || one > value) {
        best = action;
        value = one;
      }
    }
    if (best < 0) throw new InputError("no action is allowed", { value: Array.from(mask), place: "mask" });
    return best;
  }

  /** θ · x of one draw of θ. */
  function draw(context: ArrayLike<number>, action: number): number {
    const factor = cholesky(models[action].inverse, width);
    const normals = Float64Array.from({ length: width }, () => (random as Random).normal());
    let value = bandit.estimate(context, action);
    for (let i = 0; i < width; i++)
      for (let j = 0; j <= i; j++) value += exploration * factor[i * width + j] * normals[j] * context[i];
    return value;
  }

  const bandit: LinearBandit = {
    choose: (context, mask = every) => highest(mask, (action) => bandit.index(context, action)),
    index: (context, action) =>
      method === "thompson"
        ? draw(context, action)
        : bandit.estimate(context, action) + exploration * bandit.deviation(context, action),
    best: (context, mask = every) => highest(mask, (action) => bandit.estimate(context, action)),
    learn(context, action, reward) {
      requireNumber(reward, "reward");
      const { inverse, rewards, coefficients } = models[requireInteger(action, "action", 0, actions - 1)];
      const step = multiply(inverse, context);
      let scale = 1;
      for (let i = 0; i < width; i++) scale += context[i] * step[i];
      for (let i = 0; i < width; i++)
        for (let j = 0; j < width; j++) inverse[i * width + j] -= (step[i] * step[j]) / scale;
      for (let i = 0; i < width; i++) rewards[i] += reward * context[i];
      coefficients.set(multiply(inverse, rewards));
    },
    estimate(context, action) {
      const { coefficients } = models[action];
      let value = 0;
      for (let i = 0; i < width; i++) value += coefficients[i] * context[i];
      return value;
    },
    deviation(context, action) {
      const step = multiply(models[action].inverse, context);
      let square = 0;
      for (let i = 0; i < width; i++) square += context[i] * step[i];
      return Math.sqrt(Math.max(0, square));
    },
    save: () => ({
      ...{ kind: "linear-bandit", method, exploration, width },
      models: models.map(({ inverse, rewards }) => ({ inverse: Array.from(inverse), rewards: Array.from(rewards) })),
    }),
  };
  for (const [action, { inverse, rewards }] of (known ?? []).entries()) {
    const model = models[action];
    model.inverse.set(inverse);
    model.rewards.set(rewards);
    model.coefficients.set(multiply(model.inverse, model.rewards));
  }
  return bandit;
}

/**
 * The bandit that {@link LinearBandit.save} wrote; it goes on learning. `random` is for Thompson's draws. Throws
 * {@link DataError} for another document, or one whose parts don't fit together.
 */
export function loadLinearBandit(document: LinearBanditDocument, random?: Random): LinearBandit {
  const { kind, method, exploration, width, models } = document;
  const wrong = (place: string, value: unknown) =>
    new DataError("this document is no linear bandit", { value, place, remedy: "Give what save() wrote." });
  if (kind !== "linear-bandit") throw wrong("document.kind", kind);
  if (method !== "ucb" && method !== "thompson") throw wrong("document.method", method);
  if (!Array.isArray(models) || models.length === 0) throw wrong("document.models", models);
  for (const [action, { inverse, rewards }] of models.entries())
    if (inverse?.length !== width ** 2 || rewards?.length !== width || ![...inverse, ...rewards].every(Number.isFinite))
      throw wrong(`document.models[${action}]`, { inverse, rewards });
  return startBandit({ width, actions: models.length, method, exploration, random }, models);
}
