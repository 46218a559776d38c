"""Factorisation beside als.bench.ts: `implicit` (C++ and BLAS, all cores).

The first request carries the interactions and where ALS starts; answers have the seconds that the work took, and what
came of it.
"""

import os
import warnings

# As implicit itself asks for: its own threads are faster than those of BLAS.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

from requests_by_line import serve

warnings.simplefilter("ignore")


class Work:
    def load(self, request):
        offsets, indices = np.fromfile(request["offsets"], np.int32), np.fromfile(request["indices"], np.int32)
        data = np.fromfile(request["values"], np.float32)
        self.matrix = csr_matrix((data, indices, offsets), shape=request["shape"])
        rank = request["rank"]
        self.start = [np.fromfile(request[side], np.float32).reshape(-1, rank) for side in ("users", "items")]
        self.settings = {"factors": rank, "regularization": request["regularisation"], "alpha": request["alpha"]}

    def als(self, request):
        self.losses = []
        self.model = AlternatingLeastSquares(
            **self.settings,
            iterations=request["iterations"],
            num_threads=request["threads"],
            calculate_training_loss=request["loss"],
        )
        self.model.user_factors, self.model.item_factors = (side.copy() for side in self.start)
        self.model.fit(
            self.matrix, show_progress=False, callback=lambda _iteration, _time, loss: self.losses.append(loss)
        )

    def lists(self, request):
        users = np.arange(self.matrix.shape[0])
        self.items, self.scores = self.model.recommend(
            users, self.matrix, N=request["n"], filter_already_liked_items=True
        )

    def found(self, request):
        self.model.user_factors.tofile(request["users"])
        self.model.item_factors.tofile(request["items"])
        return {"losses": [float(loss) for loss in self.losses]}

    def listed(self, request):
        self.items.astype(np.int32).tofile(request["path"])


serve(Work())
