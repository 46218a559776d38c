"""The pipeline of preprocess.bench.ts by pandas or polars: the same steps, the same sums.

    python preprocess.py polars events.csv

One run a process: neither its start nor its imports are timed; the peak is the process's own.
"""

import importlib
import json
import math
import resource
import sys
import time

COLUMNS = "event_time user_id item_id event_type category_id price quantity cost session_id query channel region promotion_id".split()
TEXT = [name for name in COLUMNS if name not in ("event_time", "price", "quantity", "cost")]
NUMBERS = ["price", "quantity", "cost"]
DAY = 86400


def by_polars(path):
    pl = importlib.import_module("polars")
    schema = {name: pl.Float64 if name in NUMBERS else pl.String for name in COLUMNS}
    events = (
        pl.scan_csv(path, schema=schema)
        .with_columns(pl.col("event_time").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us"))
        .with_row_index("source_row", 1)
        .collect(engine="streaming")
    )
    rows_in = events.height
    reason = (
        pl.when(pl.col("price") < 0)
        .then(1)
        .when(pl.col("quantity") <= 0)
        .then(2)
        .when(pl.col("cost") < 0)
        .then(3)
    )
    rejected = events.select("source_row", "price", "quantity", "cost", reason.alias("reason")).filter(
        pl.col("reason").is_not_null()
    )
    sound = events.filter(reason.is_null())
    del events
    clean = sound.unique(subset=COLUMNS, keep="first", maintain_order=False)
    duplicates = sound.height - clean.height
    repeated = sound.select("source_row").join(clean.select("source_row"), on="source_row", how="anti")
    assert repeated.height == duplicates
    del sound
    ordered = (
        clean.lazy()
        .filter(pl.col("user_id").is_not_null())
        .select("user_id", "event_time", "event_type", "price", "quantity", "source_row")
        .sort("user_id", "event_time", "source_row")
        .with_columns(
            (
                (pl.col("event_time").diff() > pl.duration(minutes=30))
                | (pl.col("user_id") != pl.col("user_id").shift())
            )
            .fill_null(True)
            .cum_sum()
            .alias("session"),
            pl.when(pl.col("event_type") == "purchase").then(pl.col("price") * pl.col("quantity")).alias("paid"),
        )
    )
    sessions = (
        ordered.group_by("session")
        .agg(
            pl.col("user_id").first(),
            pl.col("event_time").min().alias("start"),
            pl.col("event_time").max().alias("end"),
            pl.len().alias("events"),
            (pl.col("event_type") == "purchase").sum().alias("purchases"),
            pl.col("paid").sum().alias("value"),
        )
        .with_columns((pl.col("end") - pl.col("start")).dt.total_microseconds().truediv(1e6).alias("duration"))
        .collect(engine="streaming")
    )
    end = clean["event_time"].dt.epoch("s").max() // DAY * DAY + DAY
    bought = (
        clean.lazy()
        .filter(pl.col("event_type") == "purchase")
        .with_columns(
            pl.col("event_time").dt.date().alias("day"),
            (pl.col("price") * pl.col("quantity")).alias("paid"),
            pl.col("event_time").dt.epoch("us").truediv(1e6).alias("at"),
        )
        .collect()
    )
    shares = bought.lazy().filter(pl.col("category_id").is_not_null()).group_by("user_id", "category_id").len("lines")
    entropies = shares.group_by("user_id").agg(
        pl.len().alias("categories"),
        (pl.col("lines").sum().log(2) - (pl.col("lines") * pl.col("lines").log(2)).sum() / pl.col("lines").sum())
        .clip(lower_bound=0)
        .alias("category_entropy"),
    )
    known = pl.col("cost").is_not_null()
    users = (
        bought.lazy()
        .group_by("user_id")
        .agg(
            ((end - pl.col("at").max()) / DAY).alias("recency"),
            ((end - pl.col("at").min()) / DAY).alias("tenure"),
            pl.col("day").n_unique().alias("frequency"),
            (pl.col("day").max() - pl.col("day").min()).dt.total_days().alias("span"),
            pl.col("paid").sum().alias("value"),
            ((pl.col("price") - pl.col("cost")) * pl.col("quantity")).sum().alias("earned"),
            pl.col("paid").filter(known).sum().alias("taken"),
            pl.col("quantity").sum().alias("units"),
            pl.col("item_id").n_unique().alias("items"),
        )
        .with_columns(
            pl.when(pl.col("frequency") > 1).then(pl.col("span") / (pl.col("frequency") - 1)).alias("mean_interval"),
            (pl.col("value") / pl.col("frequency")).alias("mean_basket"),
            (pl.col("earned") / pl.col("taken")).alias("margin"),
        )
        .join(entropies, on="user_id", how="left")
        .with_columns(pl.col("category_entropy").fill_null(0))
        .sort("user_id")
        .collect()
    )
    x = pl.col
    scaled = users.with_columns(
        ((x("recency") - x("recency").mean()) / x("recency").std(ddof=0)).alias("recency"),
        ((x("tenure") - x("tenure").min()) / (x("tenure").max() - x("tenure").min())).alias("tenure"),
        *(((x(c).log1p() - x(c).log1p().mean()) / x(c).log1p().std(ddof=0)).alias(c) for c in ("frequency", "value")),
        (
            (x("mean_basket") - x("mean_basket").median())
            / (x("mean_basket").quantile(0.75, "linear") - x("mean_basket").quantile(0.25, "linear"))
        ).alias("mean_basket"),
        (
            (x("category_entropy") - x("category_entropy").min())
            / (x("category_entropy").max() - x("category_entropy").min())
        ).alias("category_entropy"),
    )
    return {
        "rows_in": rows_in,
        "clean": clean.height,
        "duplicates": duplicates,
        "rejected": rejected.height,
        "sessions": sessions.height,
        "session_events": sessions["events"].sum(),
        "users": users.height,
        "duration": sessions["duration"].sum(),
        "session_value": sessions["value"].sum(),
        "bought": (sessions["purchases"] > 0).sum(),
        "value": users["value"].sum(),
        "mean_interval": users["mean_interval"].sum(),
        **{f"scaled_{name}": scaled[name].abs().sum() for name in SCALED},
    }


SCALED = ["recency", "tenure", "frequency", "value", "mean_basket", "category_entropy"]


def by_pandas(path):
    np, pd = importlib.import_module("numpy"), importlib.import_module("pandas")
    events = pd.read_csv(path, dtype={name: "str" for name in TEXT} | {name: "float64" for name in NUMBERS})
    events["event_time"] = pd.to_datetime(events.event_time, format="%Y-%m-%d %H:%M:%S")
    rows_in = len(events)
    reason = np.select([events.price < 0, events.quantity <= 0, events.cost < 0], [1, 2, 3], 0)
    rejected = events.loc[reason > 0, NUMBERS]
    sound = events[reason == 0]
    del events
    twice = sound.duplicated()
    repeated = sound.index[twice]
    clean = sound[~twice]
    del sound
    ordered = clean.loc[clean.user_id.notna(), ["user_id", "event_time", "event_type", "price", "quantity"]]
    ordered = ordered.sort_values(["user_id", "event_time"], kind="stable")
    starts = (ordered.event_time.diff() > pd.Timedelta(minutes=30)) | (ordered.user_id != ordered.user_id.shift())
    ordered["session"] = starts.cumsum()
    ordered["purchase"] = ordered.event_type == "purchase"
    ordered["paid"] = (ordered.price * ordered.quantity).where(ordered.purchase)
    sessions = ordered.groupby("session").agg(
        user_id=("user_id", "first"),
        start=("event_time", "min"),
        end=("event_time", "max"),
        events=("event_time", "size"),
        purchases=("purchase", "sum"),
        value=("paid", "sum"),
    )
    sessions["duration"] = (sessions.end - sessions.start).dt.total_seconds()
    del ordered
    end = clean.event_time.max().normalize() + pd.Timedelta(days=1)
    bought = clean[clean.event_type == "purchase"].copy()
    bought["day"] = bought.event_time.dt.normalize()
    bought["paid"] = bought.price * bought.quantity
    bought["earned"] = (bought.price - bought.cost) * bought.quantity
    bought["taken"] = bought.paid.where(bought.cost.notna())
    users = bought.groupby("user_id").agg(
        first=("event_time", "min"),
        last=("event_time", "max"),
        frequency=("day", "nunique"),
        first_day=("day", "min"),
        last_day=("day", "max"),
        value=("paid", "sum"),
        earned=("earned", "sum"),
        taken=("taken", "sum"),
        units=("quantity", "sum"),
        items=("item_id", "nunique"),
    )
    users["recency"] = (end - users["last"]).dt.total_seconds() / DAY
    users["tenure"] = (end - users["first"]).dt.total_seconds() / DAY
    users["mean_interval"] = (users.last_day - users.first_day).dt.days / (users.frequency - 1).where(users.frequency > 1)
    users["mean_basket"] = users.value / users.frequency
    users["margin"] = users.earned / users.taken
    lines = bought[bought.category_id.notna()].groupby(["user_id", "category_id"]).size()
    total = lines.groupby("user_id").sum()
    users["categories"] = lines.groupby("user_id").size()
    entropy = np.log2(total) - (lines * np.log2(lines)).groupby("user_id").sum() / total
    users["category_entropy"] = entropy.clip(lower=0)
    users["category_entropy"] = users.category_entropy.fillna(0)
    scaled = pd.DataFrame(index=users.index)
    scaled["recency"] = (users.recency - users.recency.mean()) / users.recency.std(ddof=0)
    for name in ("tenure", "category_entropy"):
        scaled[name] = (users[name] - users[name].min()) / (users[name].max() - users[name].min())
    for name in ("frequency", "value"):
        log = np.log1p(users[name])
        scaled[name] = (log - log.mean()) / log.std(ddof=0)
    quartiles = users.mean_basket.quantile([0.25, 0.75])
    scaled["mean_basket"] = (users.mean_basket - users.mean_basket.median()) / (quartiles[0.75] - quartiles[0.25])
    return {
        "rows_in": rows_in,
        "clean": len(clean),
        "duplicates": len(repeated),
        "rejected": len(rejected),
        "sessions": len(sessions),
        "session_events": sessions.events.sum(),
        "users": len(users),
        "duration": sessions.duration.sum(),
        "session_value": sessions.value.sum(),
        "bought": (sessions.purchases > 0).sum(),
        "value": users.value.sum(),
        "mean_interval": users.mean_interval.sum(),
        **{f"scaled_{name}": scaled[name].abs().sum() for name in SCALED},
    }


library, path = sys.argv[1:]
importlib.import_module(library)
start, before = time.perf_counter(), time.process_time()
result = {"polars": by_polars, "pandas": by_pandas}[library](path)
seconds, cpu = time.perf_counter() - start, time.process_time() - before
usage = resource.getrusage(resource.RUSAGE_SELF)
assert not any(math.isnan(value) for value in result.values())
answer = {
    "seconds": seconds,
    "cpu": cpu,
    "peak": usage.ru_maxrss * 1024,
    "result": {name: float(value) for name, value in result.items()},
}
print(json.dumps(answer), flush=True)
