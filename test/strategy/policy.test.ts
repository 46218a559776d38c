import { test } from "uvu";
import * as assert from "uvu/assert";
import { asPolicy, policyFromActions, policyFromAgent, stateOf, tabulate } from "../../lib/strategy/policy";
import { exampleSale, tinySale } from "./sales";

test("a policy written out and read back is the same policy", () => {
  for (const sale of [exampleSale(), exampleSale({ markdownOnly: true })]) {
    const policy = (period: number, stock: number, last: number) => Math.min(7, last + ((period + stock) % 2));
    const back = asPolicy(sale, tabulate(sale, policy));
    for (let period = 0; period < sale.periods; period++)
      for (let stock = 0; stock <= sale.stock; stock++)
        for (let last = 0; last < sale.memory; last++)
          assert.is(back(period, stock, last), policy(period, stock, last));
  }
});

test("a level off the ladder, or a price that would rise, is refused with its state", () => {
  assert.throws(() => tabulate(tinySale(), () => 3), /3 at period 0, stock 0.*0 to 2/);
  assert.throws(() => tabulate(tinySale(), () => 0.5), /0\.5/);
  assert.throws(
    () => tabulate(tinySale({ markdownOnly: true }), () => 0),
    /0 at period 0, stock 0, last level 1.*1 to 2/,
  );
});

test("an agent's table keeps the last level where it names a forbidden one", () => {
  const sale = tinySale({ markdownOnly: true });
  const actions = new Uint8Array(sale.periods * (sale.stock + 1) * sale.memory + 7);
  actions[stateOf(sale, 1, 2, 0)] = 2;
  const table = policyFromActions(sale, actions);
  assert.is(table.levels[stateOf(sale, 1, 2, 0)], 2);
  assert.is(table.levels[stateOf(sale, 1, 2, 1)], 1);
  assert.is(table.levels[stateOf(sale, 0, 3, 2)], 2);
});

test("a network's agent is asked in every state that can be met, with what the environment would have shown it", () => {
  for (const markdownOnly of [false, true]) {
    const sale = tinySale({ markdownOnly });
    const asked: string[] = [];
    const table = policyFromAgent(sale, {
      act(observation, mask) {
        asked.push(`${Array.from(observation).join()}|${mask.join("")}`);
        return mask.lastIndexOf(1);
      },
    });
    assert.is(asked.length, sale.periods * sale.stock * sale.memory);
    assert.is(new Set(asked).size, asked.length);
    assert.ok(asked.includes(markdownOnly ? "1,3,1|011" : "1,3|111"));
    assert.is(table.levels[stateOf(sale, 2, 1, 0)], 2);
    // Nothing left to sell: the level before.
    assert.is(table.levels[stateOf(sale, 1, 0, sale.memory - 1)], sale.memory - 1);
  }
});

test.run();
