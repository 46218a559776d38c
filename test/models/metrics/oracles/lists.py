"""Lists that metrics are checked against: python lists.py > lists.json (numpy, scikit-learn; .venv-bench has both)."""

import json

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score
from sklearn.metrics.pairwise import cosine_distances

random = np.random.RandomState(7)

rankings = []
for _ in range(20):
    scores = random.permutation(40)
    relevant = random.random_sample(40) < 0.2
    if relevant.any():
        rankings.append(
            {
                "scores": scores.tolist(),
                "relevant": np.flatnonzero(relevant).tolist(),
                "averagePrecision": average_precision_score(relevant, scores),
            }
        )

users = 50
had = random.randint(0, users + 1, 30)
shown = random.poisson(2, 30)
vectors = random.normal(size=(30, 5))
items = random.permutation(30)[:8]

print(
    json.dumps(
        {
            "made_by": f"numpy {np.__version__}, scikit-learn {sklearn.__version__}: python lists.py",
            "rankings": rankings,
            "users": users,
            "had": had.tolist(),
            "shown": shown.tolist(),
            "gini": np.abs(shown[:, None] - shown[None, :]).mean() / (2 * shown.mean()),
            "novelty": np.average(-np.log2((had + 1) / (users + 1)), weights=shown),
            "coverage": np.count_nonzero(shown) / 30,
            "vectors": np.round(vectors, 6).tolist(),
            "items": items.tolist(),
            "diversity": cosine_distances(np.round(vectors, 6)[items])[np.triu_indices(8, 1)].mean(),
        }
    )
)
