/** A model that others have made, as blocks with the weights that it learnt: the beginning of a definition. */
import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { Graph, Shape, TensorValue } from '../graph/graph.ts';
import { sameShape, showShape, sizeOf } from '../graph/operator.ts';
import type { Block } from '../model/block.ts';
import { blocks } from '../model/blocks/list.ts';
import { type BlockSpec, blockOf, ModelSpec } from '../model/model-spec.ts';
import { HEAD, traceBody } from '../model/trace-model.ts';
import type { SourceLayer, SourceModel, SourceWeight } from './source-model.ts';

export interface ImportedModel {
  /** Hidden blocks; ids are the names of the layers. */
  model: ModelSpec;
  /** Of one row. */
  inputShape: Shape;
  /** By the names of a model's parameters; with those of the head, where the last layer is one. */
  weights: Map<string, TensorValue>;
  /** Classes or values that the head gives; null where the model ends without one. */
  outputs: number | null;
}

/** `until`: name of the last layer to take; default: all. Throws AppError `unsupported` naming the layer, or `invalid_data`. */
export function importModel(source: SourceModel, until?: string): ImportedModel {
  const layers = until === undefined ? source.layers : upTo(source, until);
  const { entries, inputShape, layerOf } = toEntries(layers);
  const head = until === undefined ? takeHead(entries) : null;
  const model = checkedModel(entries);
  const graph = traceBody(model, { inputShape, batch: 1 });
  const weights = new Map<string, TensorValue>();
  for (const entry of model) {
    const layer = layerOf.get(entry.id!)!;
    for (const [name, value] of weightsFor(graph, entry, layer, source.weightsOf(layer)))
      weights.set(name, value);
  }
  const width = sizeOf(graph.nodes[graph.outputs[0]!.node]!.shape);
  const outputs = head && headWeights(head, source.weightsOf(layerOf.get(head.id!)!), width, weights);
  return { model, inputShape, weights, outputs };
}

/** Layers whose values go nowhere, or too many of them, are refused as a definition would be. */
function checkedModel(entries: BlockSpec[]): ModelSpec {
  const { data, error } = ModelSpec.safeParse(entries);
  if (data) return data;
  const [issue] = error.issues;
  const at = entries[Number(issue!.path[0])]?.id;
  throw new AppError('unsupported', `${at ? `the layer "${at}": ` : ''}${issue!.message}`);
}

const byClass: ReadonlyMap<string, Block> = new Map(
  (blocks as readonly unknown[] as readonly Block[]).flatMap((block) =>
    Object.keys(block.fromKeras ?? {}).map((name) => [name, block] as const),
  ),
);

/** Layers that do nothing once a model has been trained, and have no block of their own. */
const IDENTITIES: ReadonlySet<string> = new Set([
  'InputLayer',
  'ActivityRegularization',
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
  'SpatialDropout1D',
  'SpatialDropout2D',
]);

function upTo({ layers }: SourceModel, until: string): readonly SourceLayer[] {
  const wanted = new Map(layers.map((layer) => [layer.name, layer]));
  if (!wanted.has(until)) {
    const last = layers.slice(-12).map(({ name }) => `"${name}"`);
    throw new AppError('invalid_request', `there is no layer "${until}"; its last are ${last.join(', ')}`);
  }
  const needed = new Set<string>();
  const take = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const from of wanted.get(name)?.inputs ?? []) take(from);
  };
  take(until);
  return layers.filter(({ name }) => needed.has(name));
}

interface Entries {
  entries: BlockSpec[];
  inputShape: Shape;
  layerOf: Map<string, SourceLayer>;
}

function toEntries(layers: readonly SourceLayer[]): Entries {
  const entries: BlockSpec[] = [];
  const layerOf = new Map<string, SourceLayer>();
  /** Layer → id of the entry whose value it gives; null: the input's. */
  const given = new Map<string, string | null>();
  for (const layer of layers) {
    const from = layer.inputs.length > 0 ? layer.inputs.map((name) => given.get(name) ?? null) : [null];
    if (IDENTITIES.has(layer.className)) {
      given.set(layer.name, from[0]!);
      continue;
    }
    const id = idFor(layer.name, layerOf);
    const before = entries.at(-1)?.id ?? null;
    const follows = from.length === 1 && from[0] === before;
    if (!follows && from.includes(null)) {
      throw unsupported(layer, 'it takes the input of the model, as another does before it; only one may');
    }
    entries.push({ ...blockFor(layer), id, ...(follows ? {} : { inputs: from as string[] }) });
    layerOf.set(id, layer);
    given.set(layer.name, id);
  }
  return { entries, layerOf, inputShape: inputShapeOf(layers) };
}

function blockFor(layer: SourceLayer): BlockSpec {
  const { className, config } = layer;
  const block = byClass.get(className);
  if (!block) {
    throw unsupported(
      layer,
      `there is no block for it; there are blocks for ${[...byClass.keys()].join(', ')}`,
    );
  }
  try {
    return block.params.parse({ type: block.type, ...block.fromKeras![className]!(config) }) as BlockSpec;
  } catch (error) {
    if (error instanceof AppError) throw unsupported(layer, error.message);
    if (error instanceof z.ZodError) throw unsupported(layer, z.prettifyError(error));
    throw error;
  }
}

