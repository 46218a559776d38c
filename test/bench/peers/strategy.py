"""The flash sale of strategy.bench.ts in Python: the same dynamic program in NumPy, the same Q-learning in plain Python.

Reads one JSON request a line, answers one JSON line: the seconds that the work took, and what came of it.
"""

import json
import random
import sys
import time
from bisect import bisect_right

import numpy as np
from scipy.stats import poisson


class Sale:
    def __init__(self, request):
        self.stock = request["stock"]
        self.prices = np.array(request["prices"])
        self.rates = np.array(request["rates"]).reshape(-1, len(self.prices))  # [periods, levels]
        self.cost = request["cost"]
        self.salvage = request["salvage"]


def solve(sale):
    """Backward induction, one convolution a period and level; returns the value and the policy."""
    n = np.arange(sale.stock + 1)
    probabilities = poisson.pmf(n, sale.rates[:, :, None])  # [periods, levels, stock + 1]
    survival = poisson.sf(n - 1, sale.rates[:, :, None])
    sales = np.concatenate([np.zeros((*sale.rates.shape, 1)), np.cumsum(survival[:, :, 1:], axis=2)], axis=2)
    margins = sale.prices - sale.cost
    values = n * (sale.salvage - sale.cost)
    policy = np.zeros((len(sale.rates), sale.stock + 1), dtype=np.uint8)
    for period in range(len(sale.rates) - 1, -1, -1):
        gains = np.empty((len(margins), sale.stock + 1))
        for level, margin in enumerate(margins):
            ahead = np.convolve(probabilities[period, level], values)[: sale.stock + 1]
            # The convolution's term k = n sells out, and so does all demand beyond it.
            ahead += (survival[period, level] - probabilities[period, level]) * values[0]
            gains[level] = margin * sales[period, level] + ahead
        policy[period] = gains.argmax(axis=0)
        values = gains.max(axis=0)
    return values[sale.stock], policy


class FlashSale:
    """Gymnasium's interface; demand by inverting its distribution function with one uniform number."""

    def __init__(self, sale, seed):
        self.sale = sale
        self.random = random.Random(seed).random
        counts = np.arange(sale.stock)
        self.cdf = [[row.tolist() for row in rows] for rows in poisson.cdf(counts, sale.rates[:, :, None])]
        self.margins = (sale.prices - sale.cost).tolist()

    def reset(self):
        self.period, self.left = 0, self.sale.stock
        return (self.period, self.left), {}

    def step(self, action):
        sold = min(bisect_right(self.cdf[self.period][action], self.random()), self.left)
        self.period += 1
        self.left -= sold
        reward = sold * self.margins[action]
        terminated = self.left == 0 or self.period == len(self.cdf)
        if terminated:
            reward += self.left * (self.sale.salvage - self.sale.cost)
        return (self.period, self.left), reward, terminated, False, {}


def q_learning(sale, episodes, seed):
    """The rates and the exploration of lib/strategy/agents/q-learning.ts; returns the greedy policy and the steps taken."""
    environment = FlashSale(sale, seed)
    draw = random.Random(f"exploration {seed}").random
    levels = len(sale.prices)
    width = sale.stock + 1
    values = [[0.0] * levels for _ in range((len(sale.rates) + 1) * width)]
    visits = [[0] * levels for _ in values]
    rate = [0.0] + [visit**-0.75 for visit in range(1, 4096)]
    steps = 0
    for episode in range(episodes):
        exploration = 0.1 + 0.9 * max(0.0, 1 - episode / (episodes * 0.5))
        (period, left), _ = environment.reset()
        state = period * width + left
        terminated = False
        while not terminated:
            row = values[state]
            action = int(draw() * levels) if draw() < exploration else row.index(max(row))
            (period, left), reward, terminated, _, _ = environment.step(action)
            future = period * width + left
            target = reward if terminated else reward + max(values[future])
            visits[state][action] += 1
            visit = visits[state][action]
            row[action] += (rate[visit] if visit < 4096 else visit**-0.75) * (target - row[action])
            state = future
            steps += 1
    return steps


for line in sys.stdin:
    request = json.loads(line)
    work = Sale(request)
    start = time.perf_counter()
    if request["task"] == "solve":
        result = float(solve(work)[0])
    else:
        result = q_learning(work, request["episodes"], request["seed"])
    print(json.dumps({"seconds": time.perf_counter() - start, "result": result}), flush=True)
