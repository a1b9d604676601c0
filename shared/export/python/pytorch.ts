/** A PyTorch program: a module with its weights and features, and a script to predict. */
import type { Artifact } from '../../artifact/artifact.ts';
import { INPUT } from '../../artifact/layers-model.ts';
import { encodeSafetensors } from '../../artifact/safetensors.ts';
import { AppError } from '../../errors.ts';
import type { TensorValue } from '../../graph/graph.ts';
import { type Exporter, textFile } from '../export-file.ts';
import { helpersFor } from '../helpers-for.ts';
import { type LayerGraph, layerGraphOf } from '../layers.ts';
import { WEIGHTS_FILE } from '../safetensors.ts';
import { type Prediction, pythonPredict } from './predict.ts';
import { pythonPreprocessing } from './preprocess.ts';
import { TORCH_HELPERS } from './torch-helpers.ts';
import type { Layout } from './torch-layer.ts';
import { torchLayerOf } from './torch-layers.ts';

export const pytorch: Exporter = {
  name: 'pytorch',
  title: 'PyTorch',
  summary: 'A PyTorch module in Python with its weights and preprocessing, and a script to predict.',
  files(artifact, model) {
    const { code, weights } = moduleOf(artifact, layerGraphOf(artifact), model);
    return [
      textFile('preprocess.py', pythonPreprocessing(artifact.fitted)),
      textFile('model.py', code),
      textFile('predict.py', pythonPredict(artifact.fitted, TORCH)),
      textFile('requirements.txt', 'numpy\nsafetensors\ntorch\n'),
      { path: WEIGHTS_FILE, bytes: encodeSafetensors(weights) },
    ];
  },
};

const TORCH: Prediction = {
  imports: 'import torch\n',
  decorator: '@torch.no_grad()\n',
  answer: 'model(torch.from_numpy(features(rows))).numpy()',
};

/** `model.py`, and the weights by the names of its state dict. */
function moduleOf(
  { fitted }: Artifact,
  { layers, weights: values, isChain }: LayerGraph,
  model: string,
): { code: string; weights: Map<string, TensorValue> } {
  const modules: string[] = [];
  const forward: string[] = [];
  const weights = new Map<string, TensorValue>();
  const known = new Map<string, Value>([
    [INPUT, { code: INPUT, layout: 'last', axes: fitted.outputShape.length + 1 }],
  ]);
  for (const layer of layers) {
    const { name, className } = layer;
    const form = torchLayerOf(layer, (weight) => values.get(`${name}/${weight}`)!);
    if (!form) throw new AppError('unsupported', `the layer "${name}" (${className}) has no PyTorch form`);
    if (form.module) modules.push(`        self.${name} = ${form.module}`);
    const inputs = layer.inputs.map((input) => known.get(input)!);
    const layout = form.layout ?? inputs[0]!.layout;
    const code = isChain ? INPUT : name;
    const taken = inputs.map((input) => inLayout(input, layout));
    forward.push(`        ${code} = ${form.forward(taken, `self.${name}`, layout)}`);
    known.set(name, { code, layout, axes: layer.shape.length + 1 });
    for (const [part, value] of Object.entries(form.weights ?? {}))
      weights.set(part === '' ? name : `${name}.${part}`, value);
  }
  const meaning =
    fitted.output.task === 'classification' ? 'logits, one for each class' : 'the standardised value';
  const helpers = helpersFor(TORCH_HELPERS, [...modules, ...forward].join('\n'));
  const last = forward.pop()!.replace(/^ *\w+ = /, '        return ');
  const body = [...forward, last].join('\n');
  const functional = /\bF\./.test([body, ...helpers].join('\n'))
    ? 'from torch.nn import functional as F\n'
    : '';
  const slowly = body.includes('src_key_padding_mask') ? SLOWLY : '';
  const code = `"""The model ${model}: ${meaning}."""
import torch
from safetensors.torch import load_file
from torch import nn
${functional}${slowly}

${helpers.map((helper) => `${helper}\n\n\n`).join('')}class Model(nn.Module):
    def __init__(self):
        super().__init__()
${modules.join('\n')}

    def forward(self, x):
${body}


def load(path="${WEIGHTS_FILE}"):
    model = Model()
    model.load_state_dict(load_file(path))
    return model.eval()
`;
  return { code, weights };
}

const SLOWLY = `
# the fast path of nn.TransformerEncoderLayer answers NaN where a row is nothing but padding
torch.backends.mha.set_fastpath_enabled(False)
`;

/** Of the forward pass. */
interface Value {
  code: string;
  layout: Layout;
  /** With that of the batch. */
  axes: number;
}

function inLayout({ code, layout, axes }: Value, wanted: Layout): string {
  if (layout === wanted || axes < 3) return code;
  if (axes === 3) return `${code}.transpose(1, 2)`;
  return `${code}.permute(${wanted === 'first' ? '0, 3, 1, 2' : '0, 2, 3, 1'})`;
}
