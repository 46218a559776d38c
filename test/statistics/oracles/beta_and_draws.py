"""Beta tails, NumPy's legacy draws, quantiles and logistic regression: the oracle of several tests of this folder.

    pip install numpy==1.26.4 mpmath==1.3.0 scikit-learn==1.5.2
    python beta_and_draws.py > beta-and-draws.json
"""

import json

import mpmath
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

mpmath.mp.dps = 40


def lower_tail(x, a, b):
    """P(X <= x) by the hypergeometric series (DLMF 8.17.8) in 40 digits."""
    log_kernel = a * mpmath.log(x) + b * mpmath.log(1 - x) - mpmath.log(mpmath.beta(a, b))
    term = total = mpmath.mpf(1)
    m = 0
    while term > total * mpmath.mpf(10) ** -35:
        term *= (a + b + m) * x / (a + 1 + m)
        total += term
        m += 1
    return mpmath.exp(log_kernel) / a * total


def tails_at(x, a, b):
    x, a, b = mpmath.mpf(x), mpmath.mpf(a), mpmath.mpf(b)
    return float(lower_tail(x, a, b)), float(lower_tail(1 - x, b, a))


shapes = [(0.5, 0.5), (1, 1), (2, 2189), (857, 120000), (0.3, 7), (47, 3.5), (1e4, 1e6), (1, 250)]
tails = []
for a, b in shapes:
    mean, spread = a / (a + b), np.sqrt(a * b / (a + b + 1)) / (a + b)
    for x in [mean, mean + spread, mean - spread, mean + 5 * spread, mean - 3 * spread]:
        if 0 < x < 1:
            tails.append([a, b, x, *tails_at(x, a, b)])

draws = np.random.RandomState(12345)
order = np.arange(50)
sequence = {
    "uniform": [draws.random_sample() for _ in range(700)][-5:],
    "normal": [draws.standard_normal() for _ in range(7)],
    "gamma": [draws.standard_gamma(shape) for shape in (0.2, 1, 3.5, 857, 0.9, 1) for _ in range(3)],
    "beta": [draws.beta(a, b) for a, b in ((2, 2189), (0.4, 0.7), (1, 1), (0.5, 3), (1e-3, 1e-3)) for _ in range(4)],
    "shuffled": (draws.shuffle(order), order.tolist())[1],
}

values = np.array([3.2, -1.0, 7.5, 0.25, 3.2, 11.0, 2.0])
quantiles = [[p, float(np.percentile(values, 100 * p))] for p in (0, 0.025, 0.1, 0.5, 0.77, 0.975, 1)]

random = np.random.RandomState(7)
features = np.column_stack([random.standard_normal((120, 3)), random.randint(0, 2, 120), random.randint(0, 40, 120)])
chance = 1 / (1 + np.exp(-(features @ [0.8, -1.2, 0.1, 0.7, -0.05] - 0.4)))
labels = (random.random_sample(120) < chance).astype(int)
weights = random.random_sample(120) * 2
fits = []
for penalty in (1.0, 0.01, 25.0):
    for weighted in (False, True):
        model = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-12, max_iter=1000)
        model.fit(features, labels, weights if weighted else None)
        fits.append(
            {
                "penalty": penalty,
                "weighted": weighted,
                "coefficients": model.coef_[0].tolist(),
                "intercept": float(model.intercept_[0]),
            }
        )

print(
    json.dumps(
        {
            "made_by": f"numpy {np.__version__}, mpmath {mpmath.__version__}, scikit-learn {sklearn.__version__}: "
            "python beta_and_draws.py",
            "tails": tails,
            "draws": sequence,
            "quantiles": {"values": values.tolist(), "at": quantiles},
            "logistic": {
                "features": features.tolist(),
                "labels": labels.tolist(),
                "weights": weights.tolist(),
                "fits": fits,
            },
        }
    )
)
