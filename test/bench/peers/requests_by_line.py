"""Answers requests, one a line of JSON: {"task": …} calls the method of that name with the request."""

import json
import sys
import time


def serve(work):
    for line in sys.stdin:
        request = json.loads(line)
        start = time.perf_counter()
        result = getattr(work, request["task"])(request)
        print(json.dumps({"seconds": time.perf_counter() - start, "result": result}), flush=True)
