/** Keras 3's own files, `.keras`: a zip of `config.json` and `model.weights.h5`, whose groups follow the order of the layers. */
import { unzipSync } from 'fflate';
import { AppError, messageOf } from '../errors.ts';
import { readTopology } from './keras-topology.ts';
import { collect, groupOf, openHdf5 } from './read-hdf5.ts';
import type { SourceModel, SourceWeight } from './source-model.ts';

const CONFIG = 'config.json';
const WEIGHTS = 'model.weights.h5';

/** Throws AppError `unsupported` or `invalid_data`. */
export function readKeras(bytes: Uint8Array): SourceModel {
  const files = unpack(bytes);
  const config = JSON.parse(new TextDecoder().decode(files[CONFIG])) as Part;
  const byName = new Map<string, SourceWeight[]>();
  place(config, openHdf5(files[WEIGHTS]!), byName);
  return { ...readTopology(config), weightsOf: ({ name }) => byName.get(name) ?? [] };
}

function unpack(bytes: Uint8Array): Record<string, Uint8Array> {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, { filter: ({ name }) => name === CONFIG || name === WEIGHTS });
  } catch (error) {
    throw new AppError('invalid_data', `this is no sound .keras file: ${messageOf(error)}`, { cause: error });
  }
  if (files[CONFIG] && files[WEIGHTS]) return files;
  throw new AppError(
    'unsupported',
    `this zip is no .keras file: ${files[CONFIG] ? WEIGHTS : CONFIG} is missing`,
  );
}

interface Part {
  class_name: string;
  name?: string;
  config: { name?: string; layers?: Part[] };
}

/** Finds the group of each layer of `model`: named as the layer, or by its class, counted. */
function place(model: Part, group: ReturnType<typeof openHdf5>, byName: Map<string, SourceWeight[]>): void {
  const layers = groupOf(group, 'layers');
  const counts = new Map<string, number>();
  for (const layer of model.config.layers ?? []) {
    const name = layer.config.name ?? layer.name ?? '';
    const kind = snake(layer.class_name);
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    const byClass = count === 0 ? kind : `${kind}_${count}`;
    const found = layers && (groupOf(layers, byClass) ?? groupOf(layers, name));
    if (!found) continue;
    if (layer.config.layers) place(layer, found, byName);
    else
      byName.set(
        name,
        collect(found).map(({ value }) => ({ name: null, value })),
      );
  }
}

/** `BatchNormalization` → `batch_normalization`, `Conv2D` → `conv2d`, as Keras does it. */
const snake = (className: string): string =>
  className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
