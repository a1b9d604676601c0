/** A benchmark's model as a definition of ours, with the benchmark's weights: an artifact as a training would have made it. */
import { encodeArtifact } from '../../../shared/artifact/artifact.ts';
import { weightEntries } from '../../../shared/artifact/layers-model.ts';
import { modelShapeOf } from '../../../shared/artifact/model-shape.ts';
import { loadDataset } from '../../../shared/data/load-dataset.ts';
import { NetworkPipeline } from '../../../shared/definition/pipeline-spec.ts';
import type { ParameterValues } from '../../../shared/executors/executor.ts';
import type { TensorValue } from '../../../shared/graph/graph.ts';
import { sizeOf } from '../../../shared/graph/operator.ts';
import type { FittedPipeline } from '../../../shared/pipeline/fitted-pipeline.ts';
import { sha256 } from '../../../shared/sha256.ts';
import { fitPipeline } from '../../../shared/tasks/fit-pipeline.ts';
import type { Trained } from '../../helpers/edge-scenario.ts';
import type { BenchModel, Layer } from '../models/bench-model.ts';
import type { Dataset } from './datasets.ts';

export interface OwnModel {
  spec: NetworkPipeline;
  fitted: FittedPipeline;
}

export function fitOwnModel({ layers }: BenchModel, { bytes, format, target, features }: Dataset): OwnModel {
  const spec = NetworkPipeline.parse({
    ...{ schemaVersion: 1, task: 'classification', target, features },
    model: blocksOf(layers.slice(0, -1)), // the last is the head
    split: { validation: 0.2, test: 0.2 },
    training: {
      ...{ epochs: 1, batchSize: 32, seed: 1, earlyStopping: null },
      optimizer: { type: 'adam', learningRate: 0.001 },
    },
  });
  const table = loadDataset(bytes, format);
  return {
    spec,
    fitted: fitPipeline(
      spec,
      table,
      Uint32Array.from({ length: table.rows }, (_, i) => i),
    ),
  };
}

/** `values`: of the benchmark's parameters. */
export function ownArtifact({ spec, fitted }: OwnModel, dataset: Dataset, values: ParameterValues): Trained {
  const metrics = { validation: {}, test: {} };
  const { bytes, sha256: id } = encodeArtifact({
    ...{ spec, fitted, metrics, parameters: renamed(spec, fitted, values) },
    ...{ datasetSha256: sha256(dataset.bytes), device: 'benchmark', executor: 'none' },
  });
  return { artifact: bytes, sha256: id, metrics };
}

type Block = { type: string; id?: string; inputs?: string[]; [parameter: string]: unknown };

/** `prefix`: of the ids that residuals need. */
function blocksOf(layers: readonly Layer[], prefix = 'r'): Block[] {
  const blocks: Block[] = [];
  for (const [place, layer] of layers.entries()) {
    if (layer.type === 'residual') {
      const [from, to] = [`${prefix}${place}-from`, `${prefix}${place}-to`];
      const inner = blocksOf(layer.layers, `${prefix}${place}-`);
      blocks.at(-1)!.id ??= from;
      inner.at(-1)!.id ??= to;
      blocks.push(...inner, { type: 'add', inputs: [blocks.at(-1)!.id!, inner.at(-1)!.id!] });
    } else blocks.push(...blockOf(layer));
  }
  return blocks;
}

function blockOf(layer: Exclude<Layer, { type: 'residual' }>): Block[] {
  switch (layer.type) {
    case 'dense':
      return [{ type: 'dense', units: layer.units, activation: layer.activation ?? 'linear' }];
    case 'conv2d': {
      const { filters, size, padding, activation = 'linear' } = layer;
      return [{ type: 'conv2d', filters, kernelSize: size, padding, activation }];
    }
    case 'convNorm': {
      const { filters, size, stride, linear } = layer;
      return [{ type: 'conv2d', filters, ...bare(size, stride) }, { type: 'batch-norm' }, ...relu6(!linear)];
    }
    case 'depthwiseNorm':
      return [
        { type: 'depthwise-conv2d', ...bare(layer.size, layer.stride) },
        { type: 'batch-norm' },
        ...relu6(true),
      ];
    case 'maxPool':
      return [{ type: 'max-pooling2d', size: layer.size }];
    case 'flatten':
      return [{ type: 'flatten' }];
    case 'embedding':
      return [{ type: 'embedding', count: layer.vocabulary, size: layer.width }];
    case 'conv1d':
      return [
        { type: 'conv1d', filters: layer.filters, kernelSize: layer.size, activation: layer.activation },
      ];
    case 'gru':
      return [{ type: 'gru', units: layer.units }];
    case 'globalMax':
      return [{ type: 'global-max-pooling' }];
    case 'globalAverage':
      return [{ type: 'global-average-pooling' }];
    default:
      throw new Error(`no block stands for ${layer.type} here`);
  }
}

const bare = (kernelSize: number, stride: number) => ({
  ...{ kernelSize, stride, padding: 'same' },
  ...{ activation: 'linear', bias: false },
});
const relu6 = (wanted: boolean): Block[] => (wanted ? [{ type: 'activation', activation: 'relu6' }] : []);

/** Both name their parameters in the order of the layers. */
function renamed(spec: NetworkPipeline, fitted: FittedPipeline, values: ParameterValues): ParameterValues {
  const entries = weightEntries(spec.model, modelShapeOf(fitted));
  const given = joinGates([...values]);
  if (given.length !== entries.length)
    throw new Error(`${given.length} parameters for a model of ${entries.length}`);
  return new Map(
    entries.map(({ name, shape }, i) => {
      const [from, { shape: found, data }] = given[i]!;
      if (sizeOf(found) !== sizeOf(shape)) throw new Error(`${from} [${found}] for ${name} [${shape}]`);
      return [name, { shape, data }];
    }),
  );
}

/** A GRU's three gates are an axis of their own there, and side by side in a definition's block; its two biases are rows of one. */
function joinGates(values: [string, TensorValue][]): [string, TensorValue][] {
  return values.flatMap(([name, value], i): [string, TensorValue][] => {
    if (name.endsWith('/recurrentBias')) return [];
    if (value.shape[0] !== 3 || value.shape.length !== 3 || !/gru_\d+\//.test(name)) return [[name, value]];
    if (!name.endsWith('/bias')) return [[name, sideBySide(value)]];
    const [, second] = values[i + 1]!;
    const width = value.data.length;
    return [[name, { shape: [2, width], data: Float32Array.from([...value.data, ...second.data]) }]];
  });
}

/** [gates, inputs, units] → [inputs, gates · units]. */
function sideBySide({ shape, data }: TensorValue): TensorValue {
  const [gates, inputs, units] = shape as [number, number, number];
  const joined = new Float32Array(data.length);
  for (let gate = 0; gate < gates; gate++) {
    for (let input = 0; input < inputs; input++) {
      const row = data.subarray((gate * inputs + input) * units, (gate * inputs + input + 1) * units);
      joined.set(row, (input * gates + gate) * units);
    }
  }
  return { shape: [inputs, gates * units], data: joined };
}
