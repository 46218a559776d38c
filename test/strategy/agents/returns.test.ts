import { test } from "uvu";
import * as assert from "uvu/assert";
import { AbortedError } from "../../../lib/errors";
import { fixedDiscount } from "../../../lib/strategy/agents/fixed";
import { returnsOf } from "../../../lib/strategy/agents/returns";
import { CartPole } from "../../../lib/strategy/control/cart-pole";
import { FlashSale } from "../../../lib/strategy/market/flash-sale";
import { simulate } from "../../../lib/strategy/simulate";
import { exampleSale } from "../sales";
import { chain } from "./chain";

test("an episode that terminates and one that is cut off are both summed to their end", () => {
  const go = returnsOf(chain(3), { act: () => 1 }, { episodes: 2, seed: 1 });
  assert.ok(go.every((sum) => Math.abs(sum - (0.9 - 0.2)) < 1e-12));
  const stay = returnsOf(chain(3), { act: () => 0 }, { episodes: 1, seed: 1 });
  assert.ok(Math.abs(stay[0] + 2) < 1e-12);
});

test("on a sale they are the simulation's margins, customer by customer", () => {
  const sale = exampleSale();
  const expected = simulate(sale, fixedDiscount(3), { sales: 20, seed: 5 }).margins;
  const found = returnsOf(new FlashSale(sale), { act: () => 3 }, { episodes: 20, seed: 5 });
  expected.forEach((margin, i) => {
    assert.ok(Math.abs(margin - found[i]) < 1e-9);
  });
});

test("one seed, one list; it can be stopped", () => {
  const run = (seed: number) =>
    returnsOf(new CartPole(), { act: ([, , angle]) => (angle > 0 ? 1 : 0) }, { episodes: 5, seed });
  assert.equal(run(1), run(1));
  assert.not.equal(run(1), run(2));
  const signal = AbortSignal.abort();
  assert.throws(
    () => returnsOf(new CartPole(), { act: () => 1 }, { episodes: 5, seed: 1, signal }),
    (error: unknown) => error instanceof AbortedError,
  );
});

test.run();
