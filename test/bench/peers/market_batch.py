"""N flash sales side by side in NumPy, every step vectorised over the sales.

A step's buyers of all sales are drawn at once. In sales where neither a stock nor the budget runs out in the step, the
order of the buyers doesn't matter and their orders are booked together; in the others they are served rank by rank.
"""

import numpy as np


class FlashSales:
    def __init__(self, tables, count, seed):
        self.t, self.N, self.random = tables, count, np.random.default_rng(seed)
        self.rows = np.arange(count)
        self.products = np.arange(tables.P)
        self.waiters = np.flatnonzero(tables.strategic)
        offers = np.arange(tables.O)
        self.real = offers < np.array(tables.offer_counts)[:, None]

    def reset(self):
        t, N = self.t, self.N
        self.step_, self.opened, self.left = 0, np.full(N, -1), np.full(N, float(t.budget))
        self.stock, self.pending = np.tile(t.stock, (N, 1)), np.zeros((N, t.P), int)
        self.sold, self.last, self.pools = np.zeros((N, t.P), int), np.full((N, t.P), -1), np.zeros((N, t.K), int)
        names = ("visitors", "visits", "demanded", "orders", "buyers", "units", "surplus")
        self.account = {name: np.zeros(N) for name in names}
        return self._observation(), self._mask()

    def step(self, actions):
        t, N, P = self.t, self.N, self.t.P
        self.reward = np.zeros(N)
        self.stock += self.pending
        self.pending[:] = 0
        self.sold[:] = 0
        self.opened[(self.opened < 0) & (actions[:, 0] == 1)] = self.step_
        since = self.step_ - self.opened
        open_ = (self.opened >= 0) & (since < t.length)
        if open_.any():
            self.last[open_] = actions[open_, 1 : 1 + P]
            self._run(open_, np.where(open_, since, 0), actions[:, 1 + P :])
        self.step_ += 1
        ended = self.step_ == t.steps
        if ended:
            self.stock += self.pending
            self.reward += self.stock @ (t.salvage - t.unit_cost)
        return self._observation(), self.reward, np.full(N, ended), self._mask()

    def _run(self, open_, since, slots):
        t, N, P, K, random = self.t, self.N, self.t.P, self.t.K, self.random
        seen = np.full((N, P + 1), -1.0)
        for lift, shown in zip(t.lifts, slots.T):
            seen[self.rows, shown] = np.maximum(seen[self.rows, shown], lift)
        seen = np.where(seen[:, 1:] < 0, t.unseen, seen[:, 1:])
        last = np.maximum(self.last, 0)
        factor = t.countdown[:, since][:, :, None] * t.scarcity[:, self.stock] * seen  # [G, N, P]
        weights = t.attraction[:, self.products, last] * factor[t.segment]  # [K, N, P]
        sums = weights.sum(axis=2)
        wait = np.zeros((K, N))
        if len(self.waiters):
            hoped = (t.waiting[self.waiters][:, self.products, last] * (self.stock > 0)).sum(axis=2)
            wait[self.waiters] = hoped * (since < t.length - 1)
        total = 1 + sums + wait
        scale = t.shares[self.step_][:, None] / total
        cells = weights * scale[:, :, None]
        waits = wait * scale
        welfare = ((t.shares[self.step_][:, None] - waits) * np.log(total) / t.sensitivity[:, None]).sum(axis=0)

        rows, ks, items, surplus = [], [], [], np.zeros(N)
        for k in self.waiters:
            if not self.pools[:, k].any():
                continue
            coming = np.where(since == t.length - 1, 1.0, t.returning[k]) * open_
            back = random.binomial(self.pools[:, k], coming)
            self.pools[:, k] -= back
            self.account["visits"] += back
            surplus += back * np.log(1 + sums[k]) / t.sensitivity[k]
            buyers = random.binomial(back, sums[k] / (1 + sums[k]))
            who = np.repeat(self.rows, buyers)
            rows.append(who)
            items.append(self._pick(weights[k], who))
            ks.append(np.full(len(who), k))
        came = random.poisson(t.arrivals[self.step_], N) * open_
        self.account["visitors"] += came
        self.account["visits"] += came
        flat = cells.transpose(1, 0, 2).reshape(N, K * P)
        any_ = flat.sum(axis=1)
        buyers = random.binomial(came, any_)
        who = np.repeat(self.rows, buyers)
        cell = self._pick(flat, who)
        rows.append(who)
        ks.append(cell // P)
        items.append(cell % P)
        others, rest = came - buyers, 1 - any_
        for k in self.waiters:
            stay = random.binomial(others, np.minimum(1, waits[k] / rest))
            self.pools[:, k] += stay
            others = others - stay
            rest = rest - waits[k]
        surplus += came * welfare

        rows, ks, items = np.concatenate(rows), np.concatenate(ks), np.concatenate(items)
        demanded = np.bincount(rows, minlength=N)
        served = self._serve(rows, ks, items)
        self.account["demanded"] += demanded
        self.account["surplus"] += np.where(demanded > 0, surplus * served / np.maximum(demanded, 1), surplus)

    def _pick(self, weights, who):
        """For each customer in row `who`, an index drawn in proportion to the row's weights."""
        cumulative = np.cumsum(weights, axis=1)
        totals = cumulative[:, -1:]
        ladder = cumulative / np.where(totals > 0, totals, 1) + self.rows[:, None]
        at = np.searchsorted(ladder.ravel(), who + self.random.random(len(who)), side="right")
        return np.minimum(at - who * weights.shape[1], weights.shape[1] - 1)

    def _serve(self, rows, ks, items):
        """Takes the orders, first come first served within a sale; returns each sale's buyers."""
        t, N, random = self.t, self.N, self.random
        n = len(rows)
        offers = self.last[rows, items]
        ladder = t.units[ks, t.saving[items, offers]]
        count = 1 + (ladder[:, :-1] <= random.random(n)[:, None]).sum(axis=1)
        price = t.cost[ks, items, offers]
        place = rows * t.P + items
        short = np.bincount(place, count, N * t.P).reshape(N, t.P) > self.stock
        binding = short.any(axis=1) | (np.bincount(rows, count * price, N) > self.left)
        hard = np.flatnonzero(binding[rows])
        cancelled = random.random(n) < t.cancelled
        if len(hard):
            order = hard[np.argsort(rows[hard], kind="stable")]
            sizes = np.bincount(rows[order], minlength=N)
            rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            stock, left = self.stock.copy(), self.left.copy()
            by_rank = order[np.argsort(rank, kind="stable")]
            ends = np.cumsum(np.bincount(rank))
            for begin, end in zip(np.concatenate([[0], ends[:-1]]), ends):
                now = by_rank[begin:end]
                row, item, cost = rows[now], items[now], price[now]
                got = np.minimum(count[now], stock[row, item])
                payable = np.floor(np.where(cost > 0, left[row] / np.where(cost > 0, cost, 1), np.inf) + 1e-9)
                got = np.where(got * cost > left[row], np.minimum(got, payable), got).astype(int)
                count[now] = got
                stock[row, item] -= got
                left[row] = np.maximum(0, left[row] - got * cost * ~cancelled[now])
        taken = np.bincount(place, count, N * t.P).reshape(N, t.P).astype(int)
        self.stock -= taken
        self.sold += taken
        self.pending += np.bincount(place, count * cancelled, N * t.P).reshape(N, t.P).astype(int)
        paid = (count > 0) & ~cancelled
        self.account["orders"] += np.bincount(rows, count > 0, N)
        who, ks, items, offers, count, price = (x[paid] for x in (rows, ks, items, offers, count, price))
        back = random.binomial(count, t.returned) if t.returned else np.zeros(len(who), int)
        kept = count - back
        margin = t.list[items] - t.unit_cost[items]
        self.left = np.maximum(0, self.left - np.bincount(who, count * price, N))
        gain = kept * margin * (1 - t.borrowed[ks, items, offers])
        gain -= count * price - back * (price - t.gift[ks, items, offers])
        gain -= back * (t.handling + t.unit_cost[items] - t.salvage[items])
        self.reward += np.bincount(who, gain, N)
        self.account["units"] += np.bincount(who, count, N)
        served = np.bincount(who, minlength=N)
        self.account["buyers"] += served
        return served

    def _mask(self):
        """Which offers are allowed [N, P, O], and whether waiting is [N]."""
        t = self.t
        waiting = (self.opened < 0) & (self.step_ < t.steps - t.length)
        ceiling = np.full((self.N, t.P), np.inf)
        if t.no_rise:
            shown = t.net[self.products, np.maximum(self.last, 0)] * (1 + 1e-12)
            ceiling = np.where(self.last >= 0, shown, np.inf)
        possible = (t.static & self.real) & (t.net <= ceiling[:, :, None])
        payable = possible & (t.dearest <= self.left[:, None, None] + 1e-9)
        none = ~payable.any(axis=2)
        if none.any():
            cheapest = np.where(possible, t.dearest, np.inf).argmin(axis=2)
            n, i = np.nonzero(none)
            payable[n, i, cheapest[n, i]] = True
        return payable, waiting

    def _observation(self):
        t, N = self.t, self.N
        left = np.where(self.opened < 0, t.length, np.maximum(0, self.opened + t.length - self.step_))
        out = np.empty((N, 4 + 3 * t.P))
        out[:, 0], out[:, 1] = 1 - self.step_ / t.steps, left / t.length
        out[:, 2] = (self.opened >= 0) & (left > 0)
        out[:, 3] = self.left / t.budget if 0 < t.budget < np.inf else 1
        start = np.maximum(1, t.stock)
        out[:, 4::3] = self.stock / start
        out[:, 5::3] = np.where(self.last < 0, 1, t.net[self.products, np.maximum(self.last, 0)] / t.list)
        out[:, 6::3] = np.minimum(1, self.sold / start)
        return out
