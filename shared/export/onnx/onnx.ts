/** ONNX: the model as a graph for any runtime, and beside it what makes its features of rows. */
import type { Artifact } from '../../artifact/artifact.ts';
import { estimatorShapeOf } from '../../artifact/model-file.ts';
import { isNetwork } from '../../definition/pipeline-spec.ts';
import { AppError } from '../../errors.ts';
import type { ParameterValues } from '../../executors/executor.ts';
import type { Graph } from '../../graph/graph.ts';
import { PRIOR } from '../../model/losses/detection.ts';
import type { OutputSpec } from '../../schema/prediction.ts';
import { type Exporter, type ExportFile, textFile } from '../export-file.ts';
import { pythonPredict } from '../python/predict.ts';
import { pythonPreprocessing } from '../python/preprocess.ts';
import { readmeFile, signatureFile } from '../signature.ts';
import { traceNetwork } from './answering-network.ts';
import { batchedGraph } from './batched-graph.ts';
import { emitGraph } from './emit-graph.ts';
import { emitEstimator } from './estimators.ts';
import { dimensionText, encodeOnnx, type OnnxValue } from './messages.ts';
import { type Emitted, Scope } from './scope.ts';
import { TREES_DOMAIN, TREES_VERSION } from './trees.ts';

/** Of operators: onnx 1.13 (2022). */
const OPSET = 18;
const INPUT = 'x';
const OUTPUT = 'y';

export const onnx: Exporter = {
  name: 'onnx',
  title: 'ONNX',
  summary:
    'The model as an ONNX graph for batches of any size, with its preprocessing in Python and a script to predict.',
  files(artifact, model): ExportFile[] {
    const { fitted } = artifact;
    const { bytes, inputs, output } = encodeModel(artifact, model);
    const told = ({ name, shape }: OnnxValue) => ({ name, shape: shape.map(dimensionText) });
    const signature = { inputs: inputs.map(told), output: told(output), meaning: meaningOf(fitted.output) };
    const python = pythonFiles(artifact);
    const makesFeatures =
      python.length > 0
        ? '\n`preprocess.py` makes them of rows; `python predict.py < rows.json` predicts a list of objects, one answer a line.'
        : '';
    return [
      { path: 'model.onnx', bytes },
      ...python,
      signatureFile(fitted, signature),
      readmeFile(
        model,
        signature,
        `\`model.onnx\` (operator set ${OPSET}) takes features that are made already, in batches of any size.${makesFeatures}`,
      ),
    ];
  },
};

function meaningOf(output: OutputSpec): string {
  if (output.task === 'classification')
    return 'logits, one for each class; their softmax is the probabilities';
  if (output.task === 'regression') return 'the standardised value: value = y · std + mean';
  if (output.task === 'object-detection')
    return `for each cell of a grid: of each class y, whose score is 1 / (1 + exp(${PRIOR} − y)), and the logarithms of the distances from the cell's middle to the box's left, top, right and bottom, in cells`;
  if (output.task === 'translation')
    return 'logits of the token that comes next; the input is the features and, behind them, the tokens said so far, then zeros';
  return output.from === 'latent'
    ? 'the logits of pixels, of Gaussian numbers; their sigmoid is the picture'
    : 'v = α · noise − σ · picture of noisy pixels, with α and σ as two more channels';
}

interface Encoded {
  bytes: Uint8Array<ArrayBuffer>;
  inputs: readonly OnnxValue[];
  output: OnnxValue;
}

function encodeModel({ spec, fitted, parameters }: Artifact, model: string): Encoded {
  const about = { name: model, description: meaningOf(fitted.output) };
  if (isNetwork(spec)) return encodeGraph((batch) => traceNetwork(spec, fitted, batch), parameters, about);
  const scope = new Scope(INPUT);
  const name = emitEstimator(scope, spec.model, { fitted, parameters, input: INPUT });
  const inputs = [{ name: INPUT, shape: [{ batch: 1 }, ...fitted.outputShape] }];
  return finish(scope, inputs, { name, shape: [{ batch: 1 }, estimatorShapeOf(fitted).outputs] }, about);
}

/** A graph of one output, traced for any batch. */
export function encodeGraph(
  trace: (batch: number) => Graph,
  parameters: ParameterValues,
  about: { name: string; description: string },
): Encoded {
  const graph = batchedGraph(trace);
  const inputs = graph.inputs.map(({ name, node }) => ({ name, shape: graph.nodes[node]!.shape }));
  const scope = new Scope(inputs[0]!.name);
  return finish(scope, inputs, emitGraph(scope, graph, parameters), about);
}

function finish(
  scope: Scope,
  inputs: readonly OnnxValue[],
  { name, shape }: Emitted,
  about: { name: string; description: string },
): Encoded {
  scope.rename(name, OUTPUT);
  const output = { name: OUTPUT, shape };
  const { nodes } = scope;
  const domains = new Set(nodes.map(({ domain }) => domain));
  const opsets = { '': OPSET, ...(domains.has(TREES_DOMAIN) && { [TREES_DOMAIN]: TREES_VERSION }) };
  const tensors = scope.usedTensors();
  return { bytes: encodeOnnx({ ...about, nodes, tensors, inputs, output, opsets }), inputs, output };
}

/** What predicts in Python; nothing where the task's answer is more than one pass, or a step has no Python form. */
function pythonFiles({ fitted }: Artifact): ExportFile[] {
  const { task } = fitted.output;
  if (task !== 'classification' && task !== 'regression') return [];
  try {
    return [
      textFile('preprocess.py', pythonPreprocessing(fitted)),
      textFile('model.py', MODEL),
      textFile(
        'predict.py',
        pythonPredict(fitted, { answer: `model.run(None, {"${INPUT}": features(rows)})[0]` }),
      ),
      textFile('requirements.txt', 'numpy\nonnxruntime\n'),
    ];
  } catch (error) {
    if (error instanceof AppError && error.code === 'unsupported') return [];
    throw error;
  }
}

const MODEL = `"""The model in ONNX Runtime."""
import onnxruntime


def load(path="model.onnx"):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
`;
