"""Our gradient-boosted trees as an ONNX file whose output is a logit for each class.

write_trees_onnx.py TREES OUT: TREES is a JSON file {"inputs", "start", "trees/root", "trees/feature", "trees/threshold",
"trees/child", "trees/value"}: what forest.ts keeps of them, one tree a class in turn.
"""

import json
import sys

import onnx
from onnx import TensorProto, helper

given = json.load(open(sys.argv[1]))
roots = [int(root) for root in given["trees/root"]]
feature, child = ([int(value) for value in given[f"trees/{name}"]] for name in ("feature", "child"))
threshold, value, start = given["trees/threshold"], given["trees/value"], given["start"]
ends = [*roots[1:], len(feature)]

nodes = {name: [] for name in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids")}
leaves = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
for tree, (root, end) in enumerate(zip(roots, ends)):
    for node in range(root, end):
        is_leaf = feature[node] < 0
        left = 0 if is_leaf else child[node] - root
        entry = {
            "treeids": tree,
            "nodeids": node - root,
            "featureids": max(feature[node], 0),
            "modes": "LEAF" if is_leaf else "BRANCH_LEQ",
            "values": threshold[node],
            "truenodeids": left,
            "falsenodeids": 0 if is_leaf else left + 1,
        }
        for name, part in entry.items():
            nodes[name].append(part)
        if is_leaf:
            leaf = {"treeids": tree, "nodeids": node - root, "ids": tree % len(start), "weights": value[node]}
            for name, part in leaf.items():
                leaves[name].append(part)

ensemble = helper.make_node(
    "TreeEnsembleRegressor",
    ["x"],
    ["y"],
    domain="ai.onnx.ml",
    n_targets=len(start),
    base_values=start,
    **{f"nodes_{name}": parts for name, parts in nodes.items()},
    **{f"target_{name}": parts for name, parts in leaves.items()},
)
inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, given["inputs"]])]
outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, len(start)])]
graph = helper.make_graph([ensemble], "trees", inputs, outputs)
opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), sys.argv[2])
