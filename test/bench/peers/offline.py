"""d3rlpy beside offline.bench.ts: behaviour cloning and conservative Q-learning on the same log.

The first request carries the log; answers have the seconds that the training took and the action chosen in every state asked for.
"""

import json
import os
import sys
import time
import warnings

warnings.simplefilter("ignore")
# What d3rlpy and gym say about themselves on stdout must not come between the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import d3rlpy  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(1)


class Work:
    def load(self, request):
        observations = np.array(request["observations"], dtype=np.float32).reshape(-1, request["width"])
        terminals = np.array(request["terminated"], dtype=np.float32)
        episodes = np.array(request["episodes"])
        # An episode that ends without a termination was cut off.
        timeouts = np.append(episodes[1:] != episodes[:-1], True) & (terminals == 0)
        self.dataset = d3rlpy.dataset.MDPDataset(
            observations=observations,
            actions=np.array(request["taken"]).reshape(-1, 1),
            rewards=np.array(request["rewards"], dtype=np.float32),
            terminals=terminals,
            timeouts=timeouts.astype(np.float32),
            action_size=request["actions"],
        )
        # The first fit of a process imports what it needs: that isn't training.
        self.fit(d3rlpy.algos.DiscreteBCConfig().create(device="cpu"), 1)
        return None

    def fit(self, algorithm, updates):
        algorithm.fit(
            self.dataset,
            n_steps=updates,
            n_steps_per_epoch=updates,
            logger_adapter=d3rlpy.logging.NoopAdapterFactory(),
            show_progress=False,
        )

    def train(self, request):
        d3rlpy.seed(request["seed"])
        shared = dict(
            batch_size=request["batch"],
            gamma=1.0,
            learning_rate=request["learningRate"],
            encoder_factory=d3rlpy.models.VectorEncoderFactory(hidden_units=request["hidden"]),
        )
        if request["algorithm"] == "cloning":
            config = d3rlpy.algos.DiscreteBCConfig(beta=0.0, **shared)
        else:
            config = d3rlpy.algos.DiscreteCQLConfig(
                alpha=request["alpha"], target_update_interval=request["targetEvery"], **shared
            )
        algorithm = config.create(device="cpu")
        start = time.perf_counter()
        self.fit(algorithm, request["updates"])
        seconds = time.perf_counter() - start
        states = np.array(request["states"], dtype=np.float32).reshape(-1, request["width"])
        return {"seconds": seconds, "choices": algorithm.predict(states).tolist()}


work = Work()
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(getattr(work, request["task"])(request)), file=answers, flush=True)
