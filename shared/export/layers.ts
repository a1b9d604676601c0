/** A model as the layers that others know it by: what code in other languages is written from. */
import type { Artifact } from '../artifact/artifact.ts';
import { INPUT, kerasNames, layersOf, type NamedLayer, weightEntries } from '../artifact/layers-model.ts';
import { modelShapeOf } from '../artifact/model-shape.ts';
import { isNetwork } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import type { ParameterValues } from '../executors/executor.ts';

export interface LayerGraph {
  /** In order; the last gives logits, or the standardised value. Names are fit for variables. */
  layers: readonly NamedLayer[];
  /** Whether each takes the one before it, and the first the features. */
  isChain: boolean;
  /** By `layer/weight`, as Keras names them. */
  weights: ParameterValues;
}

/** Throws AppError `unsupported`, naming the block, where Keras has no layer for one. */
export function layerGraphOf({ spec, fitted, parameters }: Artifact): LayerGraph {
  if (!isNetwork(spec)) {
    throw new AppError(
      'unsupported',
      `a model of ${spec.model.type} has no layers; its tensors leave as safetensors`,
    );
  }
  if (fitted.output.task === 'image-generation') {
    throw new AppError(
      'unsupported',
      'a model that makes pictures runs a part of its network, or all of it many times, which generated code does not do; its tensors leave as safetensors',
    );
  }
  const shape = modelShapeOf(fitted);
  const layers = layersOf(spec.model, shape);
  const entries = weightEntries(spec.model, shape);
  const names = kerasNames(entries, layers).map(({ name }) => variable(name));
  return {
    layers: layers.map((layer) => ({
      ...layer,
      name: variable(layer.name),
      inputs: layer.inputs.map(variable),
    })),
    isChain: layers.every(
      ({ inputs }, i) => inputs.length === 1 && inputs[0] === (layers[i - 1]?.name ?? INPUT),
    ),
    weights: new Map(entries.map(({ name }, i) => [names[i]!, parameters.get(name)!])),
  };
}

/** A name as a program may have it. */
export const variable = (name: string): string => name.replaceAll('-', '_');
