/** What a person does to a model's list of entries. References follow; nothing here asks whether the result fits. */
import { entryName, sourcesOf } from '../../shared/model/model-links.ts';

/** An entry as it may be while it is being written. */
export interface DraftEntry {
  type: string;
  id?: string;
  inputs?: readonly string[];
  [parameter: string]: unknown;
}
export type DraftModel = readonly DraftEntry[];

export const insertEntry = (model: DraftModel, place: number, entry: DraftEntry): DraftModel => [
  ...model.slice(0, place),
  entry,
  ...model.slice(place),
];

export const replaceEntry = (model: DraftModel, place: number, entry: DraftEntry): DraftModel =>
  model.map((one, i) => (i === place ? entry : one));

/** Those that took what it gave take what it took. */
export function removeEntry(model: DraftModel, place: number): DraftModel {
  const { id } = model[place]!;
  const named = id !== undefined && model.some(({ inputs }) => inputs?.includes(id));
  const [source] = named ? sourcesOf(model, place) : [];
  let bound = model;
  let instead: string | undefined = model[place]!.inputs?.[0];
  if (typeof source === 'object' && 'entry' in source)
    [bound, instead] = named ? nameEntry(model, source.entry) : [model, instead];
  return bound
    .filter((_, i) => i !== place)
    .map((entry) => {
      if (id === undefined || !entry.inputs?.includes(id)) return entry;
      const inputs = entry.inputs.flatMap((input) => (input !== id ? [input] : (instead ?? [])));
      const { inputs: _, ...rest } = entry;
      return inputs.length > 0 ? { ...rest, inputs } : rest;
    });
}

/** `by` −1: before the entry that stands before it. */
export function moveEntry(model: DraftModel, place: number, by: -1 | 1): DraftModel {
  const to = place + by;
  if (to < 0 || to >= model.length) return model;
  const moved = [...model];
  [moved[place], moved[to]] = [moved[to]!, moved[place]!];
  return moved;
}

/** An id for the entry at `place`, given to it where it has none. */
export function nameEntry(model: DraftModel, place: number): [model: DraftModel, id: string] {
  const entry = model[place]!;
  if (entry.id !== undefined) return [model, entry.id];
  const base = entryName(entry, place).replaceAll('_', '-');
  let id = base;
  for (let count = 2; model.some((one) => one.id === id); count++) id = `${base}-${count}`;
  return [replaceEntry(model, place, { ...entry, id }), id];
}

/** Lets the entry at `place` take the values of other entries (by place) and of features; none of either: the entry before. */
export function connect(
  model: DraftModel,
  place: number,
  sources: readonly ({ entry: number } | { column: string })[],
): DraftModel {
  let bound = model;
  const inputs = sources.map((source) => {
    if ('column' in source) return `feature:${source.column}`;
    let id: string;
    [bound, id] = nameEntry(bound, source.entry);
    return id;
  });
  const { inputs: _, ...rest } = bound[place]!;
  return replaceEntry(bound, place, inputs.length > 0 ? { ...rest, inputs } : rest);
}
