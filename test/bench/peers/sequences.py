"""Sequences and interactions of sequences.bench.ts by pandas or polars, from the same Parquet file.

    python sequences.py polars events.parquet
"""

import importlib
import json
import resource
import sys
import time

WEIGHTS = {"view": 1.0, "favourite": 2.0, "cart": 3.0, "purchase": 5.0}


def by_polars(path):
    np, pl = importlib.import_module("numpy"), importlib.import_module("polars")
    events = (
        pl.scan_parquet(path)
        .select("user_id", "item_id", "event_time", "event_type")
        .with_row_index("source_row")
        .filter(pl.col("user_id").is_not_null() & pl.col("item_id").is_not_null())
        .with_columns(
            (pl.col("user_id").rank("dense") - 1).cast(pl.Int32).alias("user"),
            pl.col("item_id").rank("dense").cast(pl.Int32).alias("item"),
            pl.col("event_time").dt.epoch("us").truediv(1e6).alias("time"),
        )
        .collect()
    )
    ordered = events.select("user", "time", "source_row", "item").sort("user", "time", "source_row")
    users = ordered["user"].to_numpy()
    offsets = np.searchsorted(users, np.arange(users[-1] + 2)).astype(np.int32)
    items, times = ordered["item"].to_numpy(), ordered["time"].to_numpy()
    sequences = done(np, offsets, items, times)
    weight = pl.col("event_type").replace_strict(WEIGHTS, default=None, return_dtype=pl.Float64)
    pairs = (
        events.lazy()
        .with_columns(weight.alias("weight"))
        .filter(pl.col("weight").is_not_null())
        .group_by("user", "item")
        .agg(pl.col("weight").sum())
        .sort("user", "item")
        .collect()
    )
    return sequences | csr(np, pairs["user"].to_numpy(), pairs["item"].to_numpy(), pairs["weight"].to_numpy())


def by_pandas(path):
    np, pd = importlib.import_module("numpy"), importlib.import_module("pandas")
    events = pd.read_parquet(path, columns=["user_id", "item_id", "event_time", "event_type"])
    events = events[events.user_id.notna() & events.item_id.notna()]
    user, _ = pd.factorize(events.user_id, sort=True)
    item, _ = pd.factorize(events.item_id, sort=True)
    frame = pd.DataFrame({"user": user.astype("int32"), "item": item.astype("int32") + 1})
    frame["time"] = events.event_time.astype("datetime64[us]").astype("int64").to_numpy() / 1e6
    frame["weight"] = events.event_type.map(WEIGHTS).to_numpy()
    ordered = frame.sort_values(["user", "time"], kind="stable")
    users = ordered.user.to_numpy()
    offsets = np.searchsorted(users, np.arange(users[-1] + 2)).astype(np.int32)
    sequences = done(np, offsets, ordered["item"].to_numpy(), ordered.time.to_numpy())
    pairs = frame[frame.weight.notna()].groupby(["user", "item"]).weight.sum().reset_index()
    return sequences | csr(np, pairs.user.to_numpy(), pairs["item"].to_numpy(), pairs.weight.to_numpy())


def done(np, offsets, items, times):
    place = np.arange(len(items)) % 1000
    return {
        "rows": len(offsets) - 1,
        "events": len(items),
        "item_sum": int(items.astype(np.int64).sum()),
        "ordered_items": float((items * place).astype(np.float64).sum()),
        "ordered_times": float(((times - times.min()) * place).sum()),
    }


def csr(np, user, item, weight):
    """The arrays of a compressed matrix, users and items numbered anew by those that occur."""
    rows, row = np.unique(user, return_inverse=True)
    columns, column = np.unique(item, return_inverse=True)
    offsets = np.searchsorted(row, np.arange(len(rows) + 1)).astype(np.int32)
    values = weight.astype(np.float32)
    place = np.arange(len(values)) % 1000
    return {
        "entries": len(values),
        "weight": float(values.astype(np.float64).sum()),
        "places": float((column * place).astype(np.float64).sum()),
        "matrix_rows": len(offsets) - 1,
    }


library, path = sys.argv[1:]
importlib.import_module(library)
start, before = time.perf_counter(), time.process_time()
result = {"polars": by_polars, "pandas": by_pandas}[library](path)
seconds, cpu = time.perf_counter() - start, time.process_time() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak, "result": result}), flush=True)
