"""A benchmark's model as an ONNX file, as an exporter would write it: NCHW, batch norm as it stands, one GRU node.

write_onnx.py MODEL OUT: MODEL is a JSON file {"inputShape", "vocabulary"?, "classes", "layers", "weights": {name: {"shape",
"data"}}}, data being base64 of float32; see bench-model.ts and onnx-file.ts. Pictures come in as [1, c, h, w].
"""

import base64
import json
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

BATCH_NORM_EPSILON = 1e-3

model = json.load(open(sys.argv[1]))
nodes, constants = [], []


def weight(name):
    given = model["weights"][name]
    return np.frombuffer(base64.b64decode(given["data"]), dtype="<f4").reshape(given["shape"])


def constant(name, value):
    constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
    return name


def node(kind, inputs, **attributes):
    output = f"{kind.lower()}_{len(nodes)}"
    nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
    return output


def relu(x, layer):
    return node("Relu", [x]) if layer.get("activation") == "relu" else x


def relu6(x):
    lowest, highest = constant(f"{x}/0", np.float32(0)), constant(f"{x}/6", np.float32(6))
    return node("Clip", [x, lowest, highest])


def norm(x, name):
    parts = [constant(f"{name}/{part}", weight(f"{name}/{part}")) for part in ("gamma", "beta", "movingMean", "movingVariance")]
    return node("BatchNormalization", [x, *parts], epsilon=BATCH_NORM_EPSILON)


def add_layer(x, shape, layer, name):
    """`shape`: of one row here, channels first. Returns the value after the layer, and its shape."""
    kind = layer["type"]
    if kind == "dense":
        kernel = weight(f"{name}/kernel")
        if len(shape) == 3:  # flattened: ours has the channels last
            channels, height, width = shape
            kernel = kernel.reshape(height, width, channels, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)
        inputs = [x, constant(f"{name}/kernel", kernel), constant(f"{name}/bias", weight(f"{name}/bias"))]
        return relu(node("Gemm", inputs), layer), [layer["units"]]
    if kind in ("conv2d", "convNorm"):
        kernel = constant(f"{name}/kernel", weight(f"{name}/kernel").transpose(3, 2, 0, 1))
        biases = [constant(f"{name}/bias", weight(f"{name}/bias"))] if kind == "conv2d" else []
        same = layer.get("padding", "same") == "same"
        y, after = convolve(x, shape, [kernel, *biases], layer, same)
        if kind == "conv2d":
            return relu(y, layer), [layer["filters"], *after]
        y = norm(y, f"{name}/norm")
        return (y if layer.get("linear") else relu6(y)), [layer["filters"], *after]
    if kind == "depthwiseNorm":
        kernel = constant(f"{name}/kernel", weight(f"{name}/kernel").transpose(2, 3, 0, 1))
        y, after = convolve(x, shape, [kernel], layer, True, group=shape[0])
        return relu6(norm(y, f"{name}/norm")), [shape[0], *after]
    if kind == "maxPool":
        size = layer["size"]
        y = node("MaxPool", [x], kernel_shape=[size, size], strides=[size, size])
        return y, [shape[0], shape[1] // size, shape[2] // size]
    if kind == "flatten":
        return node("Flatten", [x]), shape
    if kind == "embedding":
        return node("Gather", [constant(f"{name}/table", weight(f"{name}/table")), x]), [*shape, layer["width"]]
    if kind == "conv1d":
        kernel = constant(f"{name}/kernel", weight(f"{name}/kernel").transpose(2, 1, 0))
        bias = constant(f"{name}/bias", weight(f"{name}/bias"))
        by_channel = node("Transpose", [x], perm=[0, 2, 1])
        y = node("Conv", [by_channel, kernel, bias], kernel_shape=[layer["size"]], auto_pad="SAME_UPPER")
        return relu(y, layer), [layer["filters"], shape[0]]
    if kind == "gru":
        kernel, recurrent = (weight(f"{name}/{part}").transpose(0, 2, 1) for part in ("kernel", "recurrent"))
        biases = np.concatenate([weight(f"{name}/{part}").ravel() for part in ("bias", "recurrentBias")])
        units = layer["units"]
        by_word = node("Transpose", [x], perm=[1, 0, 2])
        inputs = [
            by_word,
            constant(f"{name}/kernel", kernel.reshape(1, 3 * units, -1)),
            constant(f"{name}/recurrent", recurrent.reshape(1, 3 * units, units)),
            constant(f"{name}/bias", biases.reshape(1, -1)),
        ]
        last = f"{name}/last"
        nodes.append(helper.make_node("GRU", inputs, ["", last], hidden_size=units, linear_before_reset=1))
        return node("Squeeze", [last, constant(f"{name}/axis", np.array([0], dtype=np.int64))]), [units]
    if kind in ("globalMax", "globalAverage"):
        pooled = node("GlobalMaxPool" if kind == "globalMax" else "GlobalAveragePool", [x])
        return node("Flatten", [pooled]), [shape[0]]
    if kind == "residual":
        y, after = add_layers(x, shape, layer["layers"], f"{name}/")
        return node("Add", [x, y]), after
    raise ValueError(f"no {kind} here")


def convolve(x, shape, weights, layer, same, group=1):
    size, stride = layer["size"], layer.get("stride", 1)
    padding = dict(auto_pad="SAME_UPPER") if same else {}
    y = node("Conv", [x, *weights], kernel_shape=[size, size], strides=[stride, stride], group=group, **padding)
    return y, [-(-side // stride) if same else (side - size) // stride + 1 for side in shape[1:]]


def add_layers(x, shape, layers, path):
    for place, layer in enumerate(layers):
        x, shape = add_layer(x, shape, layer, f"{path}{layer['type']}_{place}")
    return x, shape


shape = model["inputShape"]
if len(shape) == 3:
    shape = [shape[2], *shape[:2]]
y, _ = add_layers("x", shape, model["layers"], "")
kind = TensorProto.INT32 if "vocabulary" in model else TensorProto.FLOAT
inputs = [helper.make_tensor_value_info("x", kind, [1, *shape])]
outputs = [helper.make_tensor_value_info(y, TensorProto.FLOAT, [1, model["classes"]])]
graph = helper.make_graph(nodes, "model", inputs, outputs, constants)
written = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
onnx.checker.check_model(written, full_check=True)
onnx.save(written, sys.argv[2])
