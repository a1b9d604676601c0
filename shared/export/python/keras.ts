/** A Keras 3 program: model, weights and features, with a script and a notebook that train it anew or predict with it. */
import type { Artifact } from '../../artifact/artifact.ts';
import { encodeSafetensors } from '../../artifact/safetensors.ts';
import { type Exporter, type ExportFile, textFile } from '../export-file.ts';
import { helpersFor } from '../helpers-for.ts';
import { type LayerGraph, layerGraphOf } from '../layers.ts';
import { WEIGHTS_FILE } from '../safetensors.ts';
import { KERAS_HELPERS, kerasCall, kerasLayer } from './keras-layers.ts';
import { kerasTraining } from './keras-training.ts';
import { kerasWeights } from './keras-weights.ts';
import { pythonTuple } from './literal.ts';
import { notebook } from './notebook.ts';
import { pythonPredict } from './predict.ts';
import { pythonPreprocessing } from './preprocess.ts';

export const keras: Exporter = {
  name: 'keras',
  title: 'Keras',
  summary:
    'A Keras 3 model in Python with its weights and preprocessing, a script to predict and to train, and a notebook.',
  files(artifact, model): ExportFile[] {
    const preprocess = pythonPreprocessing(artifact.fitted);
    const graph = layerGraphOf(artifact);
    const definition = modelCode(artifact, graph, model);
    const train = kerasTraining(artifact, graph);
    return [
      textFile('preprocess.py', preprocess),
      textFile('model.py', definition),
      textFile('train.py', train),
      textFile(
        'predict.py',
        pythonPredict(artifact.fitted, { answer: 'model.predict(features(rows), verbose=0)' }),
      ),
      textFile('notebook.ipynb', notebook(model, [preprocess, definition, train])),
      textFile('requirements.txt', 'keras>=3\nnumpy\nsafetensors\ntensorflow\n'),
      { path: WEIGHTS_FILE, bytes: encodeSafetensors(kerasWeights(graph)) },
    ];
  },
};

function modelCode({ fitted }: Artifact, graph: LayerGraph, model: string): string {
  const { outputShape, output } = fitted;
  const meaning = output.task === 'classification' ? 'logits, one for each class' : 'the standardised value';
  const isSequential =
    graph.isChain && graph.layers.every(({ className }) => className !== 'MultiHeadAttention');
  const body = isSequential ? chainCode(graph, outputShape) : graphCode(graph, outputShape);
  const helpers = helpersFor(KERAS_HELPERS, body);
  const all = helpers.join('\n');
  const numpy = /\bnp\./.test(all) ? 'import numpy as np\n' : '';
  const operations = /\bops\./.test(all) ? ', ops' : '';
  return `"""The model ${model}: ${meaning}."""
import keras
${numpy}from keras import layers${operations}
from safetensors.numpy import load_file


${helpers.map((helper) => `${helper}\n\n\n`).join('')}def build():
${body}


def load(path="${WEIGHTS_FILE}"):
    model = build()
    tensors = load_file(path)
    for weight in model.weights:
        weight.assign(tensors[weight.path.removeprefix(f"{model.name}/")])
    return model
`;
}

const chainCode = ({ layers }: LayerGraph, shape: readonly number[]): string => `    return keras.Sequential(
        [
            keras.Input(${pythonTuple(shape)}),
${layers.map((layer) => `            ${kerasLayer(layer)},`).join('\n')}
        ]
    )`;

const graphCode = (
  { layers }: LayerGraph,
  shape: readonly number[],
): string => `    x = keras.Input(${pythonTuple(shape)})
${layers.map((layer) => `    ${layer.name} = ${kerasCall(layer)}`).join('\n')}
    return keras.Model(x, ${layers.at(-1)!.name})`;
