/**
 * The layers of a Keras model from its configuration as JSON: Sequential and functional, nested or not, as Keras 2, Keras 3 and
 * TensorFlow.js write them.
 */
import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { SourceLayer } from './source-model.ts';

const Layer = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.record(z.string(), z.unknown()).or(z.array(z.unknown())),
  inbound_nodes: z.array(z.unknown()).optional(),
});
type Layer = z.infer<typeof Layer>;

/** Deeper than people nest models. */
const DEPTH_MOST = 8;
const MODELS: ReadonlySet<string> = new Set(['Sequential', 'Functional', 'Model']);

export interface Topology {
  layers: SourceLayer[];
  output: string;
}

/** Throws AppError `unsupported` where it is no model of layers, or one with several outputs. */
export function readTopology(model: unknown): Topology {
  const parsed = Layer.safeParse(model);
  if (!parsed.success || !MODELS.has(parsed.data.class_name)) {
    throw new AppError(
      'unsupported',
      'this is no Keras model of layers: expected a Sequential or a functional model',
    );
  }
  return flatten(parsed.data, [], 0);
}

/** `given`: the layers that the model takes, none for the outermost. */
function flatten(model: Layer, given: readonly string[], depth: number): Topology {
  if (depth > DEPTH_MOST) throw new AppError('unsupported', 'its models are nested too deep');
  const layers: SourceLayer[] = [];
  /** What a layer of this model is called once nested ones are written out. */
  const places = new Map<string, string>();
  let inputs = 0;
  const add = (layer: Layer, name: string, from: readonly string[]) => {
    if (MODELS.has(layer.class_name)) {
      const inner = flatten(layer, from, depth + 1);
      layers.push(...inner.layers);
      places.set(name, inner.output);
    } else if (layer.class_name === 'InputLayer' && given.length > 0) {
      places.set(name, given[inputs++] ?? given[0]!);
    } else {
      layers.push({ name, className: layer.class_name, config: configOf(layer), inputs: from });
      places.set(name, name);
    }
  };
  const parts = layersOf(model);
  if (model.class_name === 'Sequential') {
    let last = given[0];
    for (const layer of parts) {
      const name = nameOf(layer);
      add(layer, name, last === undefined ? [] : [last]);
      last = places.get(name);
    }
    if (last === undefined) throw new AppError('unsupported', 'it has no layers');
    return { layers, output: last };
  }
  for (const layer of parts) {
    const from = inboundOf(layer).map((name) => {
      const place = places.get(name);
      if (place === undefined)
        throw new AppError('unsupported', `the layer "${nameOf(layer)}" takes "${name}", which comes later`);
      return place;
    });
    add(layer, nameOf(layer), from);
  }
  return { layers, output: places.get(outputOf(model))! };
}

const configOf = ({ config }: Layer): Record<string, unknown> => (Array.isArray(config) ? {} : config);
const nameOf = (layer: Layer): string => layer.name ?? String(configOf(layer).name ?? layer.class_name);

/** In Keras 2 the config of a Sequential could be the list itself. */
const layersOf = (model: Layer): Layer[] =>
  z
    .array(Layer)
    .max(5000)
    .parse(Array.isArray(model.config) ? model.config : model.config.layers);

/** Names of the layers that a layer of a functional model takes. */
function inboundOf(layer: Layer): string[] {
  const [node, ...more] = layer.inbound_nodes ?? [];
  if (more.length > 0) {
    throw new AppError(
      'unsupported',
      `the layer "${nameOf(layer)}" is used several times; that cannot be imported`,
    );
  }
  if (node === undefined) return [];
  return Array.isArray(node) ? node.map((from) => String(from[0])) : histories(node, 0);
}

/** Keras 3: tensors somewhere in the arguments, each with the layer it comes from. */
function histories(value: unknown, depth: number): string[] {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MOST) return [];
  const { keras_history } = value as { keras_history?: unknown[] };
  if (Array.isArray(keras_history)) return [String(keras_history[0])];
  return Object.values(value).flatMap((part) => histories(part, depth + 1));
}

function outputOf(model: Layer): string {
  const outputs = configOf(model).output_layers as unknown[];
  const list = Array.isArray(outputs?.[0]) ? (outputs as unknown[][]) : [outputs];
  if (list.length !== 1 || !Array.isArray(list[0])) {
    throw new AppError('unsupported', `it has ${list.length} outputs; models with one can be imported`);
  }
  return String(list[0][0]);
}
