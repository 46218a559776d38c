"""The tables of a shop's flash sale, from its JSON document: what market_single.py and market_batch.py run on.

Written after the rules in lib/strategy/market/shop/spec.ts and kernel.ts, not after their code.
"""

import itertools

import numpy as np


class Tables:
    """P products, K kinds of customers, O offers at most, G segments, L steps of the sale, S slots."""

    def __init__(self, spec):
        products, segments, clock = spec["products"], spec["segments"], spec["clock"]
        rules, mechanics, orders = spec["rules"], spec["mechanics"], spec["orders"]
        self.steps, self.length = clock["steps"], clock["length"]
        self.P, self.O = len(products), max(len(p["offers"]) for p in products)
        self.stock = np.array([p["stock"] for p in products])
        self.list = np.array([p["listPrice"] for p in products], float)
        self.unit_cost = np.array([p["unitCost"] for p in products], float)
        self.salvage = np.array([p["salvage"] for p in products], float)
        self.cancelled, self.returned, self.handling = orders["cancelled"], orders["returned"], orders["handling"]
        self.budget = np.inf if rules["budget"] is None else rules["budget"]
        self.no_rise, self.minimum_margin = rules["noRise"], rules["minimumMargin"]
        self.arrivals = np.sum([s["arrivals"] for s in segments], axis=0)
        self.lifts = np.exp(spec["exposure"]["lifts"])
        self.unseen = 0.0 if spec["exposure"]["hidden"] else 1.0
        self.offer_counts = [len(p["offers"]) for p in products]
        self._kinds(products, segments, rules, mechanics)
        self._offers(products, segments, mechanics)
        self._urgency(segments, clock, spec["urgency"])

    def _kinds(self, products, segments, rules, mechanics):
        shown = {o["mechanic"] for p in products for o in p["offers"] if o["depth"] > 0}
        coupons, saving, least = "coupon" in shown, "spend-and-save" in shown, mechanics["minimumUnits"]
        self.kinds = []
        for g, s in enumerate(segments):
            wants = list(s["wants"])
            if rules["cap"] is not None and rules["cap"] < len(wants):
                wants = wants[: rules["cap"] - 1] + [sum(wants[rules["cap"] - 1 :])]
            wants += [0.0] * max(0, least - len(wants))
            reach = [w if q >= least else w * s["topUp"] for q, w in enumerate(wants, 1)]
            short = [w - r for w, r in zip(wants, reach)]
            taken = [0.0] * len(wants)
            for q, r in enumerate(reach, 1):
                taken[max(q, least) - 1] += r
            for waits, coupon, qualifies in itertools.product(
                (False, True), (True, False) if coupons else (True,), (True, False) if saving else (False,)
            ):
                share = s["strategic"]["share"] if waits else 1 - s["strategic"]["share"]
                share *= (s["couponUse"] if coupon else 1 - s["couponUse"]) if coupons else 1
                share *= (sum(reach) if qualifies else sum(short)) if saving else 1
                if share > 0:
                    plain = (reach if qualifies else short) if saving else wants
                    self.kinds.append((g, share, waits, coupon, qualifies, plain, taken if qualifies else plain))
        self.K = len(self.kinds)
        self.segment = np.array([k[0] for k in self.kinds])
        rates = np.array([s["arrivals"] for s in segments])[self.segment] * np.array([k[1] for k in self.kinds])[:, None]
        self.shares = (rates / np.where(self.arrivals > 0, self.arrivals, 1)).T  # [steps, K]
        self.sensitivity = np.array([segments[k[0]]["sensitivity"] for k in self.kinds])
        self.strategic = np.array([k[2] for k in self.kinds])
        self.returning = np.array([segments[k[0]]["strategic"]["returns"] for k in self.kinds])
        width = max(len(k[5]) for k in self.kinds)
        self.units = np.zeros((self.K, 2, width))
        for k, kind in enumerate(self.kinds):
            for row in (0, 1):
                part = np.zeros(width)
                part[: len(kind[5 + row])] = kind[5 + row]
                self.units[k, row] = np.cumsum(part / part.sum())

    def _offers(self, products, segments, mechanics):
        shape = (self.K, self.P, self.O)
        self.attraction, self.waiting = np.zeros(shape), np.zeros(shape)
        self.paid, self.cost, self.gift, self.borrowed = (np.zeros(shape) for _ in range(4))
        self.saving = np.zeros((self.P, self.O), int)
        self.net, self.dearest = np.zeros((self.P, self.O)), np.zeros((self.P, self.O))
        self.static = np.zeros((self.P, self.O), bool)
        for i, p in enumerate(products):
            for o, offer in enumerate(p["offers"]):
                price, value, mechanic = p["listPrice"], offer["depth"] * p["listPrice"], offer["mechanic"]
                gift = mechanics["giftCost"] * value if mechanic == "gift" else 0.0
                self.saving[i, o] = mechanic == "spend-and-save"
                self.net[i, o] = price if mechanic == "gift" else price - value
                self.dearest[i, o] = gift if mechanic == "gift" else value
                margin = self.net[i, o] - p["unitCost"] - gift
                least = self.minimum_margin
                self.static[i, o] = least is None or margin >= least * self.net[i, o] - 1e-9 * price
                for k, (g, _, waits, coupon, qualifies, _, _) in enumerate(self.kinds):
                    s = segments[g]
                    takes = {"coupon": coupon, "spend-and-save": qualifies, "gift": False}.get(mechanic, True)
                    off = value if takes else 0.0
                    benefit = s["giftValue"] * value if mechanic == "gift" else off
                    self.attraction[k, i, o] = np.exp(s["taste"][i] + s["sensitivity"] * benefit)
                    hoped = s["strategic"]["discount"] * price
                    if waits and hoped > benefit:
                        wish = np.exp(s["taste"][i] + s["sensitivity"] * hoped)
                        self.waiting[k, i, o] = s["strategic"]["patience"] * wish
                    self.paid[k, i, o], self.cost[k, i, o], self.gift[k, i, o] = price - off, off + gift, gift
                    self.borrowed[k, i, o] = min(1.0, s["pullForward"] * benefit / price)

    def _urgency(self, segments, clock, urgency):
        hours = (self.length - np.arange(self.length) - 0.5) * clock["stepHours"]
        ramp = np.maximum(0, 1 - hours / urgency["countdownHours"])
        self.countdown = np.exp(np.outer([s["countdown"] for s in segments], ramp))  # [G, L]
        left = np.arange(self.stock.max() + 1)
        ramp = np.maximum(0, 1 - left / urgency["scarceBelow"])
        self.scarcity = np.exp(np.outer([s["scarcity"] for s in segments], ramp))  # [G, stock + 1]
        self.scarcity[:, 0] = 0
