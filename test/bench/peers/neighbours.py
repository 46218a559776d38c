"""Item neighbours beside neighbours.bench.ts: `implicit` (C++, all cores) and SciPy's sparse product with scikit-learn.

The first request carries the interactions; answers have the seconds that the work took, and what came of it.
"""

import warnings

import numpy as np
from implicit.nearest_neighbours import CosineRecommender
from scipy.sparse import csr_matrix
from sklearn.metrics.pairwise import cosine_similarity

from requests_by_line import serve

warnings.simplefilter("ignore")


class Work:
    def load(self, request):
        offsets, indices = np.array(request["offsets"], np.int32), np.array(request["indices"], np.int32)
        data = np.ones(len(indices), np.float32)
        self.matrix = csr_matrix((data, indices, offsets), shape=request["shape"])
        return None

    def implicit(self, request):
        # implicit counts an item among its own neighbours.
        self.model = CosineRecommender(K=request["k"] + 1, num_threads=request["threads"])
        self.model.fit(self.matrix, show_progress=False)
        return None

    def lists(self, request):
        users = np.arange(self.matrix.shape[0])
        self.items, self.scores = self.model.recommend(
            users, self.matrix, N=request["n"], filter_already_liked_items=True
        )
        return None

    def similarity(self, request):
        found = self.model.similarity.tocoo()
        other = (found.row != found.col) & (found.data > 0)
        columns = {"rows": found.row, "columns": found.col, "values": found.data.astype(float)}
        return {name: column[other].tolist() for name, column in columns.items()}

    def listed(self, request):
        return {"items": self.items.tolist(), "scores": self.scores.astype(float).tolist()}

    def scipy(self, request):
        k = request["k"]
        similar = cosine_similarity(self.matrix.T.tocsr(), dense_output=False)
        similar.setdiag(0)
        for row in range(similar.shape[0]):
            values = similar.data[similar.indptr[row] : similar.indptr[row + 1]]
            if len(values) > k:
                values[np.argpartition(values, -k)[:-k]] = 0
        similar.eliminate_zeros()
        return similar.nnz


serve(Work())
