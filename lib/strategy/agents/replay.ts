import { requireInteger } from "../../errors";
import type { Random } from "../../random";

/** A step of an agent, over one or more periods. Arrays are copied when it is added. */
export interface Transition {
  state: Float64Array;
  action: number;
  /** Discounted sum of the rewards between the states. */
  reward: number;
  next: Float64Array;
  /** 1 for each action that is allowed in `next`. */
  nextMask: Uint8Array;
  /** What the value of `next` counts: the discount to the power of the periods, 0 where the task ended. */
  discount: number;
}

/** A drawn batch; overwritten by the next. */
export interface Batch {
  /** Places in the memory, for {@link Replay.update}. */
  places: Int32Array;
  /** Importance weights, the largest of them 1. */
  weights: Float64Array;
  /** [batch × state], [batch × state], [batch × actions] */
  states: Float64Array;
  next: Float64Array;
  nextMasks: Uint8Array;
  actions: Int32Array;
  rewards: Float64Array;
  discounts: Float64Array;
}

/**
 * Prioritised experience replay (Schaul et al. 2016): a ring of the latest transitions, drawn with chance
 * proportional to priority^α, where a priority is the size of the last error seen, and weighted by
 * (1 / (N · chance))^β against the bias. New transitions have the highest priority seen so far. α = 0 draws evenly.
 *
 * Draws are stratified, one from each of `batch` equal parts of the total, in a tree of sums: O(log capacity) each.
 */
export class Replay {
  /** Transitions held. */
  size = 0;
  private next = 0;
  private highest = 1;
  private readonly leaves: number;
  private readonly sums: Float64Array;
  private readonly states: Float64Array;
  private readonly nexts: Float64Array;
  private readonly masks: Uint8Array;
  private readonly actions: Int32Array;
  private readonly rewards: Float64Array;
  private readonly discounts: Float64Array;
  private readonly batch: Batch;
  private readonly width: number;
  private readonly choices: number;
  private readonly alpha: number;
  private readonly capacity: number;

  constructor(options: { capacity: number; width: number; actions: number; batch: number; alpha: number }) {
    const capacity = requireInteger(options.capacity, "capacity", 1);
    this.capacity = capacity;
    this.width = options.width;
    this.choices = options.actions;
    this.alpha = options.alpha;
    this.leaves = 1;
    while (this.leaves < capacity) this.leaves *= 2;
    this.sums = new Float64Array(2 * this.leaves);
    this.states = new Float64Array(capacity * this.width);
    this.nexts = new Float64Array(capacity * this.width);
    this.masks = new Uint8Array(capacity * this.choices);
    this.actions = new Int32Array(capacity);
    this.rewards = new Float64Array(capacity);
    this.discounts = new Float64Array(capacity);
    const rows = requireInteger(options.batch, "batch", 1);
    this.batch = {
      ...{ places: new Int32Array(rows), weights: new Float64Array(rows), actions: new Int32Array(rows) },
      ...{ states: new Float64Array(rows * this.width), next: new Float64Array(rows * this.width) },
      ...{ nextMasks: new Uint8Array(rows * this.choices), rewards: new Float64Array(rows) },
      discounts: new Float64Array(rows),
    };
  }

  add(transition: Transition): void {
    const place = this.next;
    this.states.set(transition.state, place * this.width);
    this.nexts.set(transition.next, place * this.width);
    this.masks.set(transition.nextMask, place * this.choices);
    this.actions[place] = transition.action;
    this.rewards[place] = transition.reward;
    this.discounts[place] = transition.discount;
    this.setPriority(place, this.highest);
    this.next = (place + 1) % this.capacity;
    if (this.size < this.capacity) this.size++;
  }

  /** @param beta how much of the bias is weighted away, in [0, 1]. */
  sample(random: Random, beta: number): Batch {
    const { batch, width, choices, sums } = this;
    const rows = batch.places.length;
    let largest = 0;
    for (let row = 0; row < rows; row++) {
      const place = this.find(((row + random.uniform()) / rows) * sums[1]);
      const weight = (sums[1] / (this.size * sums[this.leaves + place])) ** beta;
      batch.places[row] = place;
      batch.weights[row] = weight;
      if (weight > largest) largest = weight;
      for (let i = 0; i < width; i++) {
        batch.states[row * width + i] = this.states[place * width + i];
        batch.next[row * width + i] = this.nexts[place * width + i];
      }
      for (let i = 0; i < choices; i++) batch.nextMasks[row * choices + i] = this.masks[place * choices + i];
      batch.actions[row] = this.actions[place];
      batch.rewards[row] = this.rewards[place];
      batch.discounts[row] = this.discounts[place];
    }
    for (let row = 0; row < rows; row++) batch.weights[row] /= largest;
    return batch;
  }

  /** Takes the sizes of the errors found for a batch as its transitions' new priorities. */
  update(places: Int32Array, errors: Float64Array): void {
    for (let row = 0; row < places.length; row++) {
      const priority = Math.abs(errors[row]) + 1e-6;
      if (priority > this.highest) this.highest = priority;
      this.setPriority(places[row], priority);
    }
  }

  private setPriority(place: number, priority: number): void {
    let node = this.leaves + place;
    this.sums[node] = priority ** this.alpha;
    for (node >>= 1; node > 0; node >>= 1) this.sums[node] = this.sums[2 * node] + this.sums[2 * node + 1];
  }

  private find(target: number): number {
    let node = 1;
    let left = target;
    while (node < this.leaves) {
      node *= 2;
      if (left >= this.sums[node] && this.sums[node + 1] > 0) left -= this.sums[node++];
    }
    return Math.min(node - this.leaves, this.size - 1);
  }
}
