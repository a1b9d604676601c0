/**
 * `model.json`: the model as a TensorFlow.js LayersModel (a Keras Sequential, or a functional Model where entries name their
 * inputs), so that others' programs can load it. A model that Keras has no layers for is told by its weights alone.
 */
import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { Shape } from '../graph/graph.ts';
import { sameShape, sizeOf } from '../graph/operator.ts';
import { expandModel } from '../model/backbones/expand-model.ts';
import type { KerasLayer } from '../model/block.ts';
import { placeOfFeature } from '../model/feature-slices.ts';
import { entryName, sourcesOf } from '../model/model-links.ts';
import { blockOf, type ModelSpec } from '../model/model-spec.ts';
import { entryShapes, HEAD, headOf, type ModelShape, traceModel } from '../model/trace-model.ts';
import type { OutputSpec } from '../schema/prediction.ts';

const WeightEntry = z.object({ name: z.string(), shape: z.array(z.int()), dtype: z.literal('float32') });
export type WeightEntry = z.infer<typeof WeightEntry>;
const weightsManifest = z.tuple([
  z.object({ paths: z.tuple([z.literal('weights.bin')]), weights: z.array(WeightEntry) }),
]);

const LayersModel = z.object({
  format: z.literal('layers-model'),
  generatedBy: z.string(),
  convertedBy: z.string().nullable(),
  modelTopology: z.json(),
  weightsManifest,
});
type LayersModel = z.infer<typeof LayersModel>;

/** Of a model that is no LayersModel: Trainyard runs it from the pipeline's definition. */
const WeightsAlone = z.object({
  format: z.literal('trainyard-weights'),
  generatedBy: z.string(),
  /** Why it is no LayersModel. */
  reason: z.string(),
  weightsManifest,
});

/** Of an estimator: what it learnt, as tensors. */
const EstimatorModel = z.object({
  format: z.literal('trainyard-estimator'),
  generatedBy: z.string(),
  weightsManifest,
});

export const ModelFile = z.discriminatedUnion('format', [LayersModel, WeightsAlone, EstimatorModel]);
export type ModelFile = z.infer<typeof ModelFile>;

/** An entry, or a layer of the head, as Keras knows it. */
export interface NamedLayer extends KerasLayer {
  name: string;
  /** Names of the layers it takes. */
  inputs: readonly string[];
  /** Of one row that it gives. */
  shape: Shape;
}

/** What the layers call the features. */
export const INPUT = 'x';

/** `model.json` of a network. */
export function toModelFile(spec: ModelSpec, shape: ModelShape, task: OutputSpec['task']): ModelFile {
  try {
    return toLayersModel(spec, shape, task);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unsupported') throw error;
    const weights = weightEntries(spec, shape);
    return {
      format: 'trainyard-weights',
      generatedBy: 'Trainyard',
      reason: error.message,
      weightsManifest: [{ paths: ['weights.bin'], weights }],
    };
  }
}

/**
 * Its output is a probability for each class, or the standardised value. Throws AppError `unsupported`, naming the block, where
 * Keras has no layer for one.
 */
export function toLayersModel(spec: ModelSpec, shape: ModelShape, task: OutputSpec['task']): LayersModel {
  const input = {
    class_name: 'InputLayer',
    config: { name: INPUT, batch_input_shape: [null, ...shape.inputShape], dtype: 'float32', sparse: false },
  };
  const layers = layersOf(spec, shape);
  requireTfjs(layers);
  const written = layers.map(({ name, className, config }) => {
    const head = name === HEAD && task === 'classification' ? { activation: 'softmax' } : {};
    return { class_name: className, config: { ...config, ...head, name, trainable: true } };
  });
  const isChain = spec.every(({ inputs }) => inputs === undefined);
  const topology = isChain
    ? { class_name: 'Sequential', config: { name: 'trainyard', layers: [input, ...written] } }
    : {
        class_name: 'Model',
        config: {
          name: 'trainyard',
          layers: [
            { ...input, name: INPUT, inbound_nodes: [] },
            ...written.map((layer, i) => ({
              ...layer,
              name: layers[i]!.name,
              inbound_nodes: [layers[i]!.inputs.map((from) => [from, 0, 0, {}])],
            })),
          ],
          input_layers: [[INPUT, 0, 0]],
          output_layers: [[HEAD, 0, 0]],
        },
      };
  return {
    format: 'layers-model',
    generatedBy: 'Trainyard',
    convertedBy: null,
    modelTopology: z.json().parse({
      ...topology,
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    }),
    weightsManifest: [{ paths: ['weights.bin'], weights: kerasNames(weightEntries(spec, shape), layers) }],
  };
}

