"""Stable-Baselines3's PPO and DQN on CartPole-v1 for rl.bench.ts.

Reads one JSON request a line, answers one JSON line: seconds of training (examinations don't count), steps taken, and
the score of the last examination, which ends the training once it is high enough.
"""

import json
import sys
import time

import torch
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy


class Examination(BaseCallback):
    """Examines the agent on episodes of their own between rounds, with the clock stopped."""

    def __init__(self, request):
        super().__init__()
        self.every, self.enough, self.episodes = request["every"], request["enough"], request["episodes"]
        self.environments = make_vec_env("CartPole-v1", n_envs=self.episodes, seed=request["seed"] + 10_000)
        self.due, self.score, self.paused = self.every, float("nan"), 0.0

    def _on_rollout_start(self):
        if self.every and self.num_timesteps >= self.due:
            self.examine()

    def examine(self):
        start = time.perf_counter()
        self.due = self.num_timesteps - self.num_timesteps % self.every + self.every
        self.score = evaluate_policy(self.model, self.environments, n_eval_episodes=self.episodes, warn=False)[0]
        self.paused += time.perf_counter() - start

    def _on_step(self):
        return not self.score >= self.enough


def falling(first, last):
    return lambda left: last + (first - last) * left


def make(request):
    s = request["settings"]
    common = {
        "learning_rate": falling(s["learningRate"], s["lastLearningRate"]),
        "batch_size": s["batch"],
        "gamma": s["discount"],
        "seed": request["seed"],
        "device": "cpu",
    }
    # Both sides' Adam adds the same epsilon.
    kwargs = {"net_arch": s["hidden"], "optimizer_kwargs": {"eps": 1e-5}}
    if request["algorithm"] == "ppo":
        environments = make_vec_env("CartPole-v1", n_envs=s["environments"], seed=request["seed"])
        return PPO(
            "MlpPolicy", environments, n_steps=s["horizon"], n_epochs=s["epochs"], gae_lambda=s["lambda"],
            clip_range=falling(s["clip"], s["lastClip"]), ent_coef=s["entropy"], policy_kwargs=kwargs, **common,
        )
    return DQN(
        "MlpPolicy", make_vec_env("CartPole-v1", n_envs=1, seed=request["seed"]), buffer_size=s["capacity"],
        learning_starts=s["warmUp"], train_freq=s["every"], gradient_steps=s["updates"], tau=s["follow"],
        target_update_interval=s["followEvery"], n_steps=s["lookAhead"], exploration_fraction=s["explored"],
        exploration_final_eps=s["lastExploration"], policy_kwargs=kwargs, **common,
    )


def train(request):
    torch.set_num_threads(request["threads"])
    model = make(request)
    examination = Examination(request)
    start = time.perf_counter()
    model.learn(request["settings"]["steps"], callback=examination)
    seconds = time.perf_counter() - start - examination.paused
    if request["every"] and not examination.score >= request["enough"]:
        examination.examine()
    return {"seconds": seconds, "steps": model.num_timesteps, "score": examination.score}


for line in sys.stdin:
    answer = train(json.loads(line))
    # No examination, no score; JSON has no NaN.
    answer["score"] = None if answer["score"] != answer["score"] else answer["score"]
    print(json.dumps(answer), flush=True)
