"""Who survives scikit-learn's HalvingRandomSearchCV, for test/models/search/halving.test.ts.

    pip install scikit-learn==1.9.1 numpy==2.4.6
    python test/models/search/oracles/halving.py > test/models/search/oracles/halving.json

81 candidates, scored by a curve of the resource that falls to a level of its own with a speed of its own, so that early ranks
aren't the last ones.
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.base import BaseEstimator
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV

draw = np.random.default_rng(11)
level = np.round(draw.uniform(0, 1, 81), 6)
gap = np.round(draw.uniform(0, 2, 81), 6)
speed = np.round(draw.uniform(0.3, 1.2, 81), 6)


class Curve(BaseEstimator):
    def __init__(self, candidate=0, resource=1):
        self.candidate, self.resource = candidate, resource

    def fit(self, x, y):
        return self

    def score(self, x, y):
        i = self.candidate
        return -(level[i] + gap[i] * self.resource ** -speed[i])


search = HalvingRandomSearchCV(Curve(), {"candidate": list(range(81))}, n_candidates=81, resource="resource", factor=3,
                               min_resources=1, max_resources=81, cv=[(np.arange(4), np.arange(4))], refit=False,
                               random_state=0)
search.fit(np.zeros((4, 1)), np.zeros(4))
result = search.cv_results_
rungs = [{"resource": int(result["n_resources"][result["iter"] == i][0]),
          "candidates": sorted(int(c) for c in result["param_candidate"][result["iter"] == i])}
         for i in range(search.n_iterations_)]
json.dump({"versions": {"scikit-learn": sklearn.__version__}, "level": level.tolist(), "gap": gap.tolist(),
           "speed": speed.tolist(), "rungs": rungs, "best": int(search.best_params_["candidate"]),
           "bestScore": float(search.best_score_)}, sys.stdout)
print()
