/** A PyTorch program: a module with its weights and features, and scripts to predict and to train. */
import type { Artifact } from '../../artifact/artifact.ts';
import { AppError } from '../../errors.ts';
import { type Exporter, textFile } from '../export-file.ts';
import { layersOf } from '../layers.ts';
import { encodeSafetensors, WEIGHTS_FILE } from '../safetensors.ts';
import { pythonPredict } from './keras.ts';
import { pythonLiteral } from './literal.ts';
import { pythonPreprocessing } from './preprocess.ts';
import { torchLayerOf } from './torch-layers.ts';

export const pytorch: Exporter = {
  name: 'pytorch',
  title: 'PyTorch',
  summary: 'A PyTorch module in Python with its weights and preprocessing, and a script to predict.',
  files: (artifact, model) => [
    textFile('preprocess.py', pythonPreprocessing(artifact.fitted)),
    textFile('model.py', modelCode(artifact, model)),
    textFile('predict.py', pythonPredict('load()(x)')),
    textFile('requirements.txt', 'numpy\nsafetensors\ntorch\n'),
    { path: WEIGHTS_FILE, bytes: encodeSafetensors(artifact.parameters) },
  ],
};

function modelCode(artifact: Artifact, model: string): string {
  const { parameters, fitted } = artifact;
  const modules: string[] = [];
  const forward: string[] = [];
  const weights: string[] = [];
  for (const layer of layersOf(artifact)) {
    const { name, className } = layer;
    const code = torchLayerOf(layer, (weight) => parameters.get(`${name}/${weight}`)!.shape);
    if (!code)
      throw new AppError('unsupported', `the layer "${name}" (${className}) has no PyTorch form yet`);
    if (code.module) modules.push(`        self.${name} = ${code.module}`);
    forward.push(`        x = ${code.forward(`self.${name}`)}`);
    for (const [theirs, [ours, axes]] of Object.entries(code.weights ?? {}))
      weights.push(`    "${name}.${theirs}": ("${name}/${ours}", ${pythonLiteral(axes)}),`);
  }
  const isPicture = fitted.outputShape.length === 3;
  const meaning =
    fitted.output.task === 'classification' ? 'logits, one for each class' : 'the standardised value';
  const padding = forward.some((line) => line.includes('pad_same('))
    ? `def pad_same(x, height, width, step):
    """Zeros around a picture, so that it has ceil(size / step) windows a side."""

    def sides(size, window):
        total = max((-(-size // step) - 1) * step + window - size, 0)
        return total // 2, total - total // 2

    return F.pad(x, (*sides(x.shape[3], width), *sides(x.shape[2], height)))


`
    : '';
  return `"""The model ${model}: ${meaning}."""
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

${padding}class Model(nn.Module):
    def __init__(self):
        super().__init__()
${modules.join('\n')}

    def forward(self, x):
${isPicture ? '        x = x.permute(0, 3, 1, 2)  # from [batch, height, width, channel]\n' : ''}${forward.join('\n')}
        return x


# Weight here: its name in the file, and the order of its axes there.
WEIGHTS = {
${weights.join('\n')}
}


def load(path="${WEIGHTS_FILE}"):
    model = Model().eval()
    tensors = load_file(path)
    model.load_state_dict({name: tensors[ours].permute(axes) for name, (ours, axes) in WEIGHTS.items()})

    def answer(x):
        with torch.no_grad():
            return model(torch.as_tensor(x)).numpy()

    return answer
`;
}