/** Throws AppError `unsupported` where TensorFlow.js would answer otherwise than Keras. */
export function requireTfjs(layers: readonly NamedLayer[]): void {
  const found = layers.find(({ notInTfjs }) => notInTfjs !== undefined);
  if (!found) return;
  const { name, className, notInTfjs } = found;
  throw new AppError(
    'unsupported',
    `TensorFlow.js cannot run the layer "${name}" (${className}): ${notInTfjs}`,
  );
}

/** The parameters in the order in which `weights.bin` holds them. */
export function weightEntries(spec: ModelSpec, shape: ModelShape): WeightEntry[] {
  return traceModel(spec, { ...shape, batch: 1, training: false }).parameters.map((parameter) => ({
    name: parameter.name,
    shape: [...parameter.shape],
    dtype: 'float32',
  }));
}

/**
 * Every entry and the head as Keras layers, and before the entries that name features a layer for each of these. Throws AppError
 * `unsupported`, naming the block, where there is no layer for one.
 */
export function layersOf(model: ModelSpec, shape: ModelShape): NamedLayer[] {
  const spec = expandModel(model);
  const shapes = entryShapes(spec, shape);
  const slices = new Map<string, NamedLayer>();
  /** Of each entry, what the layers call its value. */
  const given: string[] = [];
  const layers = spec.flatMap((entry, place): NamedLayer[] => {
    const name = entryName(entry, place);
    const before = slices.size;
    const sources = sourcesOf(spec, place).map((source): { name: string; shape: Shape } => {
      if (source && source !== 'x' && 'entry' in source)
        return { name: given[source.entry]!, shape: shapes[source.entry]! };
      const slice = source && source !== 'x' && sliceOf(source.column, shape);
      if (!slice) return { name: INPUT, shape: shape.inputShape };
      if (!slices.has(slice.name)) slices.set(slice.name, slice);
      return slice;
    });
    const block = blockOf(entry);
    given.push(block.trainingOnly ? sources[0]!.name : name);
    if (block.trainingOnly) return [...slices.values()].slice(before);
    const layer = block.layer(
      entry,
      sources.map((source) => source.shape),
    );
    if (!layer) {
      throw new AppError(
        'unsupported',
        `Keras has no counterpart of the model block "${name}" (${entry.type})`,
      );
    }
    const inputs = sources.map((source) => source.name);
    return [...[...slices.values()].slice(before), { ...layer, name, inputs, shape: shapes[place]! }];
  });
  let last = shapes.at(-1) ?? shape.inputShape;
  for (const { name, spec: entry } of headOf(last, shape)) {
    const layer = blockOf(entry).layer(entry, [last])!;
    last = name === HEAD ? [...last.slice(0, -1), shape.outputs] : [sizeOf(last)];
    layers.push({ ...layer, name, inputs: [layers.at(-1)?.name ?? INPUT], shape: last });
  }
  return layers;
}

/** The part of a row that a feature has; undefined where that is all of it. */
function sliceOf(column: string, { inputShape, features = [] }: ModelShape): NamedLayer | undefined {
  const { begin, shape } = placeOfFeature(features, column);
  if (sameShape(shape, inputShape)) return undefined;
  return {
    className: 'Slice',
    config: { begin, size: sizeOf(shape) },
    notInTfjs: 'it has no layer that takes a part of the features',
    name: `feature_${column}`,
    inputs: [INPUT],
    shape,
  };
}

/** The weights, in the order of `weightEntries`, under the names that Keras gives them. */
export function kerasNames(entries: readonly WeightEntry[], layers: readonly NamedLayer[]): WeightEntry[] {
  const weightsOf = new Map(layers.map(({ name, weights }) => [name, weights]));
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const [layer] = entry.name.split('/') as [string];
    const place = seen.get(layer) ?? 0;
    seen.set(layer, place + 1);
    const name = weightsOf.get(layer)?.[place];
    return name === undefined ? entry : { ...entry, name: `${layer}/${name}` };
  });
}
