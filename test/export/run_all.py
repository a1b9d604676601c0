"""Predicts with generated programs, each in its folder with its rows.json: one JSON line for each, what it answers or its error."""
import importlib
import json
import os
import sys
import traceback

for folder in sys.argv[1:]:
    os.chdir(folder)
    sys.path.insert(0, folder)
    try:
        predict = importlib.import_module("predict")
        with open("rows.json", encoding="utf-8") as file:
            answers = predict.predict(importlib.import_module("model").load(), json.load(file))
        line = json.dumps(answers, allow_nan=False)
    except Exception:
        line = json.dumps({"error": traceback.format_exc()})
    print(line, flush=True)
    sys.path.remove(folder)
    for name in ("predict", "model", "preprocess"):
        sys.modules.pop(name, None)
