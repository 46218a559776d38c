"""Bayesian personalised ranking by implicit 0.7.2 on two tastes with noise. Writes bpr.json beside this file:

    .venv-bench/bin/python test/recommendation/oracles/bpr.py

The data, and for each seed the share of held-out interactions that are ranked above an item that the user never had.
"""

import json
from pathlib import Path

import numpy as np
from implicit.cpu.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix

USERS, ITEMS, RANK = 200, 100, 8
random = np.random.default_rng(3)
taste = random.integers(4, size=USERS)[:, None] == random.integers(4, size=ITEMS)[None, :]
likes = random.random((USERS, ITEMS)) < np.where(taste, 0.45, 0.05) * (0.3 + random.random(ITEMS))
held = likes & (random.random((USERS, ITEMS)) < 0.2)
train = csr_matrix((likes & ~held).astype(np.float32))
settings = {"factors": RANK, "learning_rate": 0.05, "regularization": 0.01, "iterations": 100}


def auc(scores):
    above = [
        (scores[user, item] > scores[user, ~likes[user]]).mean() for user, item in zip(*np.nonzero(held), strict=True)
    ]
    return float(np.mean(above))


found = []
for seed in range(10):
    model = BayesianPersonalizedRanking(**settings, num_threads=1, random_state=seed)
    model.fit(train, show_progress=False)
    found.append(auc(model.user_factors @ model.item_factors.T))
result = {
    "shape": [USERS, ITEMS],
    "offsets": train.indptr.tolist(),
    "indices": train.indices.tolist(),
    "held": np.argwhere(held).tolist(),
    "settings": settings,
    "auc": found,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(result))
