"""A behaviour transformer beside transformer-step.bench.ts, in PyTorch: the same layers, loss, optimiser and shapes.

Written as its users would: fused attention (`scaled_dot_product_attention`), `nn.LayerNorm`, `AdamW`.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, s):
        super().__init__()
        width = s["width"]
        self.s = s
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.grow, self.shrink = nn.Linear(width, s["inner"]), nn.Linear(s["inner"], width)
        self.drop = nn.Dropout(s["dropout"])

    def forward(self, x):
        batch, length, width = x.shape
        heads = self.s["heads"]
        parts = self.project(self.first(x)).view(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        rate = self.s["dropout"] if self.training else 0.0
        seen = F.scaled_dot_product_attention(*parts, is_causal=True, dropout_p=rate)
        x = x + self.drop(self.output(seen.transpose(1, 2).reshape(batch, length, width)))
        return x + self.drop(self.shrink(F.gelu(self.grow(self.second(x)))))


class Model(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.items = nn.Embedding(s["items"] + 2, s["width"])
        self.places = nn.Parameter(0.02 * torch.randn(s["length"], s["width"]))
        nn.init.normal_(self.items.weight, 0, 0.02)
        self.blocks = nn.ModuleList(Block(s) for _ in range(s["blocks"]))
        self.norm, self.drop = nn.LayerNorm(s["width"]), nn.Dropout(s["dropout"])

    def forward(self, events):
        x = self.drop(self.items(events) + self.places)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


class Work:
    def load(self, s):
        torch.manual_seed(1)
        self.s = s
        self.model = Model(s)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3)
        draw = lambda: torch.randint(1, s["items"] + 1, (s["batch"], s["length"]))
        self.events, self.wanted, self.others = draw(), draw(), draw()

    def step(self, _):
        self.model.train()
        states = self.model(self.events)
        right = (states * self.model.items(self.wanted)).sum(-1)
        wrong = (states * self.model.items(self.others)).sum(-1)
        loss = (F.softplus(-right) + F.softplus(wrong)).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        loss.item()

    def infer(self, _):
        self.model.eval()
        with torch.inference_mode():
            scores = self.model(self.events)[:, -1] @ self.model.items.weight.T
            scores.topk(self.s["top"]).indices.numpy()


work = Work()
for line in sys.stdin:
    request = json.loads(line)
    start = time.perf_counter()
    getattr(work, request["task"])(request)
    print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
