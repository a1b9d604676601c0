/** A PyTorch program: a module with its weights and features, and scripts to predict and to train. */
import type { Artifact } from '../../artifact/artifact.ts';
import { encodeSafetensors } from '../../artifact/safetensors.ts';
import { AppError } from '../../errors.ts';
import { type Exporter, textFile } from '../export-file.ts';
import { helpersFor } from '../helpers-for.ts';
import { type LayerGraph, layerGraphOf } from '../layers.ts';
import { WEIGHTS_FILE } from '../safetensors.ts';
import { pythonPredict } from './keras.ts';
import { pythonLiteral } from './literal.ts';
import { pythonPreprocessing } from './preprocess.ts';
import { TORCH_HELPERS } from './torch-helpers.ts';
import { torchLayerOf } from './torch-layers.ts';

export const pytorch: Exporter = {
  name: 'pytorch',
  title: 'PyTorch',
  summary: 'A PyTorch module in Python with its weights and preprocessing, and a script to predict.',
  files(artifact, model) {
    const graph = layerGraphOf(artifact);
    return [
      textFile('preprocess.py', pythonPreprocessing(artifact.fitted)),
      textFile('model.py', modelCode(artifact, graph, model)),
      textFile('predict.py', pythonPredict('load()(x)')),
      textFile('requirements.txt', 'numpy\nsafetensors\ntorch\n'),
      { path: WEIGHTS_FILE, bytes: encodeSafetensors(graph.weights) },
    ];
  },
};

function modelCode({ fitted }: Artifact, { layers, weights: values }: LayerGraph, model: string): string {
  const modules: string[] = [];
  const forward: string[] = [];
  const weights: string[] = [];
  for (const layer of layers) {
    const { name, className, inputs } = layer;
    const code = torchLayerOf(layer, (weight) => values.get(`${name}/${weight}`)!.shape);
    if (!code)
      throw new AppError('unsupported', `the layer "${name}" (${className}) has no PyTorch form yet`);
    if (code.module) modules.push(`        self.${name} = ${code.module}`);
    forward.push(`        ${name} = ${code.forward(inputs, `self.${name}`)}`);
    for (const [theirs, [keras, axes]] of Object.entries(code.weights ?? {}))
      weights.push(`    "${name}.${theirs}": ("${name}/${keras}", ${pythonLiteral(axes)}),`);
  }
  const meaning =
    fitted.output.task === 'classification' ? 'logits, one for each class' : 'the standardised value';
  const helpers = helpersFor(TORCH_HELPERS, [...modules, ...forward].join('\n'));
  return `"""The model ${model}: ${meaning}."""
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

${helpers.map((code) => `${code}\n\n\n`).join('')}class Model(nn.Module):
    def __init__(self):
        super().__init__()
${modules.join('\n')}

    def forward(self, x):
${forward.join('\n')}
        return ${layers.at(-1)!.name}


# Weight here: its name in the file, and the order of its axes there.
WEIGHTS = {
${weights.join('\n')}
}


def load(path="${WEIGHTS_FILE}"):
    model = Model().eval()
    tensors = load_file(path)
    weights = {name: tensors[keras].permute(axes) for name, (keras, axes) in WEIGHTS.items()}
    model.load_state_dict(weights, strict=False)  # what only counts batches is not kept

    def answer(x):
        with torch.no_grad():
            return model(torch.as_tensor(x)).numpy()

    return answer
`;
}
