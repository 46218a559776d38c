"""User and item features of a small shop by pandas, the oracle of features.test.ts.

    .venv-bench/bin/python test/preprocessing/oracles/features.py > test/preprocessing/oracles/features.json
"""

import json

import numpy as np
import pandas as pd

rng = np.random.default_rng(7)
DAY, START, AS_OF = 86400, 1_740_960_000, 1_740_960_000 + 60 * 86400
n = 400
types = rng.choice(["view", "cart", "purchase", "search"], n, p=[0.5, 0.1, 0.3, 0.1])
item = rng.integers(0, 12, n)
usual = np.array([3, 5, 8, 10, 12, 15, 20, 4, 6, 9, 11, 30])
events = pd.DataFrame(
    {
        "time": START + np.sort(rng.integers(0, 60 * 24, n)) * 3600 + rng.integers(0, 4, n) * 600,
        "user": [f"u{u}" for u in rng.integers(0, 9, n)],
        "item": [f"i{i}" for i in item],
        "type": types,
        "category": [f"c{i % 4}" for i in item],
        "price": np.round(usual[item] * rng.choice([1, 1, 1, 0.8, 0.6, 1.1], n), 2),
        "quantity": rng.integers(1, 5, n).astype(float),
        "query": [rng.choice(["tea", " Tea", "pot", "milk"]) if t == "search" else None for t in types],
    }
)
events.loc[events.type == "search", ["item", "category", "price", "quantity"]] = None

past = events[events.time < AS_OF].copy()
past["moment"] = pd.to_datetime(past.time, unit="s")
past["day"] = past.moment.dt.floor("D")
bought = past[past.type == "purchase"].copy()
users = sorted(bought.user.unique())
features = pd.DataFrame(index=users)

# Intervals.
days = bought.drop_duplicates(["user", "day"]).sort_values(["user", "day"])
steps = days.groupby("user").day.diff().dt.days
by = steps.groupby(days.user)
features["sd_interval"], features["shortest_interval"], features["longest_interval"] = by.std(), by.min(), by.max()
features["interval_ratio"] = (AS_OF - bought.groupby("user").time.max()) / DAY / by.mean()

# Categories.
lines = bought.groupby(["user", "category"]).size().rename("n").reset_index()
lines["share"] = lines.n / lines.groupby("user").n.transform("sum")
lines = lines.sort_values(["user", "n", "category"], ascending=[True, False, True])
for place in (1, 2):
    nth = lines.groupby("user").nth(place - 1).set_index("user")
    features[f"category_{place}"], features[f"category_share_{place}"] = nth.category, nth.share

# Price level.
for key in ("item", "category"):
    index = bought.price / bought.groupby(key).price.transform("mean")
    features[f"{key}_price_index"] = index.groupby(bought.user).mean()

# Price sensitivity.
asked = past[past.price > 0].copy()
asked["reference"] = [
    asked.price[(asked.item == row.item) & (asked.time < row.time)].mean() for row in asked.itertuples()
]
asked = asked.dropna(subset=["reference"])
asked["x"] = np.log(asked.price / asked.reference)
own = asked[asked.type == "purchase"]
features["markdown_share"] = (own.price <= 0.95 * own.reference).groupby(own.user).mean()


def slopes(points, name):
    x, y = points.x - points.groupby("user").x.transform("mean"), points.y - points.groupby("user").y.transform("mean")
    sxy, sxx, count = (x * y).groupby(points.user).sum(), (x * x).groupby(points.user).sum(), points.groupby("user").size()
    slope, weight = sxy.sum() / sxx.sum(), 10 * sxx.sum() / count.sum()
    features[name] = (sxy + weight * slope) / (sxx + weight)


slopes(own.assign(y=np.log(own.quantity)), "units_slope")
views = asked[asked.type == "view"].groupby(["user", "item", "day"]).x.mean().reset_index()
pairs = set(zip(bought.user, bought.item, bought.day))
views["y"] = [float((row.user, row.item, row.day) in pairs) for row in views.itertuples()]
slopes(views, "purchase_slope")

# Rhythm, two hours east of Greenwich.
local = past.moment + pd.Timedelta(hours=2)
for hour in range(24):
    features[f"hour_{hour}"] = (local.dt.hour == hour).groupby(past.user).mean()
