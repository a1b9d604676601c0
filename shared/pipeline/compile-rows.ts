/**
 * The short way from an instance to its features, for pipelines whose columns are numbers, categories and texts that become numbers value
 * by value: the very steps of `applyPipeline`, put together once, without a table between.
 */
import type { InputField } from '../schema/prediction.ts';
import { featureShapes } from './feature-shapes.ts';
import { stepOf } from './feature-spec.ts';
import type { FittedFeature, FittedPipeline } from './fitted-pipeline.ts';

/**
 * Writes an instance's features at `at`, where zeros stand. False where `parseInstances` has something to say, or to fill in: then what
 * was written means nothing.
 */
export type WriteRow = (
  instance: Readonly<Record<string, unknown>>,
  out: Float32Array,
  at: number,
) => boolean;

type WriteFeature = (value: never, out: Float32Array, at: number) => void;

/** Null where a feature is not made value by value. */
export function compileRows({ features, inputs }: FittedPipeline): WriteRow | null {
  const shapes = featureShapes(features);
  let offset = 0;
  const columns = new Map<string, { offset: number; write: WriteFeature }[]>();
  for (const [i, feature] of features.entries()) {
    const write = compileFeature(feature);
    if (!write) return null;
    columns.set(feature.column, [...(columns.get(feature.column) ?? []), { offset, write }]);
    offset += shapes[i]!.shape.reduce((size, n) => size * n, 1);
  }
  const readers = inputs.map(readerOf);
  if (readers.includes(null)) return null;
  const width = offset;
  const fields = inputs.map(({ name }, i) => ({ name, read: readers[i]!, writers: columns.get(name) ?? [] }));
  return (instance, out, at) => {
    if (Array.isArray(instance)) return false;
    let known = 0;
    for (const { name, read, writers } of fields) {
      const given = instance[name];
      const value = read(given);
      if (value === undefined) return false;
      if (given !== undefined) known++;
      for (const { write, offset } of writers) write(value as never, out, at + offset);
    }
    for (let i = at; i < at + width; i++) if (out[i]! * 0 !== 0) return false; // beyond float32
    for (const _ in instance) known--;
    return known === 0;
  };
}

/** A value as a column holds it; undefined for what is not accepted. Null where such values are not made features one by one. */
function readerOf(input: InputField): ((value: unknown) => unknown) | null {
  const { type } = input;
  if (type !== 'number' && type !== 'text' && type !== 'category') return null;
  const missing = !input.optional ? undefined : type === 'number' ? Number.NaN : null;
  const orMissing = (value: unknown) => (value === undefined || value === null ? missing : undefined);
  if (type === 'number')
    return (value) => (typeof value === 'number' && value * 0 === 0 ? value + 0 : orMissing(value)); // no -0
  if (type === 'text') return (value) => (typeof value === 'string' ? value : orMissing(value));
  const categories = new Set<unknown>(input.categories);
  return (value) => (categories.has(value) ? value : orMissing(value));
}

const SAME = (value: unknown): unknown => value;

function compileFeature({ history, type, steps }: FittedFeature): WriteFeature | null {
  if (history !== undefined || (type !== 'number' && type !== 'category')) return null;
  let becomes = SAME;
  let width: number | null = null;
  for (const { spec, state } of steps) {
    const step = stepOf(spec);
    if (!step.each || (step.gives !== 'same' && step.gives !== type && step.gives !== 'floats')) return null;
    const before = becomes;
    const each = step.each(spec, state) as (value: unknown) => unknown;
    becomes = before === SAME ? each : (value) => each(before(value));
    if (step.gives === 'floats') width = step.indicator?.(spec, state) ?? null;
  }
  const of = becomes as (value: unknown) => number;
  if (width === null)
    return (value, out, at) => {
      out[at] = of(value);
    };
  const most = width;
  return (value, out, at) => {
    const place = of(value);
    if (place >= 0 && place < most) out[at + place] = 1;
  };
}
