"""A fluid linear program by scipy's linprog; the stored output is the oracle of optimum/fluid.test.ts.

    pip install numpy==2.4.6 scipy==1.17.1
    python fluid.py > fluid.json

Two products, three periods, three levels, one slot and a budget for discounts; demand exponential in price.
"""

import json

import numpy as np
import scipy
from scipy.optimize import linprog

arrivals = np.array([[30.0, 50.0, 40.0], [60.0, 20.0, 35.0]])
list_price = np.array([10.0, 8.0])
discounts = np.array([0.0, 0.2, 0.4])
sensitivity = np.array([0.3, 0.4])
stock = np.array([5.0, 6.0])
cost = np.array([4.0, 3.0])
salvage = np.array([1.0, 2.0])
slots, budget = 1.0, 11.0

prices = list_price[:, None] * (1 - discounts)
rates = arrivals[:, :, None] * np.exp(-sensitivity[:, None, None] * prices[:, None, :])
gain = rates * (prices - salvage[:, None])[:, None, :]
given = rates * (list_price[:, None] - prices)[:, None, :]
shape = rates.shape

rows, limits = [], []
for i in range(2):
    for t in range(3):
        row = np.zeros(shape)
        row[i, t] = 1
        rows.append(row), limits.append(1)
for t in range(3):
    row = np.zeros(shape)
    row[:, t] = 1
    rows.append(row), limits.append(slots)
for i in range(2):
    row = np.zeros(shape)
    row[i] = rates[i]
    rows.append(row), limits.append(stock[i])
rows.append(given), limits.append(budget)

result = linprog(-gain.ravel(), A_ub=np.array([row.ravel() for row in rows]), b_ub=limits, method="highs-ipm")
print(
    json.dumps(
        {
            "made_by": f"scipy {scipy.__version__}, numpy {np.__version__}: python fluid.py",
            "bound": -result.fun - float(stock @ (cost - salvage)),
            "unit_prices": (-result.ineqlin.marginals[9:11]).tolist(),
            "budget_price": -result.ineqlin.marginals[11],
            "sales": (rates * result.x.reshape(shape)).sum((1, 2)).tolist(),
        },
        indent=1,
    )
)
