"""Contestant `fastapi-ort`: FastAPI and ONNX Runtime with one thread, in one process.

fastapi_ort.py FOLDER prints {"port"} when it listens.
"""

import json
import os
import socket
import sys

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI, Request
from pydantic import BaseModel

folder = sys.argv[1]
task = json.load(open(os.path.join(folder, "task.json")))
classes, shape = task["classes"], task["inputShape"]
shift, scale = (np.float32(task[name]) for name in ("shift", "scale"))

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"), options, ["CPUExecutionProvider"])
app = FastAPI()


def answer(row):
    x = row.reshape(1, *shape)
    if task["dtype"] == "float32":
        x = (x.astype(np.float32) - shift) / scale
    if len(shape) == 3:
        x = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
    logits = session.run(None, {"x": x})[0][0]
    shares = np.exp(logits - logits.max())
    probabilities = shares / shares.sum()
    return {
        "predictions": [
            {"label": classes[logits.argmax()], "probabilities": dict(zip(classes, probabilities.tolist()))}
        ]
    }


class Rows(BaseModel):
    instances: list  # of what, is not checked: that costs more than it gives here


if task["isBinary"]:

    @app.post("/")
    async def predict(request: Request):
        return answer(np.frombuffer(await request.body(), dtype=np.uint8))

else:

    @app.post("/")
    async def predict(rows: Rows):
        return answer(np.array(rows.instances[0], dtype=task["dtype"]))


listening = socket.create_server(("127.0.0.1", 0), backlog=128)
print(json.dumps({"port": listening.getsockname()[1]}), flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning", loop="uvloop", http="httptools")).run(sockets=[listening])