const unsupported = ({ name, className }: SourceLayer, why: string): AppError =>
  new AppError('unsupported', `the layer "${name}" (${className}): ${why}`);

/** Small letters, digits and hyphens, as ids are. */
function idFor(name: string, taken: ReadonlyMap<string, unknown>): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  const base = /^[a-z]/.test(plain) && plain !== HEAD && plain !== 'x' ? plain : `layer-${plain}`;
  let id = base;
  for (let count = 2; taken.has(id); count++) id = `${base}-${count}`;
  return id;
}

function inputShapeOf(layers: readonly SourceLayer[]): Shape {
  for (const { config } of layers) {
    const shape = (config.batch_input_shape ?? config.batch_shape) as (number | null)[] | undefined;
    if (!Array.isArray(shape)) continue;
    const row = shape.slice(1);
    if (row.every((axis) => typeof axis === 'number')) return row;
    throw new AppError(
      'unsupported',
      `its input has the shape ${JSON.stringify(shape)}; all axes but the first must be known`,
    );
  }
  throw new AppError('unsupported', 'it does not say the shape of its input; build it with an Input layer');
}

/** Takes the last dense layer, and an activation after it, off the entries: every definition brings its own. */
function takeHead(entries: BlockSpec[]): BlockSpec | null {
  const after = entries.at(-1)?.type === 'activation' ? 2 : 1;
  const dense = entries.at(-after);
  const others = entries.slice(0, -after);
  if (dense?.type !== 'dense' || (after === 1 && !ENDINGS.has(dense.activation)) || others.length === 0)
    return null;
  if (dense.inputs) return null;
  entries.splice(-after);
  return dense;
}

const ENDINGS: ReadonlySet<string> = new Set(['linear', 'softmax', 'sigmoid']);

function weightsFor(
  graph: Graph,
  entry: BlockSpec,
  layer: SourceLayer,
  found: readonly SourceWeight[],
): [string, TensorValue][] {
  const parameters = graph.parameters.filter(({ name }) => name.startsWith(`${entry.id}/`));
  if (parameters.length === 0) return [];
  const own = parameters.map(({ name }) => name.slice(entry.id!.length + 1));
  const names = blockOf(entry).layer(entry, [])?.weights?.slice(0, own.length) ?? own;
  const values = inOrder(names, found, layer);
  return parameters.map(({ name, shape }, i) => {
    const value = values[i]!;
    if (!sameShape(value.shape, shape)) {
      throw new AppError(
        'invalid_data',
        `the weight "${names[i]}" of the layer "${layer.name}" has the shape ${showShape(value.shape)}; expected ${showShape(shape)}`,
      );
    }
    return [name, value];
  });
}

/** By name; without names, in the order in which they come. */
function inOrder(
  names: readonly string[],
  found: readonly SourceWeight[],
  layer: SourceLayer,
): TensorValue[] {
  if (found.length === names.length && found.every(({ name }) => name === null))
    return found.map(({ value }) => value);
  const named = names.map(
    (wanted) =>
      (found.find(({ name }) => name === wanted) ?? found.find(({ name }) => name === ALIASES[wanted]))
        ?.value,
  );
  if (named.every((value) => value !== undefined)) return named;
  throw new AppError(
    'invalid_data',
    `the layer "${layer.name}" has ${found.length} weights in the file; it needs ${names.join(', ')}`,
  );
}

/** What Keras 3 calls otherwise than Keras 2 and TensorFlow.js. */
const ALIASES: Readonly<Record<string, string>> = { depthwise_kernel: 'kernel' };

/** A sigmoid's one number speaks for the second of two classes. */
function headWeights(
  head: BlockSpec,
  found: readonly SourceWeight[],
  width: number,
  weights: Map<string, TensorValue>,
): number {
  const { units, activation } = head as Extract<BlockSpec, { type: 'dense' }>;
  const kernel = (found.find(({ name }) => name === 'kernel') ?? found[0])?.value;
  const bias = (found.find(({ name }) => name === 'bias') ?? found[1])?.value.data ?? new Float32Array(units);
  if (!kernel || !sameShape(kernel.shape, [width, units])) {
    throw new AppError(
      'invalid_data',
      `the last dense layer's kernel has the shape ${kernel ? showShape(kernel.shape) : 'of nothing'}; expected ${showShape([width, units])}`,
    );
  }
  const isPair = activation === 'sigmoid' && units === 1;
  const outputs = isPair ? 2 : units;
  const data = isPair
    ? Float32Array.from({ length: 2 * width }, (_, i) => (i % 2 ? kernel.data[i >> 1]! : 0))
    : (kernel.data as Float32Array);
  weights.set(`${HEAD}/kernel`, { shape: [width, outputs], data });
  weights.set(`${HEAD}/bias`, {
    shape: [outputs],
    data: isPair ? Float32Array.of(0, bias[0]!) : (bias as Float32Array),
  });
  return outputs;
}
