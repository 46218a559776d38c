"""Alternating least squares by implicit 0.7.2, from given factors. Writes als.json beside this file:

    .venv-bench/bin/python test/recommendation/oracles/als.py
"""

import json
from pathlib import Path

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

USERS, ITEMS, RANK, ALPHA, REGULARISATION = 60, 45, 6, 3.0, 0.5

random = np.random.default_rng(7)
# Users and items of three tastes; counts of 1 and more; some users and items without any.
taste = random.integers(3, size=USERS)[:, None] == random.integers(3, size=ITEMS)[None, :]
counts = random.poisson(np.where(taste, 0.7, 0.1)).astype(np.float32)
counts[5] = 0
counts[:, 11] = 0
matrix = csr_matrix(counts)
start = {
    "users": random.random((USERS, RANK)).astype(np.float32),
    "items": random.random((ITEMS, RANK)).astype(np.float32),
}


def fitted(iterations):
    losses = []
    model = AlternatingLeastSquares(
        factors=RANK,
        regularization=REGULARISATION,
        alpha=ALPHA,
        iterations=iterations,
        calculate_training_loss=True,
        num_threads=1,
    )
    model.user_factors, model.item_factors = start["users"].copy(), start["items"].copy()
    model.fit(matrix, show_progress=False, callback=lambda _iteration, _time, loss: losses.append(loss))
    return model, losses


def numbers(array):
    return [float(f"{value:.8g}") for value in np.ravel(array)]


model, losses = fitted(10)
first, _ = fitted(1)
recommended, _ = model.recommend(np.arange(USERS), matrix, N=10, filter_already_liked_items=True)
basket = csr_matrix(([1.0, 2.0, 1.0], ([0, 0, 0], [3, 20, 44])), shape=(1, ITEMS), dtype=np.float32)
result = {
    "shape": [USERS, ITEMS],
    "offsets": matrix.indptr.tolist(),
    "indices": matrix.indices.tolist(),
    "values": matrix.data.astype(int).tolist(),
    "rank": RANK,
    "alpha": ALPHA,
    "regularisation": REGULARISATION,
    "start": {side: numbers(values) for side, values in start.items()},
    "losses": losses,
    "first": {"users": numbers(first.user_factors), "items": numbers(first.item_factors)},
    "last": {"users": numbers(model.user_factors), "items": numbers(model.item_factors)},
    "recommended": recommended.tolist(),
    "basket": {
        "items": basket.indices.tolist(),
        "values": basket.data.tolist(),
        "factors": numbers(model.recalculate_user(0, basket)),
    },
}
Path(__file__).with_suffix(".json").write_text(json.dumps(result))
