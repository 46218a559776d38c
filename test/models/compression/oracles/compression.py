"""Results of numpy and torch, and of safetensors reading our files, for test/models/compression/*.test.ts.

    pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0
    python test/models/compression/oracles/compression.py > test/models/compression/oracles/compression.json

With a file's name it prints what the reference implementation of safetensors reads in it.
"""
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn.utils import prune

if len(sys.argv) > 1:
    from safetensors.numpy import load_file
    print(json.dumps({name: {"dtype": str(array.dtype), "shape": array.shape, "values": array.ravel().tolist()}
                      for name, array in load_file(sys.argv[1]).items()}))
    sys.exit()

draw = np.random.default_rng(31)
sizes = np.concatenate([10.0 ** draw.uniform(-9, 6, 200), [65504, 65519.9, 65520, 6.1e-5, 6e-8, 2.9e-8, 2.98e-8, 2 ** -25, 3 * 2.0 ** -25]])
numbers = (sizes * draw.choice([-1, 1], len(sizes))).astype(np.float32)
matrix = (draw.normal(size=(6, 5)) * draw.uniform(0.1, 2, size=(6, 1))).astype(np.float32)


def per_channel(axis):
    reach = np.abs(matrix).max(axis=1 - axis)
    scales = (reach / np.float32(127)).astype(np.float32)
    whole = torch.quantize_per_channel(torch.tensor(matrix), torch.tensor(scales).double(), torch.zeros(len(scales), dtype=torch.long), axis, torch.qint8)
    return {"scales": scales.tolist(), "values": whole.int_repr().numpy().ravel().tolist()}


layers = [torch.nn.Linear(4, 6, bias=False), torch.nn.Linear(6, 3, bias=False)]
weights = [draw.normal(size=(6, 4)).astype(np.float32), (0.4 * draw.normal(size=(3, 6))).astype(np.float32)]
masks = {}
for scope in ["all", "matrix"]:
    for layer, w in zip(layers, weights):
        layer.weight = torch.nn.Parameter(torch.tensor(w))
    if scope == "all":
        prune.global_unstructured([(l, "weight") for l in layers], pruning_method=prune.L1Unstructured, amount=0.4)
    else:
        for layer in layers:
            prune.l1_unstructured(layer, "weight", amount=0.4)
    masks[scope] = [layer.weight_mask.numpy().ravel().astype(int).tolist() for layer in layers]
    for layer in layers:
        prune.remove(layer, "weight")

student = torch.tensor(draw.normal(size=(4, 3)) * 2, requires_grad=True)
teacher = torch.tensor(draw.normal(size=(4, 3)) * 3)
soft = []
for t in [1.0, 2.0, 5.0]:
    student.grad = None
    loss = t * t * F.kl_div(F.log_softmax(student / t, 1), F.log_softmax(teacher / t, 1), reduction="batchmean", log_target=True)
    loss.backward()
    soft.append({"temperature": t, "loss": loss.item(), "gradient": student.grad.numpy().ravel().tolist()})

with np.errstate(over="ignore"):
    halves = numbers.astype(np.float16).view(np.uint16).tolist()
json.dump({"versions": {"torch": torch.__version__, "numpy": np.__version__},
           "numbers": numbers.tolist(), "halves": halves, "matrix": matrix.ravel().tolist(),
           "row": per_channel(0), "column": per_channel(1),
           "weights": [w.ravel().tolist() for w in weights], "masks": masks,
           "student": student.detach().numpy().ravel().tolist(), "teacher": teacher.numpy().ravel().tolist(), "soft": soft}, sys.stdout)
print()
