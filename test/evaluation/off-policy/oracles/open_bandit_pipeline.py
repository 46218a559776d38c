"""The Open Bandit Pipeline on a small simulated log: the oracle of estimators.test.ts and reward-model.test.ts.

    pip install numpy==1.26.4 pandas==2.2.3 scipy==1.13.1 scikit-learn==1.5.2 pyyaml tqdm matplotlib seaborn
    pip install --no-deps --ignore-requires-python obp==0.5.7
    python open_bandit_pipeline.py > open-bandit-pipeline.json

obp imports torch for its neural policies; the estimators don't use it, so an empty module stands in for it.
"""

import json
import sys
import types


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


for name in ("torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.utils", "torch.utils.data"):
    sys.modules[name] = BlankModule(name)

import numpy as np  # noqa: E402
import obp  # noqa: E402
import sklearn  # noqa: E402
from obp.ope import (  # noqa: E402
    DirectMethod,
    DoublyRobust,
    InverseProbabilityWeighting,
    RegressionModel,
    SelfNormalizedInverseProbabilityWeighting,
)
from sklearn.linear_model import LogisticRegression  # noqa: E402

ROUNDS, ACTIONS, POSITIONS = 240, 4, 2
random = np.random.RandomState(5)
context = np.round(random.standard_normal((ROUNDS, 2)), 3).astype(np.float32).astype(float)
features = np.array([[0, 0.5], [1, -0.25], [2, 0.0], [2, 1.5]])
logging = np.exp(context @ random.standard_normal((2, ACTIONS)))
logging /= logging.sum(axis=1, keepdims=True)
target = np.exp(-0.7 * context @ random.standard_normal((2, ACTIONS)))
target /= target.sum(axis=1, keepdims=True)
action = np.array([random.choice(ACTIONS, p=row) for row in logging])
position = random.randint(0, POSITIONS, ROUNDS)
chance = 1 / (1 + np.exp(-(context[:, 0] - 0.4 * action + 0.3 * position)))
reward = (random.random_sample(ROUNDS) < chance).astype(int)
pscore = logging[np.arange(ROUNDS), action]

# Both positions' policy is the same here; obp's shape is (rounds, actions, positions).
action_dist = np.repeat(target[:, :, None], POSITIONS, axis=2)
model = RegressionModel(
    n_actions=ACTIONS,
    len_list=POSITIONS,
    action_context=features,
    base_model=LogisticRegression(solver="newton-cholesky", tol=1e-12, max_iter=1000),
)
rewards = model.fit_predict(
    context=context, action=action, reward=reward, position=position, pscore=pscore, n_folds=3, random_state=12345
)

known = dict(reward=reward, action=action, position=position, pscore=pscore, action_dist=action_dist)
modelled = dict(known, estimated_rewards_by_reg_model=rewards)
estimates = {
    "ipw": InverseProbabilityWeighting().estimate_policy_value(**known),
    "ipw, cap 2": InverseProbabilityWeighting(lambda_=2).estimate_policy_value(**known),
    "snipw": SelfNormalizedInverseProbabilityWeighting().estimate_policy_value(**known),
    "dm": DirectMethod().estimate_policy_value(**modelled),
    "dr": DoublyRobust().estimate_policy_value(**modelled),
    "dr, cap 2": DoublyRobust(lambda_=2).estimate_policy_value(**modelled),
}
interval = InverseProbabilityWeighting().estimate_interval(**known, n_bootstrap_samples=20000, random_state=1)

print(
    json.dumps(
        {
            "made_by": f"obp {obp.__version__}, scikit-learn {sklearn.__version__}, numpy {np.__version__}: "
            "python open_bandit_pipeline.py",
            "context": context.tolist(),
            "action_features": features.tolist(),
            "action": action.tolist(),
            "position": position.tolist(),
            "reward": reward.tolist(),
            "propensity": pscore.tolist(),
            "target": target.tolist(),
            "rewards": np.round(rewards[np.arange(ROUNDS), :, position], 9).tolist(),
            "estimates": {name: float(value) for name, value in estimates.items()},
            "ipw_interval": [interval["95.0% CI (lower)"], interval["95.0% CI (upper)"]],
        }
    )
)
