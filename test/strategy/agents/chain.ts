import type { BoxSpace, Environment, StepInfo } from "../../../lib/strategy/environment";

/**
 * Cells 0 … `cells`, from 0 to the last; each step costs 0.1, the last cell pays 1. Action 1 goes on, 0 stays, and 2,
 * which would pay 5 at once, is forbidden. The end is a termination, 20 steps are a truncation. Its values under
 * discount γ can be written down.
 */
export function chain(cells: number): Environment<Float64Array> & { forbidden: number } {
  const observation = new Float64Array(1);
  const info: StepInfo = { actionMask: Uint8Array.of(1, 1, 0) };
  const result = { observation, reward: 0, terminated: false, truncated: false, info };
  const observationSpace: BoxSpace = {
    ...{ kind: "box", low: Float64Array.of(0), high: Float64Array.of(1), names: ["cell"] },
  };
  let cell = 0;
  let steps = 0;
  const environment = {
    ...{ observationSpace, actionSpace: { kind: "discrete" as const, count: 3 }, forbidden: 0 },
    reset() {
      cell = 0;
      steps = 0;
      observation[0] = 0;
      return { observation, info };
    },
    step(action: number) {
      if (action === 2) environment.forbidden++;
      cell += action;
      observation[0] = cell / cells;
      result.terminated = cell >= cells;
      result.truncated = ++steps === 20;
      result.reward = action === 2 ? 5 : result.terminated ? 0.9 : -0.1;
      return result;
    },
  };
  return environment;
}
