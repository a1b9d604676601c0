/** A Keras 3 program: model, weights and features, with a script and a notebook that train it anew or predict with it. */
import type { Artifact } from '../../artifact/artifact.ts';
import type { NamedLayer } from '../../artifact/layers-model.ts';
import { encodeSafetensors } from '../../artifact/safetensors.ts';
import type { NetworkPipeline } from '../../definition/pipeline-spec.ts';
import type { ParameterValues } from '../../executors/executor.ts';
import { expandModel } from '../../model/backbones/expand-model.ts';
import { entryName } from '../../model/model-links.ts';
import type { ModelSpec } from '../../model/model-spec.ts';
import { weightFilesOf } from '../../model/weight-files.ts';
import { type Exporter, type ExportFile, textFile } from '../export-file.ts';
import { type LayerGraph, layerGraphOf, variable } from '../layers.ts';
import { WEIGHTS_FILE } from '../safetensors.ts';
import { pythonArguments, pythonLiteral, pythonTuple } from './literal.ts';
import { notebook } from './notebook.ts';
import { pythonPreprocessing } from './preprocess.ts';

export const keras: Exporter = {
  name: 'keras',
  title: 'Keras',
  summary:
    'A Keras 3 model in Python with its weights and preprocessing, a script to predict and to train, and a notebook.',
  files(artifact, model): ExportFile[] {
    const graph = layerGraphOf(artifact);
    const preprocess = pythonPreprocessing(artifact.fitted);
    const definition = modelCode(artifact, graph, model);
    const train = trainCode(artifact.spec as NetworkPipeline, artifact.fitted);
    return [
      textFile('preprocess.py', preprocess),
      textFile('model.py', definition),
      textFile('train.py', train),
      textFile('predict.py', pythonPredict('load().predict(x, verbose=0)')),
      textFile('notebook.ipynb', notebook(model, [preprocess, definition, train])),
      textFile('requirements.txt', 'keras>=3\nnumpy\nsafetensors\ntensorflow\n'),
      { path: WEIGHTS_FILE, bytes: encodeSafetensors(namedAsKeras(graph)) },
    ];
  },
};

/** Keras 3 calls the kernel of a depthwise convolution by its bare name, TensorFlow.js and Keras 2 do not. */
function namedAsKeras({ layers, weights }: LayerGraph): ParameterValues {
  const depthwise = new Set(
    layers
      .filter(({ className }) => className === 'DepthwiseConv2D')
      .map(({ name }) => `${name}/depthwise_kernel`),
  );
  return new Map(
    [...weights].map(([name, value]) => [
      depthwise.has(name) ? name.replace('/depthwise_kernel', '/kernel') : name,
      value,
    ]),
  );
}

function modelCode({ fitted }: Artifact, graph: LayerGraph, model: string): string {
  const { outputShape, output } = fitted;
  const meaning = output.task === 'classification' ? 'logits, one for each class' : 'the standardised value';
  return `"""The model ${model}: ${meaning}."""
import keras
from keras import layers
from safetensors.numpy import load_file


def build():
${graph.isChain ? chainCode(graph, outputShape) : graphCode(graph, outputShape)}


def load(path="${WEIGHTS_FILE}"):
    model = build()
    tensors = load_file(path)
    for layer in model.layers:
        layer.set_weights([tensors[f"{layer.name}/{weight.name}"] for weight in layer.weights])
    return model
`;
}

const chainCode = ({ layers }: LayerGraph, shape: readonly number[]): string => `    return keras.Sequential(
        [
            keras.Input(${pythonTuple(shape)}),
${layers.map((layer) => `            ${layerCode(layer)},`).join('\n')}
        ]
    )`;

const graphCode = ({ layers }: LayerGraph, shape: readonly number[]): string => {
  const lines = layers.map((layer) => {
    const { name, inputs } = layer;
    return `    ${name} = ${layerCode(layer)}(${inputs.length === 1 ? inputs[0] : `[${inputs.join(', ')}]`})`;
  });
  return `    x = keras.Input(${pythonTuple(shape)})
${lines.join('\n')}
    return keras.Model(x, ${layers.at(-1)!.name})`;
};

