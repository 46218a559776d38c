"""Reference outputs of BERT-like models: .venv-bench/bin/python test/models/oracles/bert.py FOLDER > test/models/oracles/bert.json

FOLDER holds all-MiniLM-L6-v2 (datasets/cache/models/all-minilm-l6-v2). Three small models with random weights, one for
each way of naming them, are stored whole; numbers are float32 in base64. Made with transformers 5.23.0, torch 2.15.0.
"""

import base64
import json
import sys
import tempfile
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer, BertConfig, DistilBertConfig, RobertaConfig

TEXTS = [
    "Good case, Excellent value.",
    "Battery died after 2 days :( I want my money back!!!",
    "The café's naïve façade — 很好吃 — costs $3.50 (unbelievably cheap).",
    "",
]


def packed(values):
    return base64.b64encode(values.detach().contiguous().float().numpy().tobytes()).decode()


def states(model, ids):
    mask = torch.tensor([[1] * len(row) + [0] * (max(map(len, ids)) - len(row)) for row in ids])
    padded = torch.tensor([row + [model.config.pad_token_id] * (mask.shape[1] - len(row)) for row in ids])
    with torch.no_grad():
        found = model(input_ids=padded, attention_mask=mask).last_hidden_state
    return found, mask


def small(config):
    torch.manual_seed(7)
    model = AutoModel.from_config(config).eval()
    for weight in model.parameters():
        torch.nn.init.normal_(weight, 0.1, 0.4)
    ids = [[2, 9, 4, 11, 3], [2, 7, 3]]
    found, mask = states(model, ids)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        files = Path(folder)
        return {
            "config": json.loads((files / "config.json").read_text()),
            "weights": base64.b64encode((files / "model.safetensors").read_bytes()).decode(),
            "ids": ids,
            "states": [packed(row[keep.bool()]) for row, keep in zip(found, mask)],
        }


def main(folder):
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    ids = [tokenizer(text)["input_ids"] for text in TEXTS]
    found, mask = states(model, ids)
    pooled = (found * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    shape = dict(vocab_size=13, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12)
    shape |= dict(max_position_embeddings=9, hidden_act="gelu", pad_token_id=1)
    return {
        "minilm": {
            "texts": TEXTS,
            "ids": ids,
            "states": [packed(row[keep.bool()]) for row, keep in zip(found[:2], mask)],
            "sentences": packed(torch.nn.functional.normalize(pooled)),
        },
        "small": {
            "bert": small(BertConfig(**shape, type_vocab_size=2)),
            "roberta": small(RobertaConfig(**shape, type_vocab_size=1)),
            "distilbert": small(
                DistilBertConfig(
                    vocab_size=13, dim=8, n_layers=2, n_heads=2, hidden_dim=12, max_position_embeddings=9, pad_token_id=1
                )
            ),
        },
    }


json.dump(main(sys.argv[1]), sys.stdout, ensure_ascii=False, indent=1)
print()
