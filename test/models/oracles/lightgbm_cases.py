"""Results of LightGBM's own Python package, for test/models/lightgbm.test.ts.

    pip install lightgbm==4.7.0 numpy==2.4.6 scipy==1.17.1
    python test/models/oracles/lightgbm_cases.py > test/models/oracles/lightgbm-cases.json

The tables are made from whole numbers by the rule below, which the test repeats: nothing but results is stored.
"""
import json
import sys

import lightgbm as lgb
import numpy as np


def table(rows, width, shift):
    """Numbers in [0, 1) by a multiplicative hash of their place; every 17th is missing."""
    place = np.arange(rows * width, dtype=np.uint64) + np.uint64(shift)
    hashed = (place * np.uint64(2654435761)) % np.uint64(4294967296)
    hashed = ((hashed ^ (hashed >> np.uint64(15))) * np.uint64(2246822519)) % np.uint64(4294967296)
    values = (hashed ^ (hashed >> np.uint64(13))) / 4294967296
    values[place % np.uint64(17) == 0] = np.nan
    return values.reshape(rows, width)


def signal(x):
    filled = np.nan_to_num(x, nan=0.5)
    return 2 * filled[:, 0] + filled[:, 1] * filled[:, 2] - filled[:, 3]


def labels(kind, x):
    s = signal(x) + 0.4 * np.nan_to_num(x[:, 4], nan=0.5)
    if kind == "regression":
        return s
    if kind == "multiclass":
        return np.digitize(s, [0.5, 1.1]).astype(float)
    return (s > 0.95).astype(float)


COMMON = dict(verbosity=-1, num_threads=1, deterministic=True, force_col_wise=True, seed=3, min_data_in_leaf=5)
CASES = [
    dict(name="regression", kind="regression", iterations=30,
         parameters=dict(objective="regression", num_leaves=7, learning_rate=0.2)),
    dict(name="binary, weighted", kind="binary", iterations=40, weighted=True,
         parameters=dict(objective="binary", num_leaves=5, bagging_fraction=0.7, bagging_freq=1, feature_fraction=0.8)),
    dict(name="binary, stopped early", kind="binary", iterations=300, patience=5,
         parameters=dict(objective="binary", num_leaves=15, learning_rate=0.3, metric=["auc", "binary_logloss"])),
    dict(name="three classes", kind="multiclass", iterations=15,
         parameters=dict(objective="multiclass", num_class=3, num_leaves=5)),
]

train, held = table(400, 5, 1), table(60, 5, 7001)
results = []
for case in CASES:
    parameters = {**COMMON, **case["parameters"]}
    weight = 0.5 + (np.arange(400) % 4) if case.get("weighted") else None
    data = lgb.Dataset(train, labels(case["kind"], train), weight=weight, params=parameters)
    history, callbacks = {}, []
    valid = lgb.Dataset(held, labels(case["kind"], held), reference=data, params=parameters)
    callbacks.append(lgb.record_evaluation(history))
    if "patience" in case:
        callbacks.append(lgb.early_stopping(case["patience"], verbose=False))
    model = lgb.train(parameters, data, case["iterations"], valid_sets=[valid], valid_names=["held"], callbacks=callbacks)
    few = held[:12]
    results.append({
        **case,
        "parameters": parameters,
        "bestIteration": model.best_iteration,
        "trees": model.num_trees(),
        "history": history["held"],
        "prediction": model.predict(few).ravel().tolist(),
        "raw": model.predict(few, raw_score=True).ravel().tolist(),
        "leaves": model.predict(few, pred_leaf=True).ravel().tolist() if case["name"] == "regression" else None,
        "contributions": model.predict(few[:4], pred_contrib=True).ravel().tolist(),
        "gain": model.feature_importance("gain").tolist(),
        "split": model.feature_importance("split").tolist(),
    })
json.dump({"versions": {"lightgbm": lgb.__version__, "numpy": np.__version__}, "cases": results}, sys.stdout)
print()
