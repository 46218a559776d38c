"""Scaling, encoding and target encoding by scikit-learn, the oracle of normalise.test.ts and encode.test.ts.

    .venv-bench/bin/python test/preprocessing/oracles/scaling.py > test/preprocessing/oracles/scaling.json
"""

import hashlib
import json

import numpy as np
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

rng = np.random.default_rng(3)
train, later = np.round(rng.gamma(2, 10, (40, 1)), 3), np.round(rng.gamma(2, 15, (10, 1)), 3)
constant = np.full((40, 1), 0.1)
scaled = {}
for name, scaler in {"z-score": StandardScaler(), "min-max": MinMaxScaler(), "robust": RobustScaler()}.items():
    scaled[name] = scaler.fit(train).transform(later).ravel().tolist()
    scaled[f"{name} of a constant"] = scaler.fit(constant).transform(constant[:3]).ravel().tolist()
scaled["log1p"] = np.log1p(later).ravel().tolist()
scaled["log1p, z-score"] = StandardScaler().fit(np.log1p(train)).transform(np.log1p(later)).ravel().tolist()

names = np.array(["tea", "Tea", "coffee", "naïve", "茶", "o'clock"])
seen, new = rng.choice(names[:5], (40, 1)), rng.choice(names, (12, 1))
onehot = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(seen)
ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(seen)

target = np.round(rng.normal(0, 1, 40) + (seen.ravel() == "tea"), 3)
encoder = TargetEncoder(smooth=7.0, target_type="continuous").fit(seen, target)
fold = np.array([int(hashlib.md5(f"5:{row + 1}".encode()).hexdigest()[:15], 16) % 4 for row in range(40)])
out_of_fold = np.empty(40)
for part in range(4):
    other = fold != part
    fitted = TargetEncoder(smooth=7.0, target_type="continuous").fit(seen[other], target[other])
    out_of_fold[~other] = fitted.transform(seen[~other]).ravel()

print(
    json.dumps(
        {
            "train": train.ravel().tolist(),
            "later": later.ravel().tolist(),
            "scaled": scaled,
            "seen": seen.ravel().tolist(),
            "new": new.ravel().tolist(),
            "categories": onehot.categories_[0].tolist(),
            "one-hot": onehot.transform(new).astype(int).tolist(),
            "ordinal": ordinal.transform(new).astype(int).ravel().tolist(),
            "target": target.tolist(),
            "encoded": encoder.transform(new).ravel().tolist(),
            "out_of_fold": out_of_fold.tolist(),
        },
        ensure_ascii=False,
    )
)
