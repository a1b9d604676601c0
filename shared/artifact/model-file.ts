/** The two files of an artifact that hold the model: `model.json`, which says what it is, and `weights.bin`, its numbers. */
import { canonicalJson } from '../definition/canonical.ts';
import { type EstimatorPipeline, isNetwork, type PipelineSpec } from '../definition/pipeline-spec.ts';
import type { EstimatorShape, Predict } from '../estimators/estimator.ts';
import { estimatorOf } from '../estimators/estimator-of.ts';
import type { ParameterValues } from '../executors/executor.ts';
import type { TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import { type ModelFile, toModelFile, type WeightEntry, weightEntries } from './layers-model.ts';
import { modelShapeOf } from './model-shape.ts';

export interface ModelContent {
  spec: PipelineSpec;
  fitted: FittedPipeline;
  /** By name; of a network its weights, of an estimator what it learnt. */
  parameters: ParameterValues;
}

export function encodeModel({ spec, fitted, parameters }: ModelContent): {
  file: ModelFile;
  weights: Uint8Array;
} {
  if (!isNetwork(spec)) {
    const entries = [...parameters].map(
      ([name, { shape }]): WeightEntry => ({ name, shape: [...shape], dtype: 'float32' }),
    );
    return { file: estimatorFile(entries), weights: packWeights([...parameters.values()]) };
  }
  const shape = modelShapeOf(fitted);
  return {
    file: toModelFile(spec.model, shape, fitted.output.task),
    weights: packWeights(weightEntries(spec.model, shape).map(({ name }) => parameters.get(name)!)),
  };
}

/** The parameters in `weights`. Throws an Error where the files do not fit the pipeline, or one another. */
export function decodeModel(
  { spec, fitted }: Pick<ModelContent, 'spec' | 'fitted'>,
  file: ModelFile,
  weights: Uint8Array,
): ParameterValues {
  const [{ weights: entries }] = file.weightsManifest;
  if (!isNetwork(spec)) {
    const parameters = unpackWeights(weights, entries);
    loadEstimator({ spec, fitted, parameters });
    return parameters;
  }
  const shape = modelShapeOf(fitted);
  const expected = toModelFile(spec.model, shape, fitted.output.task);
  if (canonicalJson(file.weightsManifest) !== canonicalJson(expected.weightsManifest)) {
    throw new Error('model.json does not fit the pipeline');
  }
  return unpackWeights(weights, weightEntries(spec.model, shape));
}

/** An estimator that is ready to predict. Throws an Error where what it learnt does not hold together. */
export function loadEstimator({
  spec,
  fitted,
  parameters,
}: Pick<ModelContent, 'fitted' | 'parameters'> & { spec: EstimatorPipeline }): Predict {
  return estimatorOf(spec.model).load(parameters, spec.model, estimatorShapeOf(fitted));
}

export function estimatorShapeOf(fitted: FittedPipeline): EstimatorShape {
  const { inputShape, outputs } = modelShapeOf(fitted);
  return { task: fitted.output.task, inputs: sizeOf(inputShape), outputs };
}

const estimatorFile = (weights: WeightEntry[]): ModelFile => ({
  format: 'trainyard-estimator',
  generatedBy: 'Trainyard',
  weightsManifest: [{ paths: ['weights.bin'], weights }],
});

/** Float32, little-endian as on every machine this runs on, one parameter after the other. */
function packWeights(values: readonly TensorValue[]): Uint8Array {
  const bytes = new Uint8Array(values.reduce((size, { data }) => size + data.byteLength, 0));
  let offset = 0;
  for (const { data } of values) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

function unpackWeights(
  bytes: Uint8Array,
  entries: readonly { name: string; shape: number[] }[],
): ParameterValues {
  const expected = 4 * entries.reduce((size, { shape }) => size + sizeOf(shape), 0);
  if (bytes.length !== expected)
    throw new Error(`weights.bin has ${bytes.length} bytes, the model needs ${expected}`);
  const floats = new Float32Array(bytes.slice().buffer);
  let offset = 0;
  return new Map(
    entries.map(({ name, shape }) => {
      const data = floats.subarray(offset, offset + sizeOf(shape));
      offset += data.length;
      return [name, { shape, data }];
    }),
  );
}
