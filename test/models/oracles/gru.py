"""A GRU's states and gradients by PyTorch, for test/models/layers/gru.test.ts.

    pip install torch==2.15.0
    python test/models/oracles/gru.py > test/models/oracles/gru.json

All numbers are sin(1 + i) of their place i, so that nothing but results is stored.
"""
import json

import torch

BATCH, LENGTH, INPUTS, HIDDEN = 2, 4, 3, 2


def wave(*shape, scale=1.0):
    count = 1
    for size in shape:
        count *= size
    return (scale * torch.sin(1 + torch.arange(count, dtype=torch.float64))).reshape(shape).requires_grad_()


net = torch.nn.GRU(INPUTS, HIDDEN, batch_first=True).double()
x = wave(BATCH, LENGTH, INPUTS)
# Ours are [inputs x 3 hidden]; PyTorch's are their transposes, gates in the same order.
weights = [wave(INPUTS, 3 * HIDDEN), wave(HIDDEN, 3 * HIDDEN), wave(3 * HIDDEN), wave(3 * HIDDEN, scale=0.5)]
with torch.no_grad():
    net.weight_ih_l0.copy_(weights[0].T)
    net.weight_hh_l0.copy_(weights[1].T)
    net.bias_ih_l0.copy_(weights[2])
    net.bias_hh_l0.copy_(weights[3])
states, _ = net(x)
(states * wave(BATCH, LENGTH, HIDDEN).detach()).sum().backward()
print(
    json.dumps(
        {
            "states": states.flatten().tolist(),
            "x": x.grad.flatten().tolist(),
            "input.weight": net.weight_ih_l0.grad.T.flatten().tolist(),
            "input.bias": net.bias_ih_l0.grad.tolist(),
            "state.weight": net.weight_hh_l0.grad.T.flatten().tolist(),
            "state.bias": net.bias_hh_l0.grad.tolist(),
        },
        indent=1,
    )
)
