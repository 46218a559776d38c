"""Trajectories of Gymnasium's CartPole-v1; the stored output is the oracle of control/cart-pole.test.ts.

    pip install gymnasium==1.4.0 numpy==2.4.6
    python cart_pole.py > cart-pole.json

The states are the environment's own, in double precision. The first episode is balanced by a linear rule until the
time limit cuts it off, the second leans on one side until the cart leaves the track, the others are pushed at random.
"""

import json

import gymnasium
import numpy as np

environment = gymnasium.make("CartPole-v1")
random = np.random.default_rng(1)


def balance(state):
    return int(state @ np.array([0.1, 0.5, 10.0, 2.0]) > 0)


def lean(state):
    return int(state[2] - 0.05 + 0.35 * state[3] > 0)


def anyhow(state):
    return int(random.integers(2))


episodes = []
for seed, rule in enumerate([balance, lean, anyhow, anyhow, anyhow, anyhow]):
    environment.reset(seed=seed)
    state = environment.unwrapped.state
    states, actions, rewards = [state.tolist()], [], []
    ended = False
    while not ended:
        action = rule(state)
        _, reward, terminated, truncated, _ = environment.step(action)
        state = environment.unwrapped.state
        states.append(np.asarray(state).tolist())
        actions.append(action)
        rewards.append(float(reward))
        ended = terminated or truncated
    episodes.append(
        {
            "states": states,
            "actions": "".join(map(str, actions)),
            "reward": sum(rewards),
            "terminated": terminated,
            "truncated": truncated,
        }
    )

print(
    json.dumps(
        {"made_by": f"gymnasium {gymnasium.__version__}, numpy {np.__version__}: python cart_pole.py", "episodes": episodes}
    )
)
