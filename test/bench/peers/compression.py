"""The peer of compression.bench.ts: torch's quantisation and pruning, and the reference implementation of safetensors."""
import json
import sys
import time

import torch
from safetensors.torch import load, save
from torch.nn.utils import prune


class Work:
    def prepare(self, request):
        torch.manual_seed(1)
        self.weights = [0.02 * torch.randn(*shape) for shape in request["shapes"]]
        self.bytes = {precision: self.make(precision) for precision in ("single", "half", "int8")}

    def make(self, precision):
        stored = {}
        for at, weight in enumerate(self.weights):
            name = f"w{at}"
            if weight.dim() < 2 or precision == "single":
                stored[name] = weight
            elif precision == "half":
                stored[name] = weight.half()
            else:
                scale = weight.abs().amax(1) / 127
                whole = torch.quantize_per_channel(weight, scale.double(), torch.zeros(len(scale), dtype=torch.long), 0, torch.qint8)
                stored[name], stored[f"{name}.scale"] = whole.int_repr(), scale
        return save(stored)

    def size(self, request):
        return {"size": len(self.bytes[request["precision"]])}

    def write(self, request):
        self.make(request["precision"])

    def read(self, request):
        found = load(self.bytes[request["precision"]])
        for name, array in found.items():
            if array.dtype == torch.int8:
                array = array.float() * found[f"{name}.scale"].unsqueeze(1)
            array.float().numpy()

    def prune(self, request):
        modules = []
        for weight in self.weights:
            if weight.dim() > 1:
                module = torch.nn.Module()
                module.weight = torch.nn.Parameter(weight)
                modules.append((module, "weight"))
        prune.global_unstructured(modules, pruning_method=prune.L1Unstructured, amount=request["share"])


work = Work()
for line in sys.stdin:
    request = json.loads(line)
    start = time.perf_counter()
    answer = getattr(work, request["task"])(request) or {}
    print(json.dumps({"seconds": time.perf_counter() - start, **answer}), flush=True)
