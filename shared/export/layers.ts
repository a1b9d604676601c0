/** A model as the layers that others know it by: what code in other languages is written from. */
import type { Artifact } from '../artifact/artifact.ts';
import { INPUT, kerasNames, layersOf, type NamedLayer, weightEntries } from '../artifact/layers-model.ts';
import { modelShapeOf } from '../artifact/model-shape.ts';
import { isNetwork, type NetworkPipeline } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import type { ParameterValues } from '../executors/executor.ts';
import { sizeOf } from '../graph/operator.ts';
import { expandModel } from '../model/backbones/expand-model.ts';
import { entryName } from '../model/model-links.ts';
import { variableNames } from './variable-names.ts';

export interface LayerGraph {
  /** In order; the last gives logits, or the standardised value. Names are fit for variables. */
  layers: readonly NamedLayer[];
  /** Whether each takes the one before it and nothing else, and the first the features. */
  isChain: boolean;
  /** By `layer/weight`, where the layer is one of Keras's as Keras names them, else as the block does. */
  weights: ParameterValues;
  /** Names of the layers that do not learn. */
  frozen: readonly string[];
}

/** Throws AppError `unsupported`, naming what has no layers. */
export function layerGraphOf({ spec, fitted, parameters }: Artifact): LayerGraph {
  if (isNetwork(spec)) return graphOfNetwork(spec, fitted, parameters);
  if (spec.model.type === 'ridge') return graphOfRidge(fitted, parameters);
  throw new AppError(
    'unsupported',
    `a model of ${spec.model.type} has no layers, and leaves as safetensors only; networks and ridge leave as code`,
  );
}

function graphOfNetwork(
  spec: NetworkPipeline,
  fitted: Artifact['fitted'],
  parameters: ParameterValues,
): LayerGraph {
  const shape = modelShapeOf(fitted);
  if (shape.alsoTakes) {
    throw new AppError(
      'unsupported',
      `${fitted.output.task} runs its model once for each token that it says, which exported programs do not do; its tensors leave as safetensors`,
    );
  }
  if (fitted.output.task === 'object-detection') {
    throw new AppError(
      'unsupported',
      'object detection makes boxes of the cells that its model gives, which exported programs do not do; its tensors leave as safetensors',
    );
  }
  const whole = layersOf(spec.model, shape);
  const layers = whole.flatMap(withPositions);
  const names = variableNames(layers.map(({ name }) => name));
  const nameOf = (layer: string) => names.get(layer) ?? layer;
  const entries = weightEntries(spec.model, shape);
  const frozen = expandModel(spec.model).flatMap((entry, place) =>
    entry.frozen ? [entryName(entry, place)] : [],
  );
  return {
    layers: layers.map((layer) => ({
      ...layer,
      name: nameOf(layer.name),
      inputs: layer.inputs.map(nameOf),
    })),
    isChain: layers.every(
      ({ inputs, className }, i) =>
        inputs.length === 1 && inputs[0] === (layers[i - 1]?.name ?? INPUT) && className !== 'Slice',
    ),
    weights: new Map(
      kerasNames(entries, whole).map(({ name }, i) => {
        const [layer, ...weight] = name.replace(POSITIONS, '$1_positions/').split('/');
        return [[nameOf(layer!), ...weight].join('/'), parameters.get(entries[i]!.name)!];
      }),
    ),
    frozen: layers.flatMap(({ name }) =>
      frozen.includes(name) || frozen.includes(name.replace(/_positions$/, '')) ? [nameOf(name)] : [],
    ),
  };
}

/** The positions that a transformer's block learns are a layer of their own here. */
const POSITIONS = /^([^/]+)\/positions\//;

function withPositions(layer: NamedLayer): NamedLayer[] {
  const { className, name, inputs, config, ...rest } = layer;
  if (className !== 'TransformerEncoder') return [layer];
  const { positions, ...others } = config;
  if (positions === 'none') return [{ ...layer, config: others }];
  const [x, ...tokens] = inputs as [string, ...string[]];
  const kind = positions === 'learned' ? 'LearnedPositions' : 'SinusoidalPositions';
  const added = { ...rest, className: kind, config: {}, name: `${name}_positions`, inputs: [x] };
  return [added, { ...layer, config: others, inputs: [added.name, ...tokens] }];
}

/** A linear regression is one dense layer. */
function graphOfRidge({ outputShape }: Artifact['fitted'], parameters: ParameterValues): LayerGraph {
  const width = sizeOf(outputShape);
  const flatten =
    outputShape.length > 1
      ? [{ className: 'Flatten', config: {}, name: 'flat', inputs: [INPUT], shape: [width] }]
      : [];
  const config = { units: 1, activation: 'linear', use_bias: true };
  const inputs = [flatten[0]?.name ?? INPUT];
  return {
    layers: [...flatten, { className: 'Dense', config, name: 'output', inputs, shape: [1] }],
    isChain: true,
    weights: new Map([
      ['output/kernel', { shape: [width, 1], data: parameters.get('kernel')!.data }],
      ['output/bias', parameters.get('bias')!],
    ]),
    frozen: [],
  };
}
