"""Contestant of the templates benchmark: scikit-learn's HistGradientBoosting, on the very rows that Trainyard's trees get.

Reads from stdin one JSON object a line: task, width, and train, validation and test as {x: base64 of float32, y: [...]}. It learns
from the training rows, and from those and the validation rows; prints for each line the scores on the test rows and the seconds.
"""
import base64
import json
import sys
import time

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor


def rows_of(part, width):
    x = np.frombuffer(base64.b64decode(part["x"]), dtype="<f4").reshape(-1, width)
    return x, np.array(part["y"])


for line in sys.stdin:
    case = json.loads(line)
    train, validation, test = (rows_of(case[name], case["width"]) for name in ("train", "validation", "test"))
    model_class = HistGradientBoostingRegressor if case["task"] == "regression" else HistGradientBoostingClassifier
    more = tuple(np.concatenate([a, b]) for a, b in zip(train, validation))
    answer = {}
    for name, (x, y) in (("same", train), ("more", more)):
        start = time.perf_counter()
        model = model_class(random_state=1).fit(x, y)
        answer[name] = model.score(*test)
        answer[f"{name}_s"] = time.perf_counter() - start
    print(json.dumps(answer), flush=True)
