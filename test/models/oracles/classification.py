"""Results of scikit-learn, for test/models/classification.test.ts and test/profiles/segments.test.ts.

    pip install scikit-learn==1.9.1 numpy==2.4.6
    python test/models/oracles/classification.py > test/models/oracles/classification.json
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.calibration import _sigmoid_calibration
from sklearn.cluster import KMeans
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import (adjusted_rand_score, average_precision_score, brier_score_loss, log_loss, roc_auc_score,
                             silhouette_score)

draw = np.random.default_rng(5)
labels = (draw.random(80) < 0.35).astype(int)
scores = np.round(labels * 0.8 + draw.normal(size=80), 1)
weights = draw.integers(0, 4, size=80)
chances = 1 / (1 + np.exp(-scores))
isotonic = IsotonicRegression(out_of_bounds="clip").fit(scores, labels)
slope, intercept = _sigmoid_calibration(scores, labels)
at = np.linspace(-4, 4, 17)
points = np.round(np.concatenate([draw.normal(m, 0.7, size=(14, 3)) for m in (-1, 1, 3)]), 3)
start = points[[0, 1, 2]]
kmeans = KMeans(3, init=start, n_init=1, tol=0, algorithm="lloyd").fit(points)
other = np.arange(len(points)) % 4
json.dump({
    "versions": {"scikit-learn": sklearn.__version__},
    "labels": labels.tolist(), "scores": scores.tolist(), "weights": weights.tolist(),
    "auc": roc_auc_score(labels, scores), "aucWeighted": roc_auc_score(labels, scores, sample_weight=weights),
    "precision": average_precision_score(labels, scores),
    "precisionWeighted": average_precision_score(labels, scores, sample_weight=weights),
    "brier": brier_score_loss(labels, chances), "logLoss": log_loss(labels, chances),
    "at": at.tolist(), "isotonic": isotonic.predict(at).tolist(),
    "platt": (1 / (1 + np.exp(slope * at + intercept))).tolist(),
    "points": points.ravel().tolist(), "clusters": kmeans.labels_.tolist(), "centres": kmeans.cluster_centers_.ravel().tolist(),
    "inertia": kmeans.inertia_, "silhouette": silhouette_score(points, kmeans.labels_),
    "rand": adjusted_rand_score(kmeans.labels_, other),
}, sys.stdout)
print()
