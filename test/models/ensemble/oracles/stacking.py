"""Results of scikit-learn and scipy, for test/models/ensemble/*.test.ts and test/models/calibration/temperature.test.ts.

    pip install scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
    python test/models/ensemble/oracles/stacking.py > test/models/ensemble/oracles/stacking.json
"""
import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from scipy.stats import rankdata
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.pipeline import make_pipeline

draw = np.random.default_rng(23)


def regression(c=1.0):
    return LogisticRegression(C=c, tol=1e-12, max_iter=100000)


def first(count, c):
    return make_pipeline(ColumnTransformer([("kept", "passthrough", list(range(count)))]), regression(c))


def case(classes):
    x = np.round(draw.normal(size=(150, 5)), 3)
    pull = draw.normal(size=(5, classes))
    label = np.argmax(x @ pull + draw.gumbel(size=(150, classes)), axis=1)
    folds = draw.integers(0, 4, 120)
    split = PredefinedSplit(folds)
    models = [("all", regression(1.0)), ("three", first(3, 0.1))]
    stack = StackingClassifier(models, final_estimator=regression(1.0), cv=split, stack_method="predict_proba").fit(x[:120], label[:120])
    held = [cross_val_predict(m, x[:120], label[:120], cv=split, method="predict_proba") for _, m in models]
    return {"classes": classes, "features": x.ravel().tolist(), "labels": label.tolist(), "folds": folds.tolist(),
            "outOfFold": [h[:, 1].tolist() if classes == 2 else h.ravel().tolist() for h in held],
            "coefficients": stack.final_estimator_.coef_.ravel().tolist(),
            "probabilities": stack.predict_proba(x[120:]).ravel().tolist()}


def temperature(classes):
    z = np.round(draw.normal(size=(200, classes)) * 3, 3)
    y = np.argmax(z / 2.2 + draw.gumbel(size=z.shape), axis=1)
    nll = lambda t: -log_softmax(z / t, axis=1)[np.arange(200), y].mean()
    found = minimize_scalar(nll, bounds=(0.05, 50), method="bounded", options={"xatol": 1e-12})
    return {"classes": classes, "logits": z.ravel().tolist(), "labels": y.tolist(), "temperature": found.x,
            "before": nll(1.0), "after": found.fun}


tied = np.round(draw.normal(size=30), 1)
json.dump({"versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__},
           "stacks": [case(2), case(3)], "temperatures": [temperature(2), temperature(5)],
           "tied": tied.tolist(), "ranks": rankdata(tied).tolist()}, sys.stdout)
print()
