/** What a graph needs of a request: the fields that its steps take, as one set of inputs. */
import { AppError } from '../errors.ts';
import type { InputField } from '../schema/prediction.ts';

export interface Need {
  field: InputField;
  /** Who needs it, for words. */
  by: string;
}
export type Needs = ReadonlyMap<string, Need>;

export const NO_NEEDS: Needs = new Map();

/** Of steps that all run: a field may be left out if all do without it. Throws AppError `invalid_request`. */
export const needsOfAll = (all: readonly Needs[]): Needs => merge(all, () => false);

/** Of steps of which one runs: a field may be left out also if one of them never asks for it. */
export const needsOfAny = (all: readonly Needs[]): Needs =>
  merge(all, (name) => all.some((one) => !one.has(name)));

function merge(all: readonly Needs[], maySpare: (name: string) => boolean): Needs {
  const merged = new Map<string, Need>();
  for (const needs of all) {
    for (const [name, need] of needs) {
      const known = merged.get(name);
      merged.set(name, known ? { ...known, field: widest(known, need) } : need);
    }
  }
  for (const [name, { field, by }] of merged)
    if ('optional' in field && !field.optional && maySpare(name))
      merged.set(name, { by, field: { ...field, optional: true } });
  return merged;
}

/** One field that stands for both: of numbers the wider range, of categories all. */
function widest({ field: a, by }: Need, { field: b, by: other }: Need): InputField {
  const optional = 'optional' in a && 'optional' in b && a.optional && b.optional;
  if (a.type === 'number' && b.type === 'number')
    return { ...a, optional, min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
  if (a.type === 'category' && b.type === 'category')
    return { ...a, optional, categories: [...new Set([...a.categories, ...b.categories])].sort() };
  if (isText(a) && isText(b)) return a.type === 'text' ? { ...a, optional } : { ...b, optional };
  if (a.type === 'series' && b.type === 'series') return a.length < b.length ? b : a;
  if (a.type === 'image' && b.type === 'image') return a.width * a.height < b.width * b.height ? b : a;
  if (a.type === 'audio' && b.type === 'audio') return a.seconds < b.seconds ? b : a;
  throw new AppError(
    'invalid_request',
    `graph: "${a.name}" is ${a.type} for ${by} and ${b.type} for ${other}; take one of them from another field by "inputs", such as {"${b.name}": "request.${b.name}_${b.type}"}`,
  );
}

const isText = (
  field: InputField,
): field is Extract<InputField, { type: 'category' }> | Extract<InputField, { type: 'text' }> =>
  field.type === 'category' || field.type === 'text';
