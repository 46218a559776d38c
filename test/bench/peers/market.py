"""The shop's flash sale of market.bench.ts in Python: for Gymnasium, one at a time, and in NumPy, many side by side.

Reads one JSON request a line, answers one JSON line: the seconds that the steps took, and each sale's outcome. The policy
is the benchmark's: offer `plan[step]` of every product where the mask allows it, else the first of the menu.
"""

import json
import sys
import time

import numpy as np
from market_batch import FlashSales
from market_single import FlashSale
from market_tables import Tables


def single(tables, plan, slots, sales, seed):
    environment = FlashSale(tables)
    outcomes, action = [], np.array([1] + [0] * tables.P + slots)
    offsets = (2 + np.cumsum([0, *tables.offer_counts[:-1]])).tolist()
    observation, info = environment.reset(seed=seed)
    start = time.perf_counter()
    for _ in range(sales):
        total, ended = 0.0, False
        for offer in plan:
            mask = info["action_mask"]
            for i, offset in enumerate(offsets):
                action[1 + i] = offer if mask[offset + offer] else 0
            observation, reward, ended, _, info = environment.step(action)
            total += reward
        outcomes.append({"contribution": total, **environment.account})
        observation, info = environment.reset()
    seconds = time.perf_counter() - start
    return seconds, {name: [outcome[name] for outcome in outcomes] for name in outcomes[0]}


def batched(tables, plan, slots, sales, seed, rounds):
    environment = FlashSales(tables, sales, seed)
    outcome, actions = {}, np.ones((sales, 1 + tables.P + len(slots)), int)
    actions[:, 1 + tables.P :] = slots
    start = time.perf_counter()
    for _ in range(rounds):
        _, (mask, _) = environment.reset()
        total = np.zeros(sales)
        for offer in plan:
            actions[:, 1 : 1 + tables.P] = np.where(mask[:, :, offer], offer, 0)
            _, reward, _, (mask, _) = environment.step(actions)
            total += reward
        for name, values in {"contribution": total, **environment.account}.items():
            outcome.setdefault(name, []).extend(values.tolist())
    return time.perf_counter() - start, outcome


for line in sys.stdin:
    request = json.loads(line)
    tables = Tables(request["spec"])
    task = {name: request[name] for name in ("plan", "slots", "sales", "seed")}
    if request["task"] == "single":
        seconds, outcome = single(tables, **task)
    else:
        seconds, outcome = batched(tables, **task, rounds=request["rounds"])
    print(json.dumps({"seconds": seconds, "outcome": outcome if request["outcomes"] else {}}), flush=True)