for weekday in range(7):
    features[f"weekday_{weekday}"] = (local.dt.day_of_week == weekday).groupby(past.user).mean()
features["peak_hour"] = features[[f"hour_{hour}" for hour in range(24)]].to_numpy().argmax(axis=1)
features["weekend_share"] = (local.dt.day_of_week >= 5).groupby(past.user).mean()

# Visits, parted by two hours.
ordered = past.sort_values(["user", "time"], kind="stable")
since = ordered.groupby("user").time.diff()
ordered["session"] = (~(since <= 7200)).groupby(ordered.user).cumsum()
visit = ordered.groupby(["user", "session"]).agg(
    n=("time", "size"), start=("time", "min"), end=("time", "max"), bought=("type", lambda t: (t == "purchase").any())
)
by = visit.reset_index().assign(length=lambda v: v.end - v.start).groupby("user")
features["visits"], features["visit_depth"], features["visit_duration"] = by.size(), by.n.mean(), by.length.mean()
features["visit_conversion"] = by.bought.mean()
features["dwell"] = since[since <= 7200].clip(upper=600).groupby(ordered.user).mean()

# Searches.
searches = past[past.type == "search"].assign(term=lambda s: s["query"].str.strip().str.lower())
features["searches"] = searches.groupby("user").size()
features["queries"] = searches.groupby("user").term.nunique()
counts = searches.groupby(["user", "term"]).size().rename("n").reset_index().sort_values(["n", "term"], ascending=[False, True])
features["top_query"] = counts.groupby("user").term.first()
features[["searches", "queries"]] = features[["searches", "queries"]].fillna(0)

# Popularity, trend.
for key in ("item", "category"):
    share = bought.groupby(key).user.nunique() / bought.user.nunique()
    features[f"{key}_popularity"] = bought[key].map(share).groupby(bought.user).mean()
week = 3 - (AS_OF - 1 - bought.time) // (7 * DAY)
spent = (bought.price * bought.quantity).where(week >= 0).groupby([bought.user, week.where(week >= 0)]).sum()
spent = spent.unstack(fill_value=0).reindex(columns=range(4), fill_value=0).reindex(users, fill_value=0)
features["recent_value"] = spent.sum(axis=1)
features["spend_trend"] = [np.polyfit(range(4), row, 1)[0] for row in spent.to_numpy()]

# Items: eight weeks of everything, windows of two weeks.
seen = past[past.item.notna()]
items = pd.DataFrame(index=sorted(seen.item.unique()))
for kind in ("view", "cart"):
    items[f"{kind}s"] = seen[seen.type == kind].groupby("item").size()
by = bought.groupby("item")
items["purchases"], items["buyers"], items["units"] = by.size(), by.user.nunique(), by.quantity.sum()
items["value"] = (bought.price * bought.quantity).groupby(bought.item).sum()
items["mean_price"], items["sd_price"] = by.price.mean(), by.price.std()
items["age"] = (AS_OF - seen.groupby("item").time.min()) / DAY
items["popularity"] = items.buyers / bought.user.nunique()
recent = bought[bought.time >= AS_OF - 14 * DAY].groupby("item").quantity.sum()
before = bought[(bought.time < AS_OF - 14 * DAY) & (bought.time >= AS_OF - 28 * DAY)].groupby("item").quantity.sum()
items["recent_units"], items["earlier_units"] = recent, before
items = items.fillna({c: 0 for c in ["views", "carts", "purchases", "buyers", "units", "value", "popularity", "recent_units", "earlier_units"]})
items["trend"] = np.log((items.recent_units + 1) / (items.earlier_units + 1))
items["conversion"] = items.purchases / items["views"].replace(0, np.nan)


def records(frame, key):
    table = frame.astype(object).where(frame.notna(), None)
    return [{key: name, **row} for name, row in zip(table.index, table.to_dict("records"))]


print(
    json.dumps(
        {
            "as_of": AS_OF,
            "events": events.astype(object).where(events.notna(), None).to_numpy().tolist(),
            "users": records(features, "user_id"),
            "items": records(items, "item_id"),
        },
        default=float,
    )
)
