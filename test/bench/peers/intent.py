"""Purchase intent from features, beside intent.bench.ts: scikit-learn's logistic regression and its gradient boosting.

A request names files of doubles, row by row; each answer has the chances of the test's rows, in their order.
"""

import json
import sys
import warnings

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore")


def table(path, width):
    return np.fromfile(path, np.float64).reshape(-1, width)


def logistic(request):
    """The same penalty as ours, on the same filled and scaled features."""
    model = LogisticRegression(C=1.0, tol=1e-8, max_iter=5000)
    model.fit(table(request["train"], request["width"]), np.fromfile(request["labels"], np.float64))
    return model.predict_proba(table(request["test"], request["width"]))[:, 1]


def trees(request):
    """Stopped early by a part of the training rows of its own, as the package does it."""
    model = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=500, max_leaf_nodes=15, min_samples_leaf=50, early_stopping=True, random_state=0
    )
    model.fit(table(request["train"], request["width"]), np.fromfile(request["labels"], np.float64))
    return model.predict_proba(table(request["test"], request["width"]))[:, 1]


for line in sys.stdin:
    request = json.loads(line)
    chances = {"logistic": logistic, "trees": trees}[request["model"]](request)
    print(json.dumps({"chances": chances.tolist()}), flush=True)
