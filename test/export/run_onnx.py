"""Checks and runs model.onnx of each folder on its inputs.json, a list of feeds: one JSON line for each, its outputs or its error."""
import json
import sys
import traceback

import numpy as np
import onnx
import onnxruntime

for folder in sys.argv[1:]:
    try:
        path = f"{folder}/model.onnx"
        onnx.checker.check_model(onnx.load(path), full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        with open(f"{folder}/inputs.json", encoding="utf-8") as file:
            feeds = json.load(file)
        outputs = []
        for feed in feeds:
            values = {
                name: np.array(value["data"], dtype=np.float32).reshape(value["shape"])
                for name, value in feed.items()
            }
            (y,) = session.run(None, values)
            outputs.append({"shape": list(y.shape), "data": [float(one) for one in y.ravel()]})
        line = json.dumps(outputs, allow_nan=False)
    except Exception:
        line = json.dumps({"error": traceback.format_exc()})
    print(line, flush=True)
