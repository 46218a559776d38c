"""The flash sale as a Gymnasium environment, one at a time, in Python: lists and floats in the inner loops, where they
are faster than NumPy's scalars."""

import math
from bisect import bisect_right
from itertools import accumulate

import gymnasium
import numpy as np


class FlashSale(gymnasium.Env):
    def __init__(self, tables):
        t = self.t = tables
        self.attraction, self.waiting = t.attraction.tolist(), t.waiting.tolist()
        self.paid, self.cost, self.gift, self.borrowed = (x.tolist() for x in (t.paid, t.cost, t.gift, t.borrowed))
        self.units, self.saving, self.net, self.dearest = (x.tolist() for x in (t.units, t.saving, t.net, t.dearest))
        self.countdown, self.scarcity, self.shares = t.countdown.tolist(), t.scarcity.tolist(), t.shares.tolist()
        self.segment, self.strategic, self.returning = t.segment.tolist(), t.strategic.tolist(), t.returning.tolist()
        self.sensitivity, self.lifts, self.static = t.sensitivity.tolist(), t.lifts.tolist(), t.static.tolist()
        self.list, self.unit_cost, self.salvage = t.list.tolist(), t.unit_cost.tolist(), t.salvage.tolist()
        self.start, self.arrivals = t.stock.tolist(), t.arrivals.tolist()
        counts = [2, *t.offer_counts, *([t.P + 1] * len(self.lifts))]
        self.action_space = gymnasium.spaces.MultiDiscrete(counts)
        self.observation_space = gymnasium.spaces.Box(0, 1, (4 + 3 * t.P,), np.float64)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.step_, self.opened, self.left = 0, -1, self.t.budget
        self.stock, self.pending = list(self.start), [0] * self.t.P
        self.sold, self.last, self.pools = [0] * self.t.P, [-1] * self.t.P, [0] * self.t.K
        self.account = dict.fromkeys(("visitors", "visits", "demanded", "orders", "buyers", "units", "surplus"), 0)
        return self._observation(), {"action_mask": self._mask()}

    def step(self, action):
        t, P, K = self.t, self.t.P, self.t.K
        action = action.tolist()
        self.reward = 0.0
        for i in range(P):
            self.stock[i] += self.pending[i]
            self.pending[i] = self.sold[i] = 0
        if self.opened < 0 and action[0]:
            self.opened = self.step_
        since = self.step_ - self.opened
        if self.opened >= 0 and since < t.length:
            self.last = action[1 : 1 + P]
            seen = [t.unseen] * P
            for lift, shown in zip(self.lifts, action[1 + P :]):
                if shown > 0 and (lift > seen[shown - 1] or seen[shown - 1] == t.unseen):
                    seen[shown - 1] = lift
            factors = [
                [clock[since] * scarce[self.stock[i]] * seen[i] for i in range(P)]
                for clock, scarce in zip(self.countdown, self.scarcity)
            ]
            weights, sums, cells, waits, mean_surplus = [], [], [], [], 0.0
            for k in range(K):
                row, factor = self.attraction[k], factors[self.segment[k]]
                weight = [row[i][self.last[i]] * factor[i] for i in range(P)]
                total, wait = sum(weight), 0.0
                if self.strategic[k] and since < t.length - 1:
                    wait = sum(self.waiting[k][i][self.last[i]] for i in range(P) if self.stock[i] > 0)
                share = self.shares[self.step_][k]
                scale = share / (1 + total + wait)
                weights.append(weight)
                sums.append(total)
                cells += [w * scale for w in weight]
                waits.append(wait * scale)
                mean_surplus += (share - wait * scale) * math.log(1 + total + wait) / self.sensitivity[k]
            surplus = self._customers(since, weights, sums, cells, waits, mean_surplus)
            demanded, served = self.now
            self.account["surplus"] += surplus * served / demanded if demanded else surplus
        self.step_ += 1
        ended = self.step_ == t.steps
        if ended:
            for i in range(P):
                self.stock[i] += self.pending[i]
                self.reward += self.stock[i] * (self.salvage[i] - self.unit_cost[i])
        return self._observation(), self.reward, ended, False, {"action_mask": self._mask()}

    def _customers(self, since, weights, sums, cells, waits, mean_surplus):
        t, random, account = self.t, self.np_random, self.account
        self.now, surplus, P = [0, 0], 0.0, t.P
        for k in range(t.K):
            if self.pools[k] == 0:
                continue
            back = self.pools[k] if since == t.length - 1 else int(random.binomial(self.pools[k], self.returning[k]))
            self.pools[k] -= back
            account["visits"] += back
            surplus += back * math.log(1 + sums[k]) / self.sensitivity[k]
            cumulative = list(accumulate(weights[k]))
            for _ in range(int(random.binomial(back, sums[k] / (1 + sums[k])))):
                self._order(min(bisect_right(cumulative, random.random() * cumulative[-1]), P - 1), k)
        came = int(random.poisson(self.arrivals[self.step_]))
        account["visitors"] += came
        account["visits"] += came
        cumulative = list(accumulate(cells))
        any_ = cumulative[-1]
        buyers = int(random.binomial(came, any_))
        for _ in range(buyers):
            k, i = divmod(min(bisect_right(cumulative, random.random() * any_), len(cells) - 1), P)
            self._order(i, k)
        others, rest = came - buyers, 1 - any_
        for k, wait in enumerate(waits):
            if wait > 0 and others > 0:
                stay = int(random.binomial(others, wait / rest))
                self.pools[k] += stay
                others -= stay
                rest -= wait
        return surplus + came * mean_surplus

    def _order(self, i, k):
        account, o, random = self.account, self.last[i], self.np_random
        account["demanded"] += 1
        self.now[0] += 1
        count = bisect_right(self.units[k][self.saving[i][o]][:-1], random.random()) + 1
        count = min(count, self.stock[i])
        price = self.cost[k][i][o]
        if price > 0 and count * price > self.left:
            count = min(count, int(self.left / price + 1e-9))
        if count == 0:
            return
        account["orders"] += 1
        self.stock[i] -= count
        self.sold[i] += count
        if random.random() < self.t.cancelled:
            self.pending[i] += count
            return
        back = sum(random.random() < self.t.returned for _ in range(count)) if self.t.returned else 0
        kept, margin = count - back, self.list[i] - self.unit_cost[i]
        self.left = max(0.0, self.left - count * price)
        account["buyers"] += 1
        account["units"] += count
        self.now[1] += 1
        self.reward += kept * margin * (1 - self.borrowed[k][i][o])
        self.reward -= count * price - back * (price - self.gift[k][i][o])
        self.reward -= back * (self.t.handling + self.unit_cost[i] - self.salvage[i])

    def _mask(self):
        """Which choices are allowed: opening, each product's offers, slots."""
        t = self.t
        mask = [1 if self.opened < 0 and self.step_ < t.steps - t.length else 0, 1]
        for i in range(t.P):
            last = self.last[i]
            ceiling = self.net[i][last] * (1 + 1e-12) if t.no_rise and last >= 0 else math.inf
            possible = [self.static[i][o] and self.net[i][o] <= ceiling for o in range(t.offer_counts[i])]
            payable = [p and d <= self.left + 1e-9 for p, d in zip(possible, self.dearest[i])]
            if not any(payable):
                payable[min((o for o, p in enumerate(possible) if p), key=self.dearest[i].__getitem__)] = True
            mask += payable
        mask += [1] * (len(self.lifts) * (t.P + 1))
        return np.array(mask, dtype=np.int8)

    def _observation(self):
        t = self.t
        left = t.length if self.opened < 0 else max(0, self.opened + t.length - self.step_)
        values = [1 - self.step_ / t.steps, left / t.length, float(self.opened >= 0 and left > 0)]
        values.append(1.0 if math.isinf(t.budget) or t.budget == 0 else self.left / t.budget)
        for i in range(t.P):
            start, last = max(1, self.start[i]), self.last[i]
            price = 1.0 if last < 0 else self.net[i][last] / self.list[i]
            values += [self.stock[i] / start, price, min(1.0, self.sold[i] / start)]
        return np.array(values)
