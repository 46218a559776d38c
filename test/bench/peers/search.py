"""Nearest items beside search.bench.ts: hnswlib, scikit-learn's brute force and implicit's, on the same vectors, one thread each.

The first request carries the interactions that the vectors are trained on, by implicit, and files to write them to. Answers
have the seconds that the work took, and what came of it.
"""

import warnings

import hnswlib
import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.cpu.topk import topk
from scipy.sparse import csr_matrix
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from requests_by_line import serve

warnings.simplefilter("ignore")
threadpool_limits(1)


class Work:
    def train(self, request):
        offsets, indices = np.array(request["offsets"], np.int32), np.array(request["indices"], np.int32)
        values = np.full(len(indices), request["alpha"], np.float32)
        matrix = csr_matrix((values, indices, offsets), shape=request["shape"])
        model = AlternatingLeastSquares(
            factors=request["rank"], iterations=8, regularization=0.05, num_threads=1, random_state=1
        )
        model.fit(matrix, show_progress=False)
        self.items = model.item_factors.astype("<f4")
        self.queries = model.user_factors[:: request["every"]].astype("<f4")
        self.k = request["k"]
        self.items.tofile(request["items"])
        self.queries.tofile(request["queries"])

    def build(self, request):
        self.index = hnswlib.Index(space="ip", dim=self.items.shape[1])
        self.index.init_index(len(self.items), M=request["connectivity"], ef_construction=request["add"])
        self.index.set_num_threads(1)
        self.index.add_items(self.items, num_threads=1)
        self.index.set_ef(request["search"])

    def hnswlib(self, request):
        self.found, _ = self.index.knn_query(self.queries, self.k, num_threads=1)

    def one(self, request):
        for query in self.queries[: request["count"]]:
            self.index.knn_query(query, self.k, num_threads=1)

    def implicit(self, request):
        self.found, _ = topk(self.items, self.queries, self.k, num_threads=1)

    def sklearn(self, request):
        # Inner products aren't one of its metrics; equal lengths in one more dimension make Euclidean distances of them.
        norms = (self.items**2).sum(1)
        lifted = np.hstack([self.items, np.sqrt(norms.max() - norms)[:, None]])
        model = NearestNeighbors(n_neighbors=self.k, algorithm="brute").fit(lifted)
        level = np.hstack([self.queries, np.zeros((len(self.queries), 1), np.float32)])
        self.found = model.kneighbors(level, return_distance=False)

    def found_items(self, request):
        return self.found.astype(int).tolist()


serve(Work())
