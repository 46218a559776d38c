import type { EventSequences } from "../../lib/models/sequences/batches";
import { createRandom } from "../../lib/random";

/** Users of ten events whose items go round in a circle of 20, each from a start of their own. */
export function circles(users: number): EventSequences {
  const random = createRandom("circles");
  const offsets = Int32Array.from({ length: users + 1 }, (_, user) => user * 10);
  const items = new Int32Array(users * 10);
  for (let user = 0; user < users; user++) {
    const start = random.integer(20);
    for (let step = 0; step < 10; step++) items[user * 10 + step] = 1 + ((start + step) % 20);
  }
  return { offsets, fields: [items] };
}
