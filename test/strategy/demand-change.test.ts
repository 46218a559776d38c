import { test } from "uvu";
import * as assert from "uvu/assert";
import { believedDemands, wrongDemands } from "../../lib/strategy/demand-change";

test("the usual errors: one thing is wrong at a time, the competitor's sale from half-way on", () => {
  const wrong = wrongDemands(5, { loss: 0.4 });
  assert.equal(wrong["as believed"], { elasticity: 1, traffic: new Float64Array(5).fill(1) });
  assert.equal(
    Object.values(wrong).map(({ elasticity }) => elasticity),
    [1, 0.7, 1.3, 1, 1, 1],
  );
  assert.equal(wrong["traffic −50 %"].traffic, new Float64Array(5).fill(0.5));
  assert.equal(Array.from(wrong["competitor's sale half-way"].traffic), [1, 1, 1, 0.6, 0.6]);
});

test("a belief sums to 1, is highest where nothing is wrong, and gives a competitor the chance that was named", () => {
  const plain = believedDemands(8);
  assert.is(plain.changes.length, 12);
  const most = plain.prior.indexOf(Math.max(...plain.prior));
  assert.equal(plain.changes[most], { elasticity: 1, traffic: new Float64Array(8).fill(1) });
  const wary = believedDemands(8, { competitor: 0.3, every: 2 });
  assert.is(wary.changes.length, 12 * 4);
  assert.ok(Math.abs(wary.prior.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-12);
  const attacked = wary.changes.reduce((sum, { traffic }, i) => sum + (traffic[7] < traffic[0] ? wary.prior[i] : 0), 0);
  assert.ok(Math.abs(attacked - 0.3) < 1e-12);
  const starts = new Set(wary.changes.map(({ traffic }) => traffic.findIndex((factor) => factor < traffic[0])));
  assert.equal([...starts].sort(), [-1, 2, 4, 6]);
  assert.throws(() => believedDemands(8, { competitor: 2 }), /competitor/);
  assert.throws(() => believedDemands(8, { traffic: [0] }), /traffic/);
  assert.throws(() => wrongDemands(1), /periods/);
});

test.run();
