import { test } from "uvu";
import * as assert from "uvu/assert";
import { History } from "../../lib/kernel/history";

function filled(): History {
  const history = new History();
  ["1+1", "let a = 2", "1+1", "show(a)"].forEach((input, index) => {
    history.add(index + 1, input);
  });
  history.setOutput("shown");
  return history;
}

function lines(request: Record<string, unknown>): unknown[] {
  const rows = filled().reply({ output: false, raw: true, ...request }).history as [number, number, string][];
  return rows.map(([, line]) => line);
}

test("tail gives the last n, and all where fewer are there", () => {
  assert.equal(lines({ hist_access_type: "tail", n: 2 }), [3, 4]);
  assert.equal(lines({ hist_access_type: "tail", n: 9 }), [1, 2, 3, 4]);
  assert.equal(lines({ hist_access_type: "tail", n: 0 }), []);
});

test("range counts lines from 1 and leaves the stop out; other sessions are empty", () => {
  assert.equal(lines({ hist_access_type: "range", session: 0, start: 2, stop: 4 }), [2, 3]);
  assert.equal(lines({ hist_access_type: "range", session: 1, start: 4 }), [4]);
  assert.equal(lines({ hist_access_type: "range", session: -1, start: 1, stop: 9 }), []);
});

test("search takes a glob over whole inputs, the latest n, once each if unique", () => {
  assert.equal(lines({ hist_access_type: "search", pattern: "1+?" }), [1, 3]);
  assert.equal(lines({ hist_access_type: "search", pattern: "1+?", unique: true }), [3]);
  assert.equal(lines({ hist_access_type: "search", pattern: "*a*" }), [2, 4]);
  assert.equal(lines({ hist_access_type: "search", pattern: "*", n: 1 }), [4]);
  assert.equal(lines({ hist_access_type: "search", pattern: "a" }), []);
});

test("outputs come beside inputs when asked for", () => {
  const { history } = filled().reply({ hist_access_type: "tail", n: 2, output: true, raw: true });
  assert.equal(history, [
    [1, 3, ["1+1", null]],
    [1, 4, ["show(a)", "shown"]],
  ]);
});

test.run();
