/// <reference path="./jsfive.d.ts" />
/** Keras's HDF5 files: whole models (`.h5`), and the weights within `.keras` files. */
import { Dataset, File, type Group } from 'jsfive';
import { AppError, messageOf } from '../errors.ts';
import type { TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { readTopology } from './keras-topology.ts';
import { byLayerName, type NamedWeight } from './named-weights.ts';
import type { SourceModel } from './source-model.ts';

/** A whole model. Throws AppError `unsupported` or `invalid_data`. */
export function readH5(bytes: Uint8Array): SourceModel {
  const file = openHdf5(bytes);
  const { model_config: config } = file.attrs;
  if (typeof config !== 'string') {
    throw new AppError(
      'unsupported',
      'this HDF5 file holds no model, perhaps only weights: save the whole model (model.save)',
    );
  }
  const weights = groupOf(file, 'model_weights');
  return { ...readTopology(JSON.parse(config)), weightsOf: byLayerName(weights ? collect(weights) : []) };
}

export function openHdf5(bytes: Uint8Array): Group {
  try {
    return new File(bytes.slice().buffer, 'model.h5');
  } catch (error) {
    throw new AppError('invalid_data', `this is no sound HDF5 file: ${messageOf(error)}`, { cause: error });
  }
}

export const groupOf = (group: Group, name: string): Group | undefined =>
  group.keys.includes(name) ? (group.get(name) as Group) : undefined;

/** All datasets below a group, each with its path. */
export function collect(group: Group, path = ''): NamedWeight[] {
  return group.keys.flatMap((key): NamedWeight[] => {
    const child = group.get(key);
    const at = path ? `${path}/${key}` : key;
    return child instanceof Dataset
      ? [{ path: at, value: tensorOf(child, at) }]
      : collect(child as Group, at);
  });
}

function tensorOf(dataset: Dataset, path: string): TensorValue {
  const shape = dataset.shape ?? [];
  const data = Float32Array.from(dataset.value as number[]);
  if (data.length !== sizeOf(shape)) {
    throw new AppError(
      'invalid_data',
      `the weight "${path}" has ${data.length} numbers for the shape [${shape}]`,
    );
  }
  return { shape, data };
}
