import { InputError, requireNumber, throwIfAborted } from "../../../errors";
import { type LoggedSteps, splitEpisodes } from "../../logs/logged-steps";
import { type Actor, deterministic } from "../../logs/step-policy";
import { type EvaluationOptions, fittedQEvaluation } from "./fitted-q-evaluation";

/** One way to learn, of several to choose from. */
export interface Candidate<Agent extends Actor> {
  name: string;
  learn(log: LoggedSteps): Promise<Agent>;
}

/** How {@link chooseByLog} chooses. */
export interface ChoiceOptions {
  /** Seed of the split. */
  seed: number | string;
  /** Share of the episodes that is learnt from, in (0, 1). Default 0.5. */
  share?: number;
  /** How the two sides judge. */
  evaluation?: EvaluationOptions;
  /** Called after each candidate with the share done. */
  onProgress?(done: number): void;
  signal?: AbortSignal;
}

/** What {@link chooseByLog} chose. */
export interface Choice<Agent extends Actor> {
  name: string;
  agent: Agent;
  /**
   * All of them, in the order given, with what each would earn an episode as the two sides say, the side it learnt from first,
   * and the lesser of the two.
   */
  candidates: { name: string; agent: Agent; estimate: number; estimates: number[] }[];
  /** The two sides of the log: what was learnt from, what judged. */
  learnt: LoggedSteps;
  judged: LoggedSteps;
}

/**
 * Chooses among agents, or their settings, by the log alone: each learns from one half of the episodes; fitted Q evaluation says
 * on each half what its best actions would earn; the agent whose lesser estimate is the highest wins, of equal ones the first.
 * (It has to convince both: where a policy leaves what the log covers, the estimates go apart.) The agent that was judged is the
 * one returned; nothing is learnt anew from the whole, since nobody would have judged that.
 *
 * The winner's estimate is too high, as the largest of several noisy ones is. Throws {@link InputError} without candidates.
 */
export async function chooseByLog<Agent extends Actor>(
  log: LoggedSteps,
  candidates: readonly Candidate<Agent>[],
  options: ChoiceOptions,
): Promise<Choice<Agent>> {
  if (candidates.length === 0) throw new InputError("there is nothing to choose from", { place: "candidates" });
  const share = requireNumber(options.share ?? 0.5, "share", Number.EPSILON, 1 - Number.EPSILON);
  const [learnt, judged] = splitEpisodes(log, share, options.seed);
  const results: Choice<Agent>["candidates"] = [];
  for (const { name, learn } of candidates) {
    throwIfAborted(options.signal, "choosing by the log");
    const agent = await learn(learnt);
    const estimates = [learnt, judged].map((half) => {
      const evaluation = fittedQEvaluation(half, deterministic(agent), {
        ...options.evaluation,
        signal: options.signal,
      });
      evaluation.dispose();
      return evaluation.value;
    });
    results.push({ name, agent, estimate: Math.min(...estimates), estimates });
    options.onProgress?.(results.length / candidates.length);
  }
  const { name, agent } = results.reduce((best, one) => (one.estimate > best.estimate ? one : best));
  return { name, agent, candidates: results, learnt, judged };
}
