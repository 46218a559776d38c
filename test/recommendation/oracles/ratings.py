"""Rating prediction by scikit-surprise 1.1.5, users' and items' neighbours by Pearson's correlation. Writes ratings.json beside
this file, run with an environment that has numpy 1.26.4 and scikit-surprise 1.1.5:

    python test/recommendation/oracles/ratings.py

Ratings of one to five stars with tastes and noise; every neighbour counts (k is the number of users), none is clipped.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from surprise import Dataset, KNNBasic, KNNWithMeans, Reader, accuracy

USERS, ITEMS = 60, 40
random = np.random.default_rng(5)
tastes, kinds = random.normal(size=(USERS, 3)), random.normal(size=(ITEMS, 3))
stars = np.clip(np.rint(3 + 0.7 * random.normal(size=(USERS, 1)) + tastes @ kinds.T * 0.6), 1, 5)
kept = random.random((USERS, ITEMS)) < 0.4
known = [(user, item) for user, item in np.argwhere(kept) if random.random() < 0.8]
held = [pair for pair in map(tuple, np.argwhere(kept)) if pair not in set(known)]
frame = pd.DataFrame([(user, item, stars[user, item]) for user, item in known], columns=["user", "item", "stars"])
train = Dataset.load_from_df(frame, Reader(rating_scale=(1, 5))).build_full_trainset()
test = [(user, item, stars[user, item]) for user, item in held]


def predict(model, by_users):
    fitted = model(k=max(USERS, ITEMS), min_k=1, sim_options={"name": "pearson", "user_based": by_users}, verbose=False)
    fitted.fit(train)
    found = [fitted.predict(*one, clip=False) for one in test]
    assert not any(one.details["was_impossible"] for one in found)
    return {
        "predictions": [one.est for one in found],
        "rmse": accuracy.rmse(found, verbose=False),
        "mae": accuracy.mae(found, verbose=False),
    }


result = {
    "shape": [USERS, ITEMS],
    "known": [[int(user), int(item), float(stars[user, item])] for user, item in known],
    "held": [[int(user), int(item), float(value)] for user, item, value in test],
    "users": {"centred": predict(KNNWithMeans, True), "plain": predict(KNNBasic, True)},
    "items": {"centred": predict(KNNWithMeans, False), "plain": predict(KNNBasic, False)},
}
Path(__file__).with_name("ratings.json").write_text(json.dumps(result) + "\n")
