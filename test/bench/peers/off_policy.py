"""The Open Bandit Pipeline beside off-policy.bench.ts: the sampler's choices, the reward model, estimates with intervals.

The first request carries the log; answers have the seconds that the work took, and what came of it. obp imports torch for
its neural policies; nothing here uses it, so an empty module stands in for it.
"""

import sys
import types
import warnings


class Anything(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Blank


class Blank(metaclass=Anything):
    pass


class BlankModule(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Blank


for module in ("torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.utils", "torch.utils.data"):
    sys.modules[module] = BlankModule(module)
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
from obp.ope import (  # noqa: E402
    DirectMethod,
    DoublyRobust,
    InverseProbabilityWeighting,
    RegressionModel,
    SelfNormalizedInverseProbabilityWeighting,
)
from obp.policy import BernoulliTS  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from requests_by_line import serve

ESTIMATORS = {
    "IPW": InverseProbabilityWeighting(),
    "SNIPW": SelfNormalizedInverseProbabilityWeighting(),
    "DM": DirectMethod(),
    "DR": DoublyRobust(),
}


class Work:
    def load(self, request):
        self.actions = request["actions"]
        columns = ("action", "reward", "position", "propensity")
        self.action, self.reward, self.position, self.pscore = (np.array(request[name]) for name in columns)
        self.reward = self.reward.astype(int)
        self.rounds = len(self.action)
        self.context = np.array(request["context"]).reshape(self.rounds, -1)
        self.features = np.array(request["action_features"]).reshape(self.actions, -1)
        return None

    def choices(self, request):
        policy = BernoulliTS(
            n_actions=self.actions, len_list=3, is_zozotown_prior=True, campaign="all", random_state=12345
        )
        self.action_dist = policy.compute_batch_action_dist(n_sim=request["draws"], n_rounds=self.rounds)
        return self.action_dist[0].T.tolist()

    def rewards(self, request):
        model = RegressionModel(
            n_actions=self.actions,
            len_list=3,
            action_context=self.features,
            base_model=LogisticRegression(C=1, tol=request["tolerance"], max_iter=10000),
        )
        self.q = model.fit_predict(
            context=self.context,
            action=self.action,
            reward=self.reward,
            position=self.position,
            pscore=self.pscore,
            n_folds=3,
            random_state=12345,
        )
        return None

    def estimates(self, request):
        known = dict(
            reward=self.reward,
            action=self.action,
            position=self.position,
            pscore=self.pscore,
            action_dist=self.action_dist,
        )
        result = {}
        for name, estimator in ESTIMATORS.items():
            inputs = known if "IPW" in name else dict(known, estimated_rewards_by_reg_model=self.q)
            estimator.estimate_interval(**inputs, n_bootstrap_samples=request["resamples"], random_state=1)
            result[name] = float(estimator.estimate_policy_value(**inputs))
        return result


serve(Work())
