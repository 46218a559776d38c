import { InputError } from "../../errors";
import { createRandom, type Random } from "../../random";
import type { BoxSpace, DiscreteSpace, Environment, ResetResult, StepInfo, StepResult } from "../environment";

const GRAVITY = 9.8;
const TOTAL_MASS = 1.1;
const POLE_MASS = 0.1;
/** Half the pole's length, in metres. */
const LENGTH = 0.5;
const MOMENT = POLE_MASS * LENGTH;
const FORCE = 10;
/** Seconds a step. */
const TAU = 0.02;
const FARTHEST = 2.4;
const STEEPEST = (12 * 2 * Math.PI) / 360;
const MOST_STEPS = 500;

/**
 * Moves a cart with a pole on it by one step of 0.02 s under a push to the left (action 0) or right (1), in place:
 * Euler's method on Florian's (2007) equations without friction, operation by operation as Gymnasium's CartPole does.
 *
 * @param state position (m), velocity (m/s), angle (rad), angular velocity (rad/s): [4].
 */
export function moveCartPole(state: Float64Array, action: number): void {
  const [position, velocity, angle, spin] = state;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const push = ((action === 1 ? FORCE : -FORCE) + MOMENT * (spin * spin) * sin) / TOTAL_MASS;
  const turn = (GRAVITY * sin - cos * push) / (LENGTH * (4 / 3 - (POLE_MASS * (cos * cos)) / TOTAL_MASS));
  state[0] = position + TAU * velocity;
  state[1] = velocity + TAU * (push - (MOMENT * turn * cos) / TOTAL_MASS);
  state[2] = angle + TAU * spin;
  state[3] = spin + TAU * turn;
}

/** Whether the cart has left the track or the pole has fallen over 12 degrees. */
export function hasFallen(state: Float64Array): boolean {
  return Math.abs(state[0]) > FARTHEST || Math.abs(state[2]) > STEEPEST;
}

/**
 * The pole on a cart of Barto, Sutton and Anderson (1983) with the rules of Gymnasium's CartPole-v1: it starts within
 * 0.05 of rest, every step pays 1, it terminates when {@link hasFallen} and is cut off (truncated) after 500 steps. A
 * test of agents outside our own market: one counts as solved at a mean of 475 over 100 episodes.
 *
 * Differs in that observations keep double precision (Gymnasium rounds them to single).
 */
export class CartPole implements Environment<Float64Array> {
  readonly observationSpace: BoxSpace = {
    kind: "box",
    low: Float64Array.of(-2 * FARTHEST, -Infinity, -2 * STEEPEST, -Infinity),
    high: Float64Array.of(2 * FARTHEST, Infinity, 2 * STEEPEST, Infinity),
    names: ["position (m)", "velocity (m/s)", "angle (rad)", "angular velocity (rad/s)"],
  };
  readonly actionSpace: DiscreteSpace = { kind: "discrete", count: 2 };
  private readonly state = new Float64Array(4);
  private readonly info: StepInfo = { actionMask: Uint8Array.of(1, 1) };
  private readonly result: StepResult<Float64Array, StepInfo>;
  private random: Random;
  private steps = 0;
  private running = false;

  /** @param seed of the first episode, if `reset` gives none. */
  constructor(seed: number | string = 0) {
    this.random = createRandom(seed);
    this.result = { observation: this.state, reward: 1, terminated: false, truncated: false, info: this.info };
  }

  reset(options: { seed?: number | string } = {}): ResetResult<Float64Array, StepInfo> {
    if (options.seed !== undefined) this.random = createRandom(options.seed);
    for (let i = 0; i < 4; i++) this.state[i] = 0.1 * this.random.uniform() - 0.05;
    this.steps = 0;
    this.running = true;
    this.result.terminated = false;
    this.result.truncated = false;
    return this.result;
  }

  /** Throws {@link InputError} before the first reset, after the end, and for an action other than 0 and 1. */
  step(action: number): StepResult<Float64Array, StepInfo> {
    if (!this.running)
      throw new InputError("the episode is not running", { place: "step", remedy: "Call reset() to start the next." });
    if (action !== 0 && action !== 1)
      throw new InputError("a cart is pushed left (0) or right (1)", { value: action, place: "action" });
    moveCartPole(this.state, action);
    this.result.terminated = hasFallen(this.state);
    this.result.truncated = ++this.steps === MOST_STEPS;
    this.running = !this.result.terminated && !this.result.truncated;
    return this.result;
  }
}