const layerCode = ({ name, className, config }: NamedLayer): string =>
  `layers.${className}(${pythonArguments({ ...config, name })})`;

function trainCode(spec: NetworkPipeline, fitted: Artifact['fitted']): string {
  const { epochs, batchSize, earlyStopping, optimizer } = spec.training;
  const isClass = fitted.output.task === 'classification';
  const { type, learningRate, ...rest } = optimizer;
  const rule = { adam: 'Adam', adamw: 'AdamW', sgd: 'SGD', rmsprop: 'RMSprop', adagrad: 'Adagrad' }[type];
  const { clipNorm, weightDecay, ...others } = rest as Record<string, unknown>;
  const options = {
    learning_rate: learningRate,
    ...others,
    ...(weightDecay === undefined ? {} : { weight_decay: weightDecay }),
    ...(clipNorm === undefined ? {} : { global_clipnorm: clipNorm }),
  };
  const inputs = fitted.inputs.filter(({ type }) => type === 'number').map(({ name }) => name);
  const numbers = isClass ? inputs : [...inputs, fitted.output.target];
  const stopping = earlyStopping
    ? `\n        callbacks=[keras.callbacks.EarlyStopping(patience=${earlyStopping.patience}, restore_best_weights=True)],`
    : '';
  // what begins with weights that others learnt goes on from those that it has
  const begin = weightFilesOf(spec).length > 0 ? 'load' : 'build';
  const frozen = frozenLayers(spec.model);
  const freeze =
    frozen.length > 0 ? '\n    for layer in FROZEN:\n        model.get_layer(layer).trainable = False' : '';
  return `"""Trains the model anew on a CSV: python train.py data.csv"""
import csv
import sys

import keras
import numpy as np

from model import ${begin}
from preprocess import ${isClass ? 'CLASSES' : 'MEAN, STD'}, TARGET, features


NUMBERS = ${pythonLiteral(numbers)}${frozen.length > 0 ? `\nFROZEN = ${pythonLiteral(frozen)}` : ''}


def value(name, text):
    if text.strip() in ("", "NA", "NaN", "null", "?"):
        return None
    return float(text) if name in NUMBERS else text.strip()


def train(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = [{name: value(name, text) for name, text in row.items()} for row in csv.DictReader(file)]
    keras.utils.set_random_seed(${spec.training.seed})
    np.random.shuffle(rows)
    x = features(rows)
    ${isClass ? 'y = np.array([CLASSES.index(row[TARGET]) for row in rows])' : 'y = (np.array([row[TARGET] for row in rows], dtype=np.float32) - MEAN) / STD'}
    model = ${begin}()${freeze}
    model.compile(
        optimizer=keras.optimizers.${rule}(${pythonArguments(options)}),
        ${isClass ? 'loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),\n        metrics=["accuracy"],' : 'loss="mse",'}
    )
    model.fit(
        x,
        y,
        epochs=${epochs},
        batch_size=${batchSize},
        validation_split=${pythonLiteral(spec.split.validation)},${stopping}
    )
    return model


if __name__ == "__main__":
    train(sys.argv[1]).save("trained.keras")
`;
}

/** Names of the layers that do not learn. */
const frozenLayers = (model: ModelSpec): string[] =>
  expandModel(model).flatMap((entry, place) => (entry.frozen ? [variable(entryName(entry, place))] : []));

/** `predict.py`; `answer` is the model's on `x`. */
export const pythonPredict = (
  answer: string,
): string => `"""Predicts rows: python predict.py < rows.json, a list of objects; one answer a line."""
import json
import sys

import numpy as np

import preprocess
from model import load


def predict(rows):
    x = preprocess.features(rows)
    y = ${answer}
    if not hasattr(preprocess, "CLASSES"):
        return [{"value": float(one)} for one in y[:, 0] * preprocess.STD + preprocess.MEAN]
    shares = np.exp(y - y.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    names = preprocess.CLASSES
    return [
        {"label": names[int(row.argmax())], "probabilities": dict(zip(names, map(float, row)))}
        for row in shares
    ]


if __name__ == "__main__":
    for answer in predict(json.load(sys.stdin)):
        print(json.dumps(answer, ensure_ascii=False))
`;
