"""Peers of reviews.bench.ts: scikit-learn's linear SVM on character n-grams, and PyTorch's MiniLM (transformers).

MiniLM is run as sentence-transformers does it: texts in order of length, 32 to a batch, mean of tokens, length 1.
"""

import json
import logging
import os
import sys
import time

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
logging.disable(logging.WARNING)


class Work:
    def svm(self, request):
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        start = time.perf_counter()
        vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), **request["settings"])
        model = LinearSVC().fit(vectorizer.fit_transform(request["train"]["texts"]), request["train"]["labels"])
        found = model.decision_function(vectorizer.transform(request["test"]))
        return {"seconds": time.perf_counter() - start, "scores": found.tolist()}

    def load(self, request):
        import torch
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging as chatter

        chatter.disable_progress_bar()
        torch.set_num_threads(request["threads"])
        self.torch = torch
        self.tokenizer = AutoTokenizer.from_pretrained(request["folder"])
        self.model = AutoModel.from_pretrained(request["folder"]).eval()
        return {}

    def embed(self, request):
        torch, texts = self.torch, request["texts"]
        start = time.perf_counter()
        order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
        rows = [None] * len(texts)
        with torch.inference_mode():
            for first in range(0, len(order), 32):
                part = order[first : first + 32]
                batch = self.tokenizer(
                    [texts[at] for at in part], padding=True, truncation=True, max_length=256, return_tensors="pt"
                )
                states = self.model(**batch).last_hidden_state
                mask = batch["attention_mask"][..., None].float()
                pooled = torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1))
                for at, row in zip(part, pooled):
                    rows[at] = row
        found = torch.stack(rows).numpy()
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "rows": found.tolist() if request.get("rows") else None}


work = Work()
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(getattr(work, request["task"])(request)), flush=True)
