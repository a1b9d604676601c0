/** TensorFlow.js LayersModels, which Teachable Machine exports too: `model.json` and the files of weights that it names. */
import { AppError } from '../errors.ts';
import { readTopology } from './keras-topology.ts';
import { byLayerName } from './named-weights.ts';
import type { SourceModel } from './source-model.ts';
import { parseModelJson, pathsOf, readWeights } from './weights-manifest.ts';

/** Paths of the files of weights, in order, as `model.json` names them. Throws AppError `unsupported` where it is another file. */
export const weightPaths = (modelJson: unknown): string[] => pathsOf(parse(modelJson));

/** `files` by path. Throws AppError `unsupported` or `invalid_data`. */
export function readLayersModel(modelJson: unknown, files: ReadonlyMap<string, Uint8Array>): SourceModel {
  const parsed = parse(modelJson);
  const { modelTopology } = parsed;
  const model = 'model_config' in modelTopology ? modelTopology.model_config : modelTopology;
  return { ...readTopology(model), weightsOf: byLayerName(readWeights(parsed, files)) };
}

function parse(modelJson: unknown) {
  const parsed = parseModelJson(modelJson);
  if (parsed && !('node' in parsed.modelTopology)) return parsed;
  throw new AppError(
    'unsupported',
    'this is no TensorFlow.js LayersModel: expected a model.json with a topology of layers and a weightsManifest (graph models cannot be imported)',
  );
}
