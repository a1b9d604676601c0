/**
 * The short way from an instance to its features: the very steps of `applyPipeline`, put together once, without a table between. Steps that
 * work value by value become one function; the others get a column of one value.
 */
import { type ColumnData, isImage } from '../data/table.ts';
import type { InputField } from '../schema/prediction.ts';
import { applyChain } from './chain.ts';
import { featureShapes } from './feature-shapes.ts';
import type { FittedFeature, FittedPipeline } from './fitted-pipeline.ts';
import { imageFromArrays } from './image-from-arrays.ts';
import { stepOf } from './steps/step-of.ts';

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

/** Null for sounds and for what looks back: those come by tables alone. */
export function compileRows({
  features,
  inputs,
}: Pick<FittedPipeline, 'features' | 'inputs'>): WriteRow | null {
  const shapes = featureShapes(features);
  let offset = 0;
  const columns = new Map<string, { offset: number; write: WriteFeature }[]>();
  for (const [i, feature] of features.entries()) {
    const write = compileEach(feature) ?? onlyInto(feature) ?? chainOf(feature);
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

/** A value as a column holds it; undefined for what `parseInstances` must see. Null for inputs that only it reads. */
function readerOf(input: InputField): ((value: unknown) => unknown) | null {
  if (input.type === 'image') return readPicture;
  if (input.type === 'audio' || input.type === 'series') return null;
  const missing = !input.optional ? undefined : input.type === 'number' ? Number.NaN : null;
  const orMissing = (value: unknown) => (value === undefined || value === null ? missing : undefined);
  if (input.type === 'number')
    return (value) => (typeof value === 'number' && value * 0 === 0 ? value + 0 : orMissing(value)); // no -0
  if (input.type === 'text') return (value) => (typeof value === 'string' ? value : orMissing(value));
  const categories = new Set<unknown>(input.categories);
  return (value) => (categories.has(value) ? value : orMissing(value));
}

/** Pixels, or arrays of them; what must be decoded takes longer anyway. */
function readPicture(value: unknown): unknown {
  if (!Array.isArray(value)) return isImage(value) ? value : undefined;
  try {
    return imageFromArrays(value);
  } catch {
    return undefined;
  }
}

const SAME = (value: unknown): unknown => value;

/** By the only step, where it writes by itself. */
function onlyInto({ history, steps: [only, ...more] }: FittedFeature): WriteFeature | null {
  if (history !== undefined || !only || more.length > 0) return null;
  return (stepOf(only.spec).into?.(only.spec, only.state) as WriteFeature | undefined) ?? null;
}

/** By a column of one value; NaN, which `compileRows` then finds, for what the steps refuse. */
function chainOf(feature: FittedFeature): WriteFeature | null {
  const { type, history } = feature;
  if (history !== undefined || type === 'audio' || type === 'series' || type === 'boxes') return null;
  return (value, out, at) => {
    const values = type === 'number' ? Float64Array.of(value) : [value];
    try {
      out.set(applyChain(feature, { type, values } as ColumnData).data, at);
    } catch {
      out[at] = Number.NaN;
    }
  };
}

function compileEach({ history, type, steps }: FittedFeature): WriteFeature | null {
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
