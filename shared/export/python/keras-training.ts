/** `train.py` of a Keras program: trains the model anew on a file like the one that it was trained on. */
import type { Artifact } from '../../artifact/artifact.ts';
import { type EstimatorPipeline, isNetwork, type NetworkPipeline } from '../../definition/pipeline-spec.ts';
import { weightFilesOf } from '../../definition/weight-files.ts';
import { historyLengths } from '../../pipeline/histories.ts';
import type { LayerGraph } from '../layers.ts';
import { pythonArguments, pythonLiteral } from './literal.ts';

export function kerasTraining({ spec, fitted }: Artifact, graph: LayerGraph): string {
  const isClass = fitted.output.task === 'classification';
  const { read, takes, code, imports } = readerOf(fitted);
  // rows in the order of time stay so, and the last of them are for validation
  const inOrder = spec.split.order === 'time' || historyLengths(fitted.features).size > 0;
  const shuffle = inOrder ? '' : '\n    np.random.shuffle(rows)';
  const work = isNetwork(spec) ? networkCode(spec, isClass, graph.frozen) : ridgeCode(spec);
  return `"""Trains the model anew: python train.py ${takes}"""
${imports}import sys
${read === 'files' ? 'from pathlib import Path\n' : ''}
import keras
import numpy as np

from model import ${work.begin}
from preprocess import ${isClass ? 'CLASSES' : 'MEAN, STD'}, TARGET, features


${work.constants}${code}


def train(path):
    rows = read(path)
    keras.utils.set_random_seed(${spec.training.seed})${shuffle}
    x = features(rows)
    ${isClass ? 'y = np.array([CLASSES.index(row[TARGET]) for row in rows])' : 'y = (np.array([row[TARGET] for row in rows], dtype=np.float32) - MEAN) / STD'}
${work.body}
    return model


if __name__ == "__main__":
    train(sys.argv[1]).save("trained.keras")
`;
}

interface Work {
  /** What of the module `model` makes the model. */
  begin: string;
  constants: string;
  body: string;
}

function networkCode(spec: NetworkPipeline, isClass: boolean, frozen: readonly string[]): Work {
  const { epochs, batchSize, earlyStopping, optimizer } = spec.training;
  const { type, learningRate, ...rest } = optimizer;
  const rule = { adam: 'Adam', adamw: 'AdamW', sgd: 'SGD', rmsprop: 'RMSprop', adagrad: 'Adagrad' }[type];
  const { clipNorm, weightDecay, ...others } = rest as Record<string, unknown>;
  const options = {
    learning_rate: learningRate,
    ...others,
    ...(weightDecay === undefined ? {} : { weight_decay: weightDecay }),
    ...(clipNorm === undefined ? {} : { global_clipnorm: clipNorm }),
  };
  const stopping = earlyStopping
    ? `\n        callbacks=[keras.callbacks.EarlyStopping(patience=${earlyStopping.patience}, restore_best_weights=True)],`
    : '';
  // what begins with weights that others learnt goes on from those that it has
  const begin = weightFilesOf(spec).length > 0 ? 'load' : 'build';
  const isFrozen = frozen.length > 0;
  const freeze = isFrozen
    ? '\n    for layer in FROZEN:\n        model.get_layer(layer).trainable = False'
    : '';
  return {
    begin,
    constants: isFrozen ? `FROZEN = ${pythonLiteral(frozen)}\n\n\n` : '',
    body: `    model = ${begin}()${freeze}
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
    )`,
  };
}

/** Solved at once, as it was. */
function ridgeCode({ model }: EstimatorPipeline): Work {
  const l2 = model.type === 'ridge' ? model.l2 : 0;
  return {
    begin: 'build',
    constants: `L2 = ${l2}\n\n\n`,
    body: `    x = x.reshape(len(x), -1).astype(np.float64)
    centred = x - x.mean(axis=0)
    kernel = np.linalg.solve(centred.T @ centred + L2 * np.eye(x.shape[1]), centred.T @ (y - y.mean()))
    model = build()
    model.layers[-1].set_weights([kernel[:, None], y.mean(keepdims=True) - x.mean(axis=0) @ kernel])`,
  };
}

interface Reader {
  read: 'table' | 'files';
  /** As on the command line. */
  takes: string;
  imports: string;
  /** With a function `read(path)`. */
  code: string;
}

function readerOf(fitted: Artifact['fitted']): Reader {
  const [first] = fitted.inputs;
  return first?.type === 'image' || first?.type === 'audio'
    ? filesReader(first.name, first.type)
    : tableReader(fitted);
}

function filesReader(name: string, type: 'image' | 'audio'): Reader {
  const [what, value] =
    type === 'image'
      ? ['pictures', 'np.asarray(keras.utils.load_img(file))']
      : ['WAV files', 'file.read_bytes()'];
  return {
    read: 'files',
    takes: `folder, which holds a folder of ${what} for each class`,
    imports: '',
    code: `def read(folder):
    return [
        {${pythonLiteral(name)}: ${value}, TARGET: file.parent.name}
        for file in sorted(Path(folder).glob("*/*"))
    ]`,
  };
}

function tableReader({ features, output, inputs }: Artifact['fitted']): Reader {
  const histories = [...historyLengths(features)];
  const numbers = inputs.filter(({ type }) => type === 'number').map(({ name }) => name);
  const own = output.task === 'classification' ? [] : [output.target];
  const all = [...new Set([...numbers, ...histories.map(([name]) => name), ...own])];
  const rows = '[{name: value(name, text) for name, text in row.items()} for row in csv.DictReader(file)]';
  const before =
    histories.length === 0
      ? ''
      : `


def with_histories(rows):
    """Rows in the order of time, each with the values before its own; the first have too few."""
    for place, row in enumerate(rows):
        for name, length in HISTORIES.items():
            row[f"{name}_history"] = [one[name] for one in rows[max(place - length, 0) : place]]
    return rows[max(HISTORIES.values()) :]`;
  return {
    read: 'table',
    takes: 'data.csv',
    imports: 'import csv\n',
    code: `NUMBERS = ${pythonLiteral(all)}${histories.length === 0 ? '' : `\nHISTORIES = ${pythonLiteral(Object.fromEntries(histories))}`}


def value(name, text):
    if text.strip() in ("", "NA", "NaN", "null", "?"):
        return None
    return float(text) if name in NUMBERS else text.strip()


def read(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        ${before === '' ? `return ${rows}` : `return with_histories(${rows})`}${before}`,
  };
}
