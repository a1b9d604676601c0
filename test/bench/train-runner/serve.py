"""The protocol of the runner's contestants (see serve.ts), and the rows they train on."""

import json
import os
import resource
import sys
import time

import numpy as np

folder = sys.argv[1]
task = json.load(open(os.path.join(folder, "task.json")))


def rows(part):
    x = np.fromfile(os.path.join(folder, f"{part}.x"), dtype=task["dtype"])
    y = np.fromfile(os.path.join(folder, f"{part}.y"), dtype="int32")
    return x.reshape(len(y), *task["inputShape"]), y


def serve(train, score):
    for line in sys.stdin:
        if line.strip() == "score":
            megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            answer = {"accuracy": float(score()), "megabytes": megabytes}
        else:
            start = time.perf_counter()
            train(int(line))
            answer = {"seconds": time.perf_counter() - start}
        print(json.dumps(answer), flush=True)
