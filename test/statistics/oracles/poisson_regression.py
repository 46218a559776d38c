"""Poisson regression by statsmodels on a fixed random table; the stored output is the oracle of poisson-regression.test.ts.

    pip install numpy==2.4.6 statsmodels==0.15.0
    python poisson_regression.py > poisson-regression.json
"""

import json

import numpy as np
import statsmodels
import statsmodels.api as sm

random = np.random.default_rng(20001101)
rows = 90
price = random.choice([18.0, 19.0, 22.0, 25.0, 29.0], rows)
weekend = (np.arange(rows) % 7 >= 5).astype(float)
visitors = random.integers(400, 2000, rows).astype(float)
# Gamma-mixed, so over-dispersed, counts.
rate = visitors * np.exp(-5.2 - 3.5 * np.log(price / 29) + 0.2 * weekend) * random.gamma(4, 1 / 4, rows)
buyers = random.poisson(rate).astype(float)

design = np.column_stack([np.ones(rows), np.log(price / 29), weekend])
model = sm.GLM(buyers, design, family=sm.families.Poisson(), offset=np.log(visitors))
plain = model.fit(tol=1e-14)
white = model.fit(tol=1e-14, cov_type="HC0")
newey_west = model.fit(tol=1e-14, cov_type="HAC", cov_kwds={"maxlags": 7})

print(
    json.dumps(
        {
            "made_by": f"statsmodels {statsmodels.__version__}, numpy {np.__version__}: python poisson_regression.py",
            "log_price": np.log(price / 29).tolist(),
            "weekend": weekend.tolist(),
            "visitors": visitors.tolist(),
            "buyers": buyers.tolist(),
            "coefficients": plain.params.tolist(),
            "covariance": np.asarray(plain.cov_params()).ravel().tolist(),
            "white": np.asarray(white.cov_params()).ravel().tolist(),
            "newey_west": np.asarray(newey_west.cov_params()).ravel().tolist(),
            "deviance": plain.deviance,
            "log_likelihood": plain.llf,
            "dispersion": plain.pearson_chi2 / plain.df_resid,
            "fitted": plain.fittedvalues.tolist(),
        },
        indent=1,
    )
)
