"""Results of the package lifetimes on CDNOW, for test/profiles/lifetime/.

    pip install --no-deps lifetimes==0.11.3 autograd==1.9.1 dill==0.4.1 && pip install numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
    python test/profiles/lifetime/oracles/lifetimes_cdnow.py > test/profiles/lifetime/oracles/lifetimes-cdnow.json
"""
import json
import os
import sys

import lifetimes
import numpy as np
import pandas as pd
import scipy.special
from lifetimes import BetaGeoFitter, GammaGammaFitter

folder = os.path.join(os.path.dirname(lifetimes.__file__), "datasets")
sample = pd.read_csv(os.path.join(folder, "cdnow_customers_summary.csv"))
model = BetaGeoFitter(penalizer_coef=0.0)
model.fit(sample["frequency"], sample["recency"], sample["T"], tol=1e-9)

cases = [(0, 0.0, 38.86), (1, 1.71, 38.86), (2, 30.43, 38.86), (7, 29.43, 38.86), (29, 33.0, 36.0), (26, 30.86, 31.0)]
horizons = [1, 39, 520]

master = pd.read_csv(os.path.join(folder, "CDNOW_master.txt"), sep=r"\s+", header=0,
                     names=["customer", "date", "quantity", "dollars"])
master["date"] = pd.to_datetime(master["date"].astype(str), format="%Y%m%d")
end = pd.Timestamp("1997-09-30")
days = master[master["date"] <= end].groupby(["customer", "date"])["dollars"].sum().reset_index()
first = days.groupby("customer")["date"].transform("min")
repeat = days[days["date"] > first].groupby("customer")["dollars"]
summary = pd.DataFrame({"frequency": repeat.count(), "value": repeat.mean()})
summary = summary[summary["value"] > 0]
gamma = GammaGammaFitter(penalizer_coef=0.0)
gamma.fit(summary["frequency"], summary["value"], tol=1e-7)

whole = days.groupby("customer")["date"].agg(["count", "min", "max"])
seen = (end - whole["min"]).dt.days / 7
large = BetaGeoFitter(penalizer_coef=0.0)
large.fit(whole["count"] - 1, (whole["max"] - whole["min"]).dt.days / 7, seen)
weeks = (pd.Timestamp("1998-06-30") - end).days / 7
expected = large.conditional_expected_number_of_purchases_up_to_time(
    weeks, whole["count"] - 1, (whole["max"] - whole["min"]).dt.days / 7, seen)
later = len(master[master["date"] > end].drop_duplicates(["customer", "date"]))

one = pd.DataFrame(cases, columns=["frequency", "recency", "T"])
worth = [0.0, 20.0, 35.0, 12.5, 50.0, 80.0]
clv = gamma.customer_lifetime_value(model, one["frequency"], one["recency"], one["T"], pd.Series(worth),
                                    time=12, discount_rate=0.01, freq="W")

json.dump({
    "versions": {"lifetimes": lifetimes.__version__},
    "bgNbd": {
        "parameters": model.params_.to_dict(),
        "standardErrors": model.summary["se(coef)"].to_dict(),
    },
    "horizons": horizons,
    "customers": [{
        "frequency": x, "recency": tx, "age": t, "value": value,
        "alive": float(np.ravel(model.conditional_probability_alive(x, tx, t))[0]),
        "expected": [float(np.ravel(model.conditional_expected_number_of_purchases_up_to_time(h, x, tx, t))[0])
                     for h in horizons],
        "meanValue": float(gamma.conditional_expected_average_profit(np.array([x]), np.array([value]))[0]),
        "lifetimeValue": float(clv.iloc[i]),
    } for i, ((x, tx, t), value) in enumerate(zip(cases, worth))],
    "gammaGamma": {
        "customers": len(summary),
        "parameters": gamma.params_.to_dict(),
        "standardErrors": gamma.summary["se(coef)"].to_dict(),
    },
    "holdout": {"parameters": large.params_.to_dict(), "expected": float(expected.sum()), "bought": later},
    "hyp2f1": [[*p, float(scipy.special.hyp2f1(*p))] for p in
               [(1.3, -0.4, 5.2, 0.2), (2.1, 0.7, 3.3, 0.95), (0.5, 0.5, 1.5, 0.5), (-2.0, 3.0, 1.5, 0.8), (3.2, -0.2, 40.0, 0.99)]],
    "digamma": [[x, float(scipy.special.digamma(x))] for x in [1e-3, 0.25, 1.0, 1.4616321449683623, 7.5, 123.4]],
}, sys.stdout)
print()
