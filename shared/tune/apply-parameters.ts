/** Writes a trial's parameters into a definition. */

import { canonicalJson } from '../definition/canonical.ts';
import { PipelineSpec } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import type { Dimension, Json, Parameters } from '../schema/sweep.ts';
import { cellOf, describeDimension } from './dimension.ts';
import { schedulerOf } from './schedulers/list.ts';
import { type SweepSpec, WHOLE } from './sweep-spec.ts';

export type Searched = Pick<SweepSpec, 'parameters' | 'scheduler'>;

/**
 * `base` with the parameters, and as many epochs as the scheduler's longest trial. Throws AppError `invalid_request` for what the sweep does
 * not know, and `invalid_pipeline` where no definition comes of it, saying which parameters are to blame (`details.parameters`).
 */
export function applyParameters(
  base: PipelineSpec,
  { parameters: space, scheduler }: Searched,
  parameters: Parameters,
): PipelineSpec {
  let draft = base as unknown as Json;
  // what holds others before what it holds
  const paths = Object.keys(parameters).sort((a, b) => keysOf(a).length - keysOf(b).length);
  for (const path of paths) {
    const dimension = Object.hasOwn(space, path) ? space[path] : undefined;
    if (!dimension) {
      const known = Object.keys(space).join(', ');
      throw new AppError(
        'invalid_request',
        `parameters: there is no "${path}" in the sweep; expected ${known}`,
      );
    }
    draft = put(draft, keysOf(path), standsFor(path, dimension, parameters[path]!), path);
  }
  const epochs = schedulerOf(scheduler).maxEpochs?.(scheduler);
  if (epochs !== undefined && has(draft, 'training') && has(draft.training, 'epochs'))
    draft = put(draft, ['training', 'epochs'], epochs, 'training.epochs');
  const { data, error } = PipelineSpec.safeParse(draft);
  if (data) return data;
  const issue = error.issues[0]!;
  const at = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  const blamed = blame(at.map(String), paths);
  const told = blamed.map((path) => `${path} = ${shown(parameters[path]!)}`).join(', ');
  throw new AppError(
    'invalid_pipeline',
    `${told || 'the definition'} makes no definition: ${issue.path.join('.')}: ${issue.message}`,
    { details: { parameters: blamed } },
  );
}

export const keysOf = (path: string): string[] => (path === WHOLE ? [] : path.split('.'));

/** What a label stands for, or the value itself. */
function standsFor(path: string, dimension: Dimension, value: Json): Json {
  const cell = cellOf(dimension, value);
  if (!cell)
    throw new AppError(
      'invalid_request',
      `parameters.${path}: ${shown(value)} is not in the sweep; expected ${describeDimension(dimension)}`,
    );
  if (dimension.type !== 'choice') return value;
  return dimension.values[Math.round(cell[0] * dimension.values.length)]!;
}

/** A copy of `whole` in which `value` stands at `keys`. A key may be new, what holds it may not. */
function put(whole: Json, keys: readonly string[], value: Json, path: string): Json {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(whole)) {
    const place = Number(key);
    if (!(String(place) === key && place in whole))
      throw nowhere(path, `has ${whole.length} entries and no "${key}"`);
    return whole.with(place, put(whole[place], rest, value, path));
  }
  if (typeof whole !== 'object' || whole === null) throw nowhere(path, `has no place for "${key}"`);
  const before = whole as Readonly<Record<string, Json>>;
  const isThere = Object.hasOwn(before, key);
  if (!isThere && rest.length > 0) throw nowhere(path, `has no "${key}"`);
  return { ...before, [key]: isThere ? put(before[key]!, rest, value, path) : value };
}

const nowhere = (path: string, reason: string): AppError =>
  new AppError('invalid_pipeline', `${path} leads nowhere: what is to hold it ${reason}`, {
    details: { parameters: [path] },
  });

/** The parameters that stand at the place of the fault, around it or within it; else those of the same part; else all. */
function blame(at: readonly string[], paths: readonly string[]): string[] {
  const isWithin = (inner: readonly string[], outer: readonly string[]) =>
    outer.every((key, i) => inner[i] === key);
  const related = paths.filter((path) => isWithin(at, keysOf(path)) || isWithin(keysOf(path), at));
  if (related.length > 0) return related;
  const near = paths.filter((path) => keysOf(path)[0] === at[0]);
  return near.length > 0 ? near : [...paths];
}

const has = <K extends string>(value: unknown, key: K): value is { readonly [_ in K]: Json } =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key);

const SHOWN = 80;
const shown = (value: Json): string => {
  const text = canonicalJson(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
};
